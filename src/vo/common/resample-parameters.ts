/** Parameters of resampling, which mosaics and film strips share. */
import { choice, number } from '../dali/declare.ts';
import type { Defaulted, Parameter } from '../dali/parameter.ts';

const conserves = ['auto', 'flux', 'brightness'] as const;
export type Conserve = (typeof conserves)[number];

const kernels = ['nearest', 'bilinear', 'lanczos3', 'lanczos4', 'exact'] as const;
export type Resample = (typeof kernels)[number];

export const pixelScale: Parameter<number> = number(
  {
    name: 'PIXSCALE',
    ucd: 'instr.pixel;pos.angDistance',
    unit: 'arcsec',
    bounds: { min: 0.001, max: 3600 },
    description: 'Side of a pixel of the resampled image, arc seconds. Default: that of the first input.',
    example: '0.4',
  },
  'arc seconds',
);

export const resample: Defaulted<Resample> = choice({
  name: 'RESAMPLE',
  values: kernels,
  default: 'lanczos3',
  description: 'Resampling kernel, used where the grids differ. docs/resampling.md compares them.',
  example: 'bilinear',
});

export const conserve: Defaulted<Conserve> = choice({
  name: 'CONSERVE',
  values: conserves,
  default: 'auto',
  description:
    'What resampled pixels keep. flux: sums over sources; pixels are multiplied by the ratio of the areas of output and input pixels. brightness: values. auto: flux for units per pixel (nJy, adu, electron/s), else brightness.',
  example: 'flux',
});

export const positionError: Defaulted<number> = number(
  {
    name: 'POSITION_ERROR',
    unit: 'pixel',
    bounds: { min: 0, max: 1 },
    default: '0.005',
    description:
      'Largest error of interpolated positions, pixels of the input. 0: the position of every pixel is computed exactly, which is slower.',
    example: '0',
  },
  'pixels',
);
