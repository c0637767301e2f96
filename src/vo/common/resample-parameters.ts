/** Parameters of resampling, which mosaics and film strips share. */
import { parseNumbers } from '../dali/numbers.ts';
import { badValue, oneOf, type Parameter } from '../dali/parameter.ts';

const kernels = ['nearest', 'bilinear', 'lanczos3', 'lanczos4', 'exact'] as const;
export type Resample = (typeof kernels)[number];

export function numberBetween(name: string, text: string, unit: string, min: number, max: number): number {
  const [value = Number.NaN, ...more] = parseNumbers(name, text, `one number of ${unit}`);
  if (more.length > 0 || !(value >= min && value <= max))
    throw badValue(name, text, `one number of ${unit} from ${min} to ${max} is right`);
  return value;
}

export const pixelScale: Parameter<number> = {
  name: 'PIXSCALE',
  ucd: 'instr.pixel;pos.angDistance',
  unit: 'arcsec',
  ...{ datatype: 'double', multiplicity: 'optional', maxLength: 64 },
  bounds: { min: 0.001, max: 3600 },
  description: 'Side of a pixel of the resampled image. Default: that of the first input.',
  example: '0.4',
  parse: (text) => numberBetween('PIXSCALE', text, 'arc seconds', 0.001, 3600),
};

export const resample: Parameter<Resample> = {
  name: 'RESAMPLE',
  datatype: 'char',
  arraysize: '*',
  multiplicity: 'optional',
  maxLength: 64,
  values: kernels,
  default: 'lanczos3',
  description:
    'How pixels are resampled where the grids differ; docs/resampling.md says what each is good for.',
  example: 'bilinear',
  parse: oneOf('RESAMPLE', kernels),
};
