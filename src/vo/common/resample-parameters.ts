/** Parameters of resampling, which mosaics and film strips share. */
import { choice, number } from '../dali/declare.ts';
import type { Defaulted, Parameter } from '../dali/parameter.ts';

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
