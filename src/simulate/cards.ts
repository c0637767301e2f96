/** FITS header records. */
export type Card = string;

/** A real number: the shortest decimal form that reads back as the same double, always with a point. */
export function real(name: string, value: number, comment?: string): Card {
  let digits = String(value).toUpperCase();
  if (!digits.includes('.')) digits = digits.includes('E') ? digits.replace('E', '.0E') : `${digits}.0`;
  return card(name, digits.padStart(20), comment);
}

export function integer(name: string, value: number, comment?: string): Card {
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
