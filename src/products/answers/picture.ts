/** Pixels to PNG, JPEG or WebP. */
import type { Sharp } from 'sharp';
import type { PictureRaster } from '../../addon/render.ts';
import type { PictureFormat } from '../../vo/dali/response-format.ts';

/** On noise higher levels take four times as long for 4 % fewer bytes. */
const PNG_LEVEL = 4;

/** Loaded when the first picture is asked for: most processes never make one. A service loads it before it listens. */
export async function encoder() {
  const { default: sharp } = await import('sharp');
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
}

/**
 * Encodes with sharp, in one thread of libuv's: the engine owns the cores. The same pixels give the same bytes. A PNG has only
 * the channels that it needs: of a grey image a tenth of the time, and a third fewer bytes.
 */
export async function encodePicture(
  { width, height, opaque, grey, rgba }: PictureRaster,
  format: PictureFormat,
): Promise<Uint8Array> {
  const sharp = await encoder();
  const image: Sharp = sharp(rgba, { raw: { width, height, channels: 4 } });
  if (format === 'png') {
    if (opaque && grey) image.extractChannel('red');
    else if (opaque) image.removeAlpha();
    return image.png({ compressionLevel: PNG_LEVEL }).toBuffer();
  }
  if (format === 'webp') return image.webp({ quality: 90 }).toBuffer();
  return image.flatten({ background: '#000' }).jpeg({ quality: 90 }).toBuffer();
}

/** An animated WebP that begins again at its end: frames of `frameHeight` rows, one below the other, each shown for `ms`. */
export async function encodeFilm(
  { width, height, rgba }: PictureRaster,
  frameHeight: number,
  ms: number,
): Promise<Uint8Array> {
  const sharp = await encoder();
  const raw = { width, height, channels: 4, pageHeight: frameHeight } as const;
  const delay = new Array<number>(height / frameHeight).fill(ms);
  return sharp(rgba, { raw }).webp({ quality: 90, delay, loop: 0 }).toBuffer();
}
