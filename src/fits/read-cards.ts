/** Header cards as a file has them: keywords, values and comments (FITS 4.0, section 4). Nothing is corrected. */

/** One card, or a string of several (CONTINUE). */
export interface ReadCard {
  /** Of `HIERARCH some name = 1` the words `some name`; of commentary COMMENT, HISTORY or nothing. */
  readonly keyword: string;
  /** Of commentary its text; null without a value, or where it cannot be read: see `card`. */
  readonly value: CardContent | null;
  readonly comment: string;
  /** The card as it stands, where its value has no form that the standard knows. */
  readonly card?: string;
}

/** A number by its digits, so that none is lost: `1.0` and `1` are two kinds, and integers may be long. */
export type CardContent = string | boolean | { readonly number: string } | { readonly complex: string };

const CARD = 80;

/** Cards of 80 bytes as lines without blanks at the end. What is not ASCII becomes `?`, control characters blanks. */
export function cardLines(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += CARD) {
    const line = text.slice(at, at + CARD);
    lines.push((/^[ -~]*$/.test(line) ? line : printable(line)).trimEnd());
  }
  return lines;
}

function printable(line: string): string {
  return [...line].map((char) => (char > '\x7f' ? '?' : char < ' ' || char === '\x7f' ? ' ' : char)).join('');
}

interface Parsed {
  readonly value: CardContent | null;
  readonly comment: string;
  readonly wrong?: boolean;
}

const commentary = ['', 'COMMENT', 'HISTORY'];

/** The keyword of a card, and where its value begins; undefined without a value. */
function nameOf(line: string): { readonly keyword: string; readonly from: number | undefined } {
  const equals = line.startsWith('HIERARCH ') ? line.indexOf('=') : -1;
  if (equals > 0) return { keyword: line.slice(9, equals).trim(), from: equals + 1 };
  const keyword = line.slice(0, 8).trim();
  if (commentary.includes(keyword)) return { keyword, from: undefined };
  if (line.startsWith('CONTINUE  ')) return { keyword, from: 10 };
  // Some writers leave the blank behind the sign out.
  return { keyword, from: line[8] === '=' ? 9 : undefined };
}

/** A string in quotes, and where it ends; undefined without a closing quote. */
function quoted(text: string): { readonly value: string; readonly end: number } | undefined {
  for (let at = 1; ; at += 2) {
    at = text.indexOf("'", at);
    if (at < 0) return undefined;
    if (text[at + 1] !== "'")
      return { value: text.slice(1, at).replaceAll("''", "'").trimEnd(), end: at + 1 };
  }
}

const integer = /^[+-]?\d{1,70}$/;
const real = /^[+-]?(?:\d{1,70}\.?\d{0,70}|\.\d{1,70})(?:[EeDd][+-]?\d{1,10})?$/;

/** The digits of a number as JSON has them; undefined for anything else. */
function digitsOf(text: string): string | undefined {
  if (integer.test(text)) return String(BigInt(text.replace('+', '')));
  if (!real.test(text)) return undefined;
  const number = Number(text.replace(/d/i, 'e'));
  if (!Number.isFinite(number)) return undefined;
  const digits = JSON.stringify(number);
  return /^-?\d+$/.test(digits) ? `${digits}.0` : digits;
}

function complexOf(text: string): string | undefined {
  if (!text.startsWith('(') || !text.endsWith(')')) return undefined;
  const parts = text
    .slice(1, -1)
    .split(',')
    .map((part) => digitsOf(part.trim()));
  return parts.length === 2 && !parts.includes(undefined) ? `[${parts.join(',')}]` : undefined;
}

function contentOf(text: string): CardContent | undefined {
  if (text === 'T' || text === 'F') return text === 'T';
  const number = digitsOf(text);
  if (number !== undefined) return { number };
  const complex = complexOf(text);
  return complex === undefined ? undefined : { complex };
}

function parsedFrom(text: string): Parsed {
  const rest = text.trim();
  if (rest.startsWith("'")) {
    const found = quoted(rest);
    if (!found) return { value: null, comment: '', wrong: true };
    const behind = rest.slice(found.end).trim();
    const wrong = behind !== '' && !behind.startsWith('/');
    return { value: found.value, comment: behind.replace(/^\//, '').trim(), ...(wrong && { wrong }) };
  }
  const slash = rest.indexOf('/');
  const written = (slash < 0 ? rest : rest.slice(0, slash)).trim();
  const comment = slash < 0 ? '' : rest.slice(slash + 1).trim();
  if (written === '') return { value: null, comment };
  const value = contentOf(written);
  return value === undefined ? { value: null, comment, wrong: true } : { value, comment };
}

/** Whether a string goes on in the card behind it. */
const goesOn = ({ value }: Parsed, next: string | undefined) =>
  typeof value === 'string' && value.endsWith('&') && next?.startsWith('CONTINUE  ') === true;

/** The cards of one header in their order; a string and the CONTINUE cards behind it are one. */
export function* readCards(lines: readonly string[]): Generator<ReadCard, void, undefined> {
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const { keyword, from } = nameOf(line);
    if (from === undefined) {
      yield { keyword, value: line.slice(8).trimEnd(), comment: '' };
      continue;
    }
    let part = parsedFrom(line.slice(from));
    let { wrong } = part;
    const texts: string[] = [];
    const comments = [part.comment];
    while (goesOn(part, lines[at + 1])) {
      texts.push(String(part.value).slice(0, -1));
      at += 1;
      part = parsedFrom((lines[at] ?? '').slice(10));
      wrong ||= part.wrong || typeof part.value !== 'string';
      comments.push(part.comment);
    }
    const value =
      texts.length === 0 || part.value === null ? part.value : texts.join('') + String(part.value);
    const comment = comments.filter(Boolean).join(' ');
    yield { keyword, value: wrong ? null : value, comment, ...(wrong && { card: line }) };
  }
}

/** A card as JSON: numbers with all their digits, complex ones as two numbers. */
export function cardJson({ keyword, value, comment, card }: ReadCard): string {
  let written = JSON.stringify(value);
  if (value !== null && typeof value === 'object') written = 'number' in value ? value.number : value.complex;
  const more = card === undefined ? '' : `,"card":${JSON.stringify(card)}`;
  return `{"keyword":${JSON.stringify(keyword)},"value":${written},"comment":${JSON.stringify(comment)}${more}}`;
}
