// A small tile-compressed file made by the addon from a plain one.
import { native } from '../../src/engine/native.ts';
import { data, floats, header, tan } from './fits.ts';

export interface CompressOptions {
  readonly mode: 'gzip' | 'rice';
  readonly quantize?: number;
}

/** Integer pixels for Rice; the table is HDU 1, 40 x 30 pixels, a row a tile. */
export function compressed(options: CompressOptions): Buffer {
  const integers = Buffer.alloc(1200 * 4);
  for (let i = 0; i < 1200; i++) integers.writeInt32BE((i * 7919) % 1000, i * 4);
  const lossy = options.quantize !== undefined;
  const plain = Buffer.concat([
    header([
      ['SIMPLE', true],
      ['BITPIX', 8],
      ['NAXIS', 0],
      ['EXTEND', true],
    ]),
    header([
      ['XTENSION', 'IMAGE'],
      ['BITPIX', lossy ? -32 : 32],
      ['NAXIS', 2],
      ['NAXIS1', 40],
      ['NAXIS2', 30],
      ['PCOUNT', 0],
      ['GCOUNT', 1],
      ['EXTNAME', 'IMAGE'],
      ...tan(40, 30),
    ]),
    data(lossy ? floats(1200) : integers),
  ]);
  return Buffer.from(native.compressFits(plain, options, new Int32Array(new SharedArrayBuffer(4)), 10_000));
}
