/** Planes and units of what is made of several datasets: parameters that stacks and mosaics share. */
import { choice } from '../dali/declare.ts';
import type { Defaulted } from '../dali/parameter.ts';

const details = ['Image', 'MaskedImage'] as const;
export type PlanesDetail = (typeof details)[number];

const units = ['native', 'nJy'] as const;
export type PixelUnit = (typeof units)[number];

export const planesDetail: Defaulted<PlanesDetail> = choice({
  name: 'CUTOUTDETAIL',
  values: details,
  default: 'Image',
  description: 'Image: only the image. MaskedImage: image, mask and variance.',
  example: 'MaskedImage',
});

export const pixelUnit: Defaulted<PixelUnit> = choice({
  name: 'UNIT',
  values: units,
  default: 'native',
  description:
    'Unit of all stamps: native (all images must have the same), or nJy (scaled by the calibration). On a common grid the default is nJy if all images are calibrated.',
  example: 'nJy',
});
