/** Pixels to PNG, JPEG or WebP. */
import type { Sharp } from 'sharp';
import type { PictureFormat } from '../../vo/dali/response-format.ts';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** Loaded when the first picture is asked for: most processes never make one. A service loads it before it listens. */
export async function encoder() {
  const { default: sharp } = await import('sharp');
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
}

/** Encodes with sharp, in one thread of libuv's: the engine owns the cores. The same pixels give the same bytes. */
export async function encodePicture(
  { width, height, rgba }: Pixels,
  format: PictureFormat,
): Promise<Uint8Array> {
  const sharp = await encoder();
  const image: Sharp = sharp(rgba, { raw: { width, height, channels: 4 } });
  if (format === 'png') return image.png({ compressionLevel: 6 }).toBuffer();
  if (format === 'webp') return image.webp({ quality: 90 }).toBuffer();
  return image.flatten({ background: '#000' }).jpeg({ quality: 90 }).toBuffer();
}

/** An animated WebP that begins again at its end: frames of `frameHeight` rows, one below the other, each shown for `ms`. */
export async function encodeFilm(
  { width, height, rgba }: Pixels,
  frameHeight: number,
  ms: number,
): Promise<Uint8Array> {
  const sharp = await encoder();
  const raw = { width, height, channels: 4, pageHeight: frameHeight } as const;
  const delay = new Array<number>(height / frameHeight).fill(ms);
  return sharp(rgba, { raw }).webp({ quality: 90, delay, loop: 0 }).toBuffer();
}
