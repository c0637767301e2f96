// Small tile-compressed files made from plain ones, by the addon and by cfitsio.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { native } from '../../src/addon/addon.ts';
import { data, floats, header, imageCards, tan } from './fits.ts';

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

/** 40 x 30 pixels compressed by cfitsio as `imcopy`'s `[compress <how>]` says; the table is HDU 1. */
export function byCfitsio(bitpix: 16 | -32, how: string): Buffer {
  const size = Math.abs(bitpix) / 8;
  const pixels = Buffer.alloc(1200 * size);
  for (let i = 0; i < 1200; i++) {
    const value = (i * 7919) % 97;
    if (bitpix === 16) pixels.writeInt16BE(value, i * size);
    else pixels.writeFloatBE(value / 3, i * size);
  }
  const folder = mkdtempSync(join(tmpdir(), 'vignet-codec-'));
  try {
    const [plain, packed] = [join(folder, 'plain.fits'), join(folder, 'packed.fits')];
    writeFileSync(plain, Buffer.concat([header(imageCards(40, 30, { BITPIX: bitpix })), data(pixels)]));
    execFileSync('imcopy', [plain, `${packed}[compress ${how}]`]);
    return readFileSync(packed);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
