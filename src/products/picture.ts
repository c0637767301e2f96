/** Pixels to PNG, JPEG or WebP. */
import type { Sharp } from 'sharp';
import type { PictureFormat } from '../vo/response-format.ts';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** Encodes with sharp, in one thread of libuv's: the engine owns the cores. The same pixels give the same bytes. */
export async function encodePicture(
  { width, height, rgba }: Pixels,
  format: PictureFormat,
): Promise<Uint8Array> {
  // Loaded when the first picture is asked for: most processes never make one.
  const { default: sharp } = await import('sharp');
  sharp.concurrency(1);
  sharp.cache(false);
  const image: Sharp = sharp(rgba, { raw: { width, height, channels: 4 } });
  if (format === 'png') return image.png({ compressionLevel: 6 }).toBuffer();
  if (format === 'webp') return image.webp({ quality: 90 }).toBuffer();
  return image.flatten({ background: '#000' }).jpeg({ quality: 90 }).toBuffer();
}
