/** Compression of FITS answers, which cutouts and mosaics share. */
import { choice, number } from '../dali/declare.ts';
import type { Defaulted, Parameter } from '../dali/parameter.ts';
import { contradiction } from '../dali/values.ts';

const methods = ['none', 'gzip', 'rice'] as const;
export type Compression = (typeof methods)[number];

export const compress: Defaulted<Compression> = choice({
  name: 'COMPRESS',
  values: methods,
  default: 'none',
  description:
    'Lossless tile compression of the FITS answer: gzip, or rice (float planes are then compressed by GZIP_2).',
  example: 'gzip',
});

export const quantize: Parameter<number> = number({
  name: 'QUANTIZE',
  bounds: { min: 0.01, max: 1000 },
  description:
    'Lossy compression of float planes, with COMPRESS=rice: the quantisation step is the noise divided by this level, and is written in the header. Without it compression is lossless.',
  example: '16',
});

/** Throws VignetError usage CONTRADICTION. */
export function refuseLossyWithoutRice(request: {
  readonly compress: Compression;
  readonly quantize?: number;
}): void {
  if (request.quantize !== undefined && request.compress !== 'rice')
    throw contradiction('QUANTIZE needs COMPRESS=rice; give both, or leave QUANTIZE out');
}
