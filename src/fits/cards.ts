/** FITS header records. */
export type Card = string;

/** A real number: the shortest decimal form that reads back as the same double, always with a point. */
export function real(name: string, value: number, comment?: string): Card {
  let digits = String(value).toUpperCase();
  if (!digits.includes('.')) digits = digits.includes('E') ? digits.replace('E', '.0E') : `${digits}.0`;
  return card(name, digits.padStart(20), comment);
}

export function integer(name: string, value: number | bigint, comment?: string): Card {
  return card(name, String(value).padStart(20), comment);
}

export function logical(name: string, value: boolean, comment?: string): Card {
  return card(name, (value ? 'T' : 'F').padStart(20), comment);
}

/** Quoted and padded to eight characters inside the quotes; at most 68 characters with its doubled quotes. */
export function text(name: string, value: string, comment?: string): Card {
  return card(name, `'${value.replaceAll("'", "''").padEnd(8)}'`.padEnd(20), comment);
}

function card(name: string, value: string, comment = ''): Card {
  const plain = name.length <= 8 && /^[A-Z0-9_-]+$/.test(name);
  let record = plain ? `${name.padEnd(8)}= ${value}` : `HIERARCH ${name} = ${value.trim()}`;
  if (record.trimEnd().length > 80) throw new RangeError(`the card ${name} does not fit in 80 characters`);
  if (comment !== '') record = `${record} / ${comment}`.slice(0, 80);
  return record.trimEnd();
}

/** As `text`; a value of any length, continued on further cards by the CONTINUE convention (FITS 4.0, 4.2.1.2). */
export function longText(name: string, value: string, comment?: string): Card[] {
  const shown = ascii(value);
  const fits = (comment === undefined ? 68 : 65 - comment.length) - (name.length > 8 ? name.length + 2 : 0);
  if (shown.replaceAll("'", "''").length <= Math.max(fits, 8)) return [text(name, shown, comment)];
  const pieces = shown.match(/.{1,33}/g) ?? [];
  const cards = pieces.map((piece, n) => {
    const more = n < pieces.length - 1 ? '&' : '';
    const quoted = `'${piece.replaceAll("'", "''")}${more}'`;
    return n === 0 ? `${name.padEnd(8)}= ${quoted}` : `CONTINUE  ${quoted}`;
  });
  const last = cards.length - 1;
  if (comment) cards[last] = `${cards[last]} / ${comment}`.slice(0, 80);
  return cards;
}

export function comment(value: string): Card[] {
  return (ascii(value).match(/.{1,71}(?:\s|$)|.{1,71}/g) ?? []).map((line) => `COMMENT ${line}`.trimEnd());
}

/** What a FITS header can hold: every other character becomes a question mark. */
export function ascii(value: string): string {
  return value.replace(/[^\x20-\x7e]/g, '?');
}

/** Bytes of a block of FITS. */
export const BLOCK = 2880;

export const padded = (bytes: number) => Math.ceil(bytes / BLOCK) * BLOCK;

/** LONGSTRN announces CONTINUE cards to readers before FITS 4.0. */
function announced(cards: readonly Card[]): readonly Card[] {
  const first = cards.findIndex((card) => card.startsWith('CONTINUE'));
  if (first < 1) return cards;
  const card = text('LONGSTRN', 'OGIP 1.0', 'texts are continued on further cards');
  return [...cards.slice(0, first - 1), card, ...cards.slice(first - 1)];
}

/** A whole header: the cards, END, and blanks to the end of the block. */
export function header(cards: readonly Card[]): Uint8Array {
  const all = [...announced(cards), 'END'];
  const text = all.map((one) => one.padEnd(80)).join('');
  return Buffer.from(text.padEnd(padded(text.length)), 'latin1');
}
