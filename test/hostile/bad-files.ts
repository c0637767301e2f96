// Files that lie. Each is made from a good one by a single change, so that what is tested is what is named.
import { type CompressOptions, compressed } from '../support/compressed.ts';
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
} from '../support/fits.ts';

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
function tableBytes(where: 'row' | 'heap', at: number, bytes: number[]): Buffer {
  const file = Buffer.from(tiles());
  const dataOffset = dataOf(file);
  const rowBytes = number(file, 'NAXIS1') * number(file, 'NAXIS2');
  Buffer.from(bytes).copy(file, dataOffset + (where === 'row' ? 0 : rowBytes) + at);
  return file;
}

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

export function badFiles(): BadFile[] {
  const plain = plainImage();
  const good = tiles();
  const goodData = dataOf(good);
  return [
    // Not FITS at all
    layout('empty', Buffer.alloc(0), /empty|FITS|END|short/i),
    layout('one byte', Buffer.from('S'), /FITS|END|short|truncated/i),
    layout('text', Buffer.from('hello '.repeat(1000)), /SIMPLE/),
    layout('zeros', Buffer.alloc(28_800), /SIMPLE|FITS/),
    layout(
      'SIMPLE = F',
      header(edit([...imageCards(4, 4)] as [string, Value][], { SIMPLE: false })),
      /SIMPLE/,
    ),
    // Truncated at every structure
    layout('cut inside the first card', plain.subarray(0, 40), /END|header|short|truncated/i),
    layout('cut inside the primary header', plain.subarray(0, 800), /END|header|truncated/i),
    layout(
      'header without END',
      Buffer.concat([header(imageCards(4, 4), false), Buffer.alloc(2880, 0x20)]),
      /END/,
    ),
    layout('cut at the start of the data', plain.subarray(0, 2880), /HDU 0|truncated|data/i),
    layout('cut inside the data', plain.subarray(0, 2880 + 1000), /HDU 0|truncated|data/i),
    layout(
      'cut inside an extension header',
      Buffer.concat([emptyPrimary(), extension().subarray(0, 700)]),
      /HDU 1|END|header/i,
    ),
    layout('cut inside a tile table', good.subarray(0, goodData + 16), /HDU 1|truncated|data/i),
    layout('cut inside a heap', good.subarray(0, good.length - 2880), /HDU 1|truncated|data/i),
    // Lying sizes
    layout('NAXIS1 huge', plainImage(40, 30, { NAXIS1: 2147483647 }), /HDU 0|NAXIS|truncated/i),
    layout(
      'NAXIS1 × NAXIS2 overflows',
      plainImage(40, 30, { NAXIS1: 4294967295, NAXIS2: 4294967295 }),
      /HDU 0|NAXIS|overflow|large/i,
    ),
    layout('NAXIS1 negative', plainImage(40, 30, { NAXIS1: -40 }), /NAXIS1/),
    layout('NAXIS1 fractional', plainImage(40, 30, { NAXIS1: 40.5 }), /NAXIS1/),
    layout('NAXIS1 missing', plainImage(40, 30, {}, ['NAXIS1']), /NAXIS1/),
    layout('NAXIS1 zero', plainImage(40, 30, { NAXIS1: 0 }), /image/i),
    layout('NAXIS negative', plainImage(40, 30, { NAXIS: -1 }), /NAXIS/),
    layout('NAXIS of 1000', plainImage(40, 30, { NAXIS: 1000 }), /NAXIS/),
    layout('BITPIX 12', plainImage(40, 30, { BITPIX: 12 }), /BITPIX/),
    layout('BITPIX missing', plainImage(40, 30, {}, ['BITPIX']), /BITPIX/),
    layout('BITPIX a word', plainImage(40, 30, { BITPIX: 'float' }), /BITPIX/),
    layout(
      'PCOUNT negative',
      Buffer.concat([emptyPrimary(), extension({ PCOUNT: -2880 }), data(floats(1200))]),
      /PCOUNT/,
    ),
    layout(
      'GCOUNT huge',
      Buffer.concat([emptyPrimary(), extension({ GCOUNT: 1000000000000 }), data(floats(1200))]),
      /HDU 1|GCOUNT/,
    ),
    layout(
      'a cube',
      plainImage(10, 10, { NAXIS: 3, NAXIS1: 10, NAXIS2: 10, NAXIS3: 3 }),
      /NAXIS|axes|image|truncated/i,
    ),
    layout('random groups', plainImage(40, 30, { NAXIS1: 0, GROUPS: true }), /group|image/i),
    // Hostile tile tables
    layout('ZNAXIS1 huge', tableCard('ZNAXIS1', 2000000000), /HDU 1|tile/i),
    layout('ZTILE1 zero', tableCard('ZTILE1', 0), /ZTILE1/),
    layout('ZTILE2 negative', tableCard('ZTILE2', -1), /ZTILE2/),
    layout('ZBITPIX 7', tableCard('ZBITPIX', 7), /ZBITPIX/),
    layout('ZCMPTYPE unknown', tableCard('ZCMPTYPE', 'ZSTD_9'), /ZCMPTYPE/),
    layout('fewer rows than tiles', tableCard('NAXIS2', 3), /HDU 1|rows|tile/i),
    layout('row width a lie', tableCard('NAXIS1', 3), /HDU 1|NAXIS1|row/i),
    layout('TFORM1 nonsense', tableCard('TFORM1', '1ZZ(9)'), /TFORM1/),
    layout('no COMPRESSED_DATA column', tableCard('TTYPE1', 'SOMETHING'), /COMPRESSED_DATA/),
    pixels('tile length huge', tableBytes('row', 0, [0x7f, 0xff, 0xff, 0xff]), /tile/i),
    pixels('tile length negative', tableBytes('row', 0, [0xff, 0xff, 0xff, 0xff]), /tile/i),
    pixels('tile offset beyond the heap', tableBytes('row', 4, [0x7f, 0xff, 0xff, 0xf0]), /tile/i),
    pixels('tile of no bytes', tableBytes('row', 0, [0, 0, 0, 0]), /tile/i),
    pixels(
      'tile of noise',
      tableBytes(
        'heap',
        0,
        Array.from({ length: 64 }, (_, i) => (i * 151 + 77) & 255),
      ),
      /tile/i,
    ),
  ];
}

/** Headers whose sky cannot be used: laid out, but no stencil can be placed on them. */
export function badSkies(): { name: string; bytes: Buffer; says: RegExp }[] {
  const noWcs = [
    'CTYPE1',
    'CTYPE2',
    'CRPIX1',
    'CRPIX2',
    'CRVAL1',
    'CRVAL2',
    'CD1_1',
    'CD1_2',
    'CD2_1',
    'CD2_2',
    'RADESYS',
  ];
  return [
    { name: 'no WCS', bytes: plainImage(40, 30, {}, noWcs), says: /WCS/ },
    { name: 'singular CD', bytes: plainImage(40, 30, { CD1_1: 0.0, CD2_2: 0.0 }), says: /singular|WCS/i },
    { name: 'linear axes', bytes: plainImage(40, 30, { CTYPE1: 'LINEAR', CTYPE2: 'LINEAR' }), says: /WCS/ },
    { name: 'one celestial axis', bytes: plainImage(40, 30, { CTYPE2: 'LINEAR' }), says: /WCS/ },
    {
      name: 'unknown projection',
      bytes: plainImage(40, 30, { CTYPE1: 'RA---XYZ', CTYPE2: 'DEC--XYZ' }),
      says: /WCS/,
    },
    { name: 'unknown frame', bytes: plainImage(40, 30, { RADESYS: 'FK4-NO-E' }), says: /FK4|frame/i },
    { name: 'CRVAL2 beyond the pole', bytes: plainImage(40, 30, { CRVAL2: 123.0 }), says: /WCS|CRVAL/ },
    { name: 'CRPIX a word', bytes: plainImage(40, 30, { CRPIX1: 'middle' }), says: /CRPIX|WCS/ },
    { name: 'CD of 1e308', bytes: plainImage(40, 30, { CD1_1: 1e308, CD2_2: 1e308 }), says: /WCS|overlap/i },
  ];
}
