/** The decode.plane claims: whole planes of the bench image by readPixels and by cfitsio, full size even when quick. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchContext, type Pair, program } from './claim.ts';

/** The HDUs of a visit image. */
export const IMAGE = 1;
export const MASK = 2;

export const PEER = 'cfitsio: fits_read_img, the file open';

/** Both sides in turn, on one thread. `path` is absolute. */
export function decodePlane(context: BenchContext, path: string, hdu: number, quick: boolean): Pair {
  return JSON.parse(program(context, 'decode_plane', [path, hdu, quick ? 5 : 21])) as Pair;
}

export function benchImage({ file }: BenchContext): string {
  return join(file.folder, file.path);
}

/** The image plane in tiles of 256 x 256, made once. */
export function squareImage(context: BenchContext): string {
  const folder = join(context.root, '.vignet/bench');
  const path = join(folder, 'square.fits');
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    program(context, 'retile', [benchImage(context), IMAGE, path, 256, 256]);
  }
  return path;
}
