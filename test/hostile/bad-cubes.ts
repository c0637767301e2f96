// Cubes that lie: by their axes, or by their tile tables.
import { native } from '../../src/addon/addon.ts';
import { data, floats, header, replaceCard, tan, type Value } from '../support/fits.ts';

/** 10 x 10 x 3 pixels. */
function cube(change: Record<string, Value>): Buffer {
  const cards = { NAXIS: 3, NAXIS1: 10, NAXIS2: 10, NAXIS3: 3, ...change };
  return Buffer.concat([
    header([['SIMPLE', true], ['BITPIX', -32], ...Object.entries(cards), ...tan(10, 10)]),
    data(floats(300)),
  ]);
}

/** 10 x 8 x 5 pixels, a row a tile. */
function cubeTable(keyword: string, value: Value): Buffer {
  const change = { NAXIS: 3, NAXIS1: 10, NAXIS2: 8, NAXIS3: 5 };
  const plain = Buffer.concat([
    header(Object.entries({ SIMPLE: true, BITPIX: 8, NAXIS: 0, EXTEND: true })),
    header([
      ...Object.entries({ XTENSION: 'IMAGE', BITPIX: -32, ...change, PCOUNT: 0, GCOUNT: 1 }),
      ...tan(10, 8),
    ]),
    data(floats(400)),
  ]);
  const control = new Int32Array(new SharedArrayBuffer(4));
  const file = Buffer.from(native.compressFits(plain, { mode: 'gzip' }, control, 10_000));
  return replaceCard(file, 2880, keyword, value);
}

const bad = (name: string, bytes: Buffer, says: RegExp) => ({ name, bytes, says });

export const badCubes = () => [
  bad('a cube without its pixels', cube({ NAXIS3: 40 }), /HDU 0: expected 16000 bytes .*received/),
  bad('NAXIS3 zero', cube({ NAXIS3: 0 }), /image/),
  bad('NAXIS3 negative', cube({ NAXIS3: -3 }), /HDU 0: expected at least 0 for NAXIS3, received -3/),
  bad('NAXIS3 huge', cube({ NAXIS3: 4294967296 }), /HDU 0: expected 1717986918400 bytes/),
  bad('the axes of a cube overflow', cube({ NAXIS3: 2 ** 53, NAXIS4: 2 ** 53, NAXIS: 4 }), /received more/),
  bad('NAXIS of 999', cube({ NAXIS: 999 }), /HDU 0: expected an integer for NAXIS4, received no such card/),
  bad('a fifth axis', cube({ NAXIS: 5, NAXIS3: 1, NAXIS4: 1, NAXIS5: 3 }), /image/),
  bad('ZNAXIS3 huge', cubeTable('ZNAXIS3', 2147483647), /HDU 1: expected 2147483647 rows/),
  bad(
    'ZNAXIS3 beyond 31 bits',
    cubeTable('ZNAXIS3', 2147483648),
    /HDU 1: expected at most 2147483647 pixels/,
  ),
  bad('ZTILE3 zero', cubeTable('ZTILE3', 0), /HDU 1: expected at least 1 for ZTILE3, received 0/),
  bad('ZTILE3 beyond the cube', cubeTable('ZTILE3', 2147483647), /HDU 1: expected 1 rows.*received 5/),
];
