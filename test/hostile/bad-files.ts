// Files that lie. Each is made from a good one by a single change, so that what is tested is what is named.
import { byCfitsio, type CompressOptions, compressed } from '../support/compressed.ts';
import {
  data,
  edit,
  floats,
  header,
  imageCards,
  plainImage,
  replaceCard,
  tan,
  type Value,
  wcsKeywords,
} from '../support/fits.ts';
import { badCubes } from './bad-cubes.ts';

export interface BadFile {
  readonly name: string;
  readonly bytes: Buffer;
  /** Where it is caught: when its layout is read, or when its pixels are. */
  readonly caught: 'layout' | 'pixels';
  /** What the error's sentence must name. */
  readonly says: RegExp;
}

const extension = (change: Record<string, Value> = {}, drop: string[] = []) =>
  header([
    ...edit(
      [
        ['XTENSION', 'IMAGE'],
        ['BITPIX', -32],
        ['NAXIS', 2],
        ['NAXIS1', 40],
        ['NAXIS2', 30],
        ['PCOUNT', 0],
        ['GCOUNT', 1],
        ...tan(40, 30),
      ],
      change,
      drop,
    ),
  ]);

const emptyPrimary = () =>
  header([
    ['SIMPLE', true],
    ['BITPIX', 8],
    ['NAXIS', 0],
    ['EXTEND', true],
  ]);

/** A good file with a tile table, and the offset of the table's header. */
const tiles = (options: CompressOptions = { mode: 'rice' }) => compressed(options);

function tableCard(keyword: string, value: Value, options?: CompressOptions): Buffer {
  const file = tiles(options);
  return replaceCard(file, 2880, keyword, value);
}

/** Overwrites bytes of the table's rows (`row`) or heap (`heap`). */
function overwrite(good: Buffer, where: 'row' | 'heap', at: number, bytes: number[]): Buffer {
  const file = Buffer.from(good);
  const rowBytes = number(file, 'NAXIS1') * number(file, 'NAXIS2');
  Buffer.from(bytes).copy(file, dataOf(file) + (where === 'row' ? 0 : rowBytes) + at);
  return file;
}

const tableBytes = (where: 'row' | 'heap', at: number, bytes: number[]) =>
  overwrite(tiles(), where, at, bytes);

function number(file: Buffer, keyword: string): number {
  const text = file.toString('latin1', 2880);
  return Number(new RegExp(`${keyword.padEnd(8)}=\\s*(\\d+)`).exec(text)?.[1]);
}

function dataOf(file: Buffer): number {
  const end = file.indexOf(`END${' '.repeat(77)}`, 2880, 'latin1');
  return Math.ceil((end + 80) / 2880) * 2880;
}

const layout = (name: string, bytes: Buffer, says: RegExp): BadFile => ({
  name,
  bytes,
  caught: 'layout',
  says,
});
const pixels = (name: string, bytes: Buffer, says: RegExp): BadFile => ({
  name,
  bytes,
  caught: 'pixels',
  says,
});

const noise = Array.from({ length: 64 }, (_, i) => (i * 151 + 77) & 255);

/** Every codec as cfitsio writes it, with a false descriptor, with a heap of noise, and cut short in its first tile. */
function codecLies(): BadFile[] {
  const recipes: [string, 16 | -32, string][] = [
    ['GZIP_1', 16, 'G 20,15'],
    ['PLIO_1', 16, 'P 20,15'],
    ['HCOMPRESS_1', 16, 'H 20,15'],
    ['quantised RICE_1', -32, 'R 20,15; q 8'],
    ['dithered GZIP_1', -32, 'G 20,15; qz 8'],
    ['quantised HCOMPRESS_1', -32, 'H 20,15; q 8'],
  ];
  const files = recipes.map(([name, bitpix, how]): [string, Buffer] => [name, byCfitsio(bitpix, how)]);
  return [['GZIP_2', tiles({ mode: 'gzip' })] as [string, Buffer], ...files].flatMap(([name, file]) => [
    pixels(`${name}, length a lie`, overwrite(file, 'row', 0, [0x7f, 0xff, 0xff, 0xff]), /HDU 1 .*tile 1: /),
    pixels(`${name}, offset a lie`, overwrite(file, 'row', 4, [0x7f, 0xff, 0xff, 0xff]), /HDU 1 .*tile 1: /),
    pixels(`${name}, noise`, overwrite(file, 'heap', 0, noise), /HDU 1 .*tile 1: /),
    pixels(`${name}, cut short`, overwrite(file, 'row', 0, [0, 0, 0, 3]), /HDU 1 .*tile 1: /),
  ]);
}

export function badFiles(): BadFile[] {
  const plain = plainImage();
  const good = tiles();
  const goodData = dataOf(good);
  return [
    // Not FITS at all
    layout('empty', Buffer.alloc(0), /empty/),
    layout('one byte', Buffer.from('S'), /expected a FITS file.*SIMPLE/),
    layout('text', Buffer.from('hello '.repeat(1000)), /expected a FITS file.*SIMPLE/),
    layout('zeros', Buffer.alloc(28_800), /expected a FITS file.*SIMPLE/),
    layout(
      'SIMPLE = F',
      header(edit([...imageCards(4, 4)] as [string, Value][], { SIMPLE: false })),
      /HDU 0: expected T for SIMPLE/,
    ),
    // Truncated at every structure
    layout(
      'cut inside the first card',
      plain.subarray(0, 40),
      /HDU 0: .*expected an END card.*the end of the file/,
    ),
    layout(
      'cut inside the primary header',
      plain.subarray(0, 800),
      /HDU 0: .*expected an END card.*the end of the file/,
    ),
    layout(
      'header without END',
      Buffer.concat([header(imageCards(4, 4), false), Buffer.alloc(2880, 0x20)]),
      /HDU 0: .*expected an END card.*the end of the file/,
    ),
    layout(
      'cut at the start of the data',
      plain.subarray(0, 2880),
      /HDU 0: expected 4800 bytes .*received 0;/,
    ),
    layout(
      'cut inside the data',
      plain.subarray(0, 2880 + 1000),
      /HDU 0: expected 4800 bytes .*received 1000;/,
    ),
    layout(
      'cut inside an extension header',
      Buffer.concat([emptyPrimary(), extension().subarray(0, 700)]),
      /HDU 1: .*expected an END card.*the end of the file/,
    ),
    layout('cut inside a tile table', good.subarray(0, goodData + 16), /HDU 1: expected .*received 16;/),
    layout(
      'cut inside a heap',
      good.subarray(0, good.length - 2880),
      /HDU 1: expected \d+ bytes for the data of its header/,
    ),
    // Lying sizes
    layout('NAXIS1 huge', plainImage(40, 30, { NAXIS1: 2147483647 }), /HDU 0: expected 257698037640 bytes/),
    layout(
      'NAXIS1 × NAXIS2 overflows',
      plainImage(40, 30, { NAXIS1: 4294967295, NAXIS2: 4294967295 }),
      /HDU 0: expected .*NAXISn.*received more/,
    ),
    layout(
      'NAXIS1 negative',
      plainImage(40, 30, { NAXIS1: -40 }),
      /HDU 0: expected at least 0 for NAXIS1, received -40/,
    ),
    layout(
      'NAXIS1 fractional',
      plainImage(40, 30, { NAXIS1: 40.5 }),
      /HDU 0: expected an integer for NAXIS1, received the card "NAXIS1 .*40.5/,
    ),
    layout(
      'NAXIS1 missing',
      plainImage(40, 30, {}, ['NAXIS1']),
      /HDU 0: expected an integer for NAXIS1, received no such card/,
    ),
    layout('NAXIS1 zero', plainImage(40, 30, { NAXIS1: 0 }), /image/),
    layout(
      'NAXIS negative',
      plainImage(40, 30, { NAXIS: -1 }),
      /HDU 0: expected 0 to 999 for NAXIS, received -1/,
    ),
    layout(
      'NAXIS of 1000',
      plainImage(40, 30, { NAXIS: 1000 }),
      /HDU 0: expected 0 to 999 for NAXIS, received 1000/,
    ),
    layout('BITPIX 12', plainImage(40, 30, { BITPIX: 12 }), /HDU 0: expected .* for BITPIX, received 12/),
    layout(
      'BITPIX missing',
      plainImage(40, 30, {}, ['BITPIX']),
      /HDU 0: expected an integer for BITPIX, received no such card/,
    ),
    layout(
      'BITPIX a word',
      plainImage(40, 30, { BITPIX: 'float' }),
      /HDU 0: expected an integer for BITPIX, received the card/,
    ),
    layout(
      'PCOUNT negative',
      Buffer.concat([emptyPrimary(), extension({ PCOUNT: -2880 }), data(floats(1200))]),
      /HDU 1: expected at least 0 for PCOUNT, received -2880/,
    ),
    layout(
      'GCOUNT huge',
      Buffer.concat([emptyPrimary(), extension({ GCOUNT: 1000000000000 }), data(floats(1200))]),
      /HDU 1: expected \d+ bytes for the data/,
    ),
    ...badCubes().map(({ name, bytes, says }) => layout(name, bytes, says)),
    layout(
      'random groups',
      plainImage(40, 30, { NAXIS1: 0, GROUPS: true }),
      /HDU 0: expected an image, received random groups/,
    ),
    // Hostile tile tables
    layout('ZNAXIS1 huge', tableCard('ZNAXIS1', 2000000000), /HDU 1: expected 1500000000 rows.*received 30/),
    layout('ZTILE1 zero', tableCard('ZTILE1', 0), /HDU 1: expected at least 1 for ZTILE1, received 0/),
    layout('ZTILE2 negative', tableCard('ZTILE2', -1), /HDU 1: expected at least 1 for ZTILE2, received -1/),
    layout('ZBITPIX 7', tableCard('ZBITPIX', 7), /HDU 1: expected .* for ZBITPIX, received 7/),
    layout(
      'ZCMPTYPE unknown',
      tableCard('ZCMPTYPE', 'ZSTD_9'),
      /HDU 1: expected RICE_1, .* for ZCMPTYPE, received 'ZSTD_9'/,
    ),
    layout('fewer rows than tiles', tableCard('NAXIS2', 3), /HDU 1: expected 30 rows.*received 3/),
    layout('row width a lie', tableCard('NAXIS1', 3), /HDU 1: expected at most NAXIS1 = 3/),
    layout(
      'TFORM1 nonsense',
      tableCard('TFORM1', '1ZZ(9)'),
      /HDU 1: expected a binary-table format for TFORM1, received '1ZZ\(9\)'/,
    ),
    layout('no COMPRESSED_DATA column', tableCard('TTYPE1', 'SOMETHING'), /HDU 1: .*COMPRESSED_DATA/),
    pixels(
      'tile length huge',
      tableBytes('row', 0, [0x7f, 0xff, 0xff, 0xff]),
      /HDU 1 .*tile 1: .*expected at most .* elements/,
    ),
    pixels(
      'tile length negative',
      tableBytes('row', 0, [0xff, 0xff, 0xff, 0xff]),
      /HDU 1 .*tile 1: .*expected at most .* elements/,
    ),
    pixels(
      'tile offset beyond the heap',
      tableBytes('row', 4, [0x7f, 0xff, 0xff, 0xf0]),
      /HDU 1 .*tile 1: expected bytes inside the heap/,
    ),
    pixels(
      'tile of no bytes',
      tableBytes('row', 0, [0, 0, 0, 0]),
      /HDU 1 .*tile 1: expected bytes, received none/,
    ),
    pixels('tile of noise', tableBytes('heap', 0, noise), /HDU 1 .*tile 1: /),
    ...codecLies(),
  ];
}

/** Headers whose sky cannot be used: laid out, but no stencil can be placed on them. */
export function badSkies(): { name: string; bytes: Buffer; says: RegExp }[] {
  return [
    { name: 'no WCS', bytes: plainImage(40, 30, {}, wcsKeywords), says: /expected a celestial WCS/ },
    { name: 'singular CD', bytes: plainImage(40, 30, { CD1_1: 0.0, CD2_2: 0.0 }), says: /HDU 0: .*singular/ },
    {
      name: 'linear axes',
      bytes: plainImage(40, 30, { CTYPE1: 'LINEAR', CTYPE2: 'LINEAR' }),
      says: /expected a celestial WCS/,
    },
    {
      name: 'one celestial axis',
      bytes: plainImage(40, 30, { CTYPE2: 'LINEAR' }),
      says: /CTYPE1 and CTYPE2, received '.*' and 'LINEAR'/,
    },
    {
      name: 'unknown projection',
      bytes: plainImage(40, 30, { CTYPE1: 'RA---XYZ', CTYPE2: 'DEC--XYZ' }),
      says: /HDU 0: expected a WCS that wcslib can set up.*axis type/,
    },
    {
      name: 'unknown frame',
      bytes: plainImage(40, 30, { RADESYS: 'GAPPT' }),
      says: /RADESYS, received 'GAPPT'/,
    },
    {
      name: 'CRVAL2 beyond the pole',
      bytes: plainImage(40, 30, { CRVAL2: 123.0 }),
      says: /-90 to 90 degrees for .*CRVAL2, received 123/,
    },
    {
      name: 'CRPIX a word',
      bytes: plainImage(40, 30, { CRPIX1: 'middle' }),
      says: /expected a number for CRPIX1, received/,
    },
    {
      name: 'CD of 1e308',
      bytes: plainImage(40, 30, { CD1_1: 1e308, CD2_2: 1e308 }),
      says: /HDU 0: expected a number below 1e12 for CD/,
    },
  ];
}
