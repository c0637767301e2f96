/** What a cutout says of its pixels. */
import { native } from '../addon/addon.ts';
import { count } from '../base/count.ts';
import type { Box } from '../base/sky.ts';
import { callNative } from '../base/to-vignet-error.ts';

/** Columns and rows of the image in a layout. */
export function sizeOfImage(layout: Uint8Array): { width: number; height: number } | undefined {
  return callNative(() => native.describeLayout(layout)).planes[0];
}

/** Of the half-open pixels `from` to `to` those that are not 0 to `size`. */
const outside = (from: number, to: number, size: number) =>
  to - from - Math.max(0, Math.min(to, size) - Math.max(from, 0));

/**
 * `300 x 300 pixels, 85 columns and 0 rows outside the image`: of a box, half-open, 0-based pixels, else of the whole image.
 * Empty where neither is known.
 */
export function cutPixels(box: Box | undefined, image: ReturnType<typeof sizeOfImage>): string {
  if (!box) return image ? `${image.width} x ${image.height} pixels` : '';
  const size = `${box.x1 - box.x0} x ${box.y1 - box.y0} pixels`;
  const columns = image ? outside(box.x0, box.x1, image.width) : 0;
  const rows = image ? outside(box.y0, box.y1, image.height) : 0;
  if (columns + rows === 0) return size;
  return `${size}, ${count(columns, 'column')} and ${count(rows, 'row')} outside the image`;
}
