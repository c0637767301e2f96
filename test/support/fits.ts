// FITS files built byte by byte, so that tests can say exactly what is wrong with one.

export type Value = string | number | boolean;

/** One 80-character card; a `raw` string of another length is padded or cut to 80. */
export function card(keyword: string, value: Value): string {
  const text =
    typeof value === 'string'
      ? `'${value.replaceAll("'", "''").padEnd(8)}'`
      : typeof value === 'boolean'
        ? (value ? 'T' : 'F').padStart(20)
        : `${value}`.toUpperCase().padStart(20);
  return `${keyword.padEnd(8)}= ${text}`.padEnd(80).slice(0, 80);
}

const pad = (bytes: Buffer, fill: number): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((2880 - (bytes.length % 2880)) % 2880, fill)]);

export function header(cards: readonly (readonly [string, Value] | string)[], end = true): Buffer {
  const lines = cards.map((entry) =>
    typeof entry === 'string' ? entry.padEnd(80).slice(0, 80) : card(entry[0], entry[1]),
  );
  if (end) lines.push('END'.padEnd(80));
  return pad(Buffer.from(lines.join(''), 'latin1'), 0x20);
}

/** A TAN WCS about a point, 0.2 arc seconds a pixel. */
export const tan = (width: number, height: number, ra = 53, dec = -27): [string, Value][] => [
  ['CTYPE1', 'RA---TAN'],
  ['CTYPE2', 'DEC--TAN'],
  ['CRPIX1', (width + 1) / 2],
  ['CRPIX2', (height + 1) / 2],
  ['CRVAL1', ra],
  ['CRVAL2', dec],
  ['CD1_1', -0.2 / 3600],
  ['CD1_2', 0.0],
  ['CD2_1', 0.0],
  ['CD2_2', 0.2 / 3600],
  ['RADESYS', 'ICRS'],
];

/** The keywords of that WCS, for files that are to lack it. */
export const wcsKeywords = tan(1, 1).map(([keyword]) => keyword);

/** Big-endian float pixels, value = index. */
export function floats(count: number): Buffer {
  const bytes = Buffer.alloc(count * 4);
  for (let i = 0; i < count; i++) bytes.writeFloatBE(i, i * 4);
  return bytes;
}

export const data = (bytes: Buffer): Buffer => pad(bytes, 0);

type Cards = readonly (readonly [string, Value] | string)[];

/** The cards of a plain 2-D float primary image; `change` replaces or adds, `drop` removes keywords. */
export function imageCards(
  width: number,
  height: number,
  change: Record<string, Value> = {},
  drop: string[] = [],
): Cards {
  const cards: [string, Value][] = [
    ['SIMPLE', true],
    ['BITPIX', -32],
    ['NAXIS', 2],
    ['NAXIS1', width],
    ['NAXIS2', height],
    ...tan(width, height),
  ];
  return edit(cards, change, drop);
}

export function edit(
  cards: [string, Value][],
  change: Record<string, Value>,
  drop: string[] = [],
): [string, Value][] {
  const kept = cards.filter(([keyword]) => !drop.includes(keyword));
  const known = new Set(kept.map(([keyword]) => keyword));
  return [
    ...kept.map(([keyword, value]): [string, Value] => [keyword, change[keyword] ?? value]),
    ...Object.entries(change).filter(([keyword]) => !known.has(keyword)),
  ];
}

/** A good plain image file of width x height floats. */
export const plainImage = (
  width = 40,
  height = 30,
  change: Record<string, Value> = {},
  drop: string[] = [],
): Buffer => Buffer.concat([header(imageCards(width, height, change, drop)), data(floats(width * height))]);

/** The cards of a header block at `offset`, and where its data begin. */
export function readHeader(file: Buffer, offset: number): { cards: string[]; dataOffset: number } {
  const cards: string[] = [];
  for (let at = offset; at + 80 <= file.length; at += 80) {
    const line = file.toString('latin1', at, at + 80);
    if (line.startsWith('END     '))
      return { cards, dataOffset: offset + Math.ceil((at + 80 - offset) / 2880) * 2880 };
    cards.push(line);
  }
  throw new Error('no END');
}

/** A copy of a file in which one card of the header at `offset` says something else. */
export function replaceCard(file: Buffer, offset: number, keyword: string, value: Value): Buffer {
  const copy = Buffer.from(file);
  for (let at = offset; at + 80 <= copy.length; at += 80) {
    const line = copy.toString('latin1', at, at + 80);
    if (line.startsWith(`${keyword.padEnd(8)}=`)) {
      copy.write(card(keyword, value), at, 'latin1');
      return copy;
    }
    if (line.startsWith('END     ')) break;
  }
  throw new Error(`no ${keyword} card`);
}
