/** Parameters of grey pictures: the curve, its limits, the colours of its levels. */
import { defined } from '../../base/defined.ts';
import { choice } from '../dali/declare.ts';
import { parseNumbers } from '../dali/numbers.ts';
import { badValue, type Parameter } from '../dali/parameter.ts';
import { contradiction, single, type Values } from '../dali/values.ts';
import { colourParameters, type Stretch } from './colour-parameters.ts';

/** What is black and white: values, percentiles of the pixels, or IRAF's zscale. */
export type PictureLimits =
  | { readonly kind: 'values' | 'percentiles'; readonly low: number; readonly high: number }
  | { readonly kind: 'zscale' };

/** How a grey picture is drawn, beyond the defaults. */
export interface PictureLook {
  readonly stretch?: Stretch;
  readonly limits?: PictureLimits;
  readonly cmap?: 'gray' | 'gray_r' | 'hot';
}

const expectedLimits = '"low high" in the unit of the pixels, percentiles ("99.5%" or "1% 99%"), or zscale';

function parseLimits(text: string): PictureLimits {
  const words = text.trim().split(/[\s,]+/);
  if (words.length === 1 && words[0]?.toLowerCase() === 'zscale') return { kind: 'zscale' };
  const isPercent = words.every((word) => word.endsWith('%'));
  const numbers = parseNumbers(
    'LIMITS',
    words.map((word) => (isPercent ? word.slice(0, -1) : word)).join(' '),
    expectedLimits,
  );
  const [low = Number.NaN, high] = numbers;
  // One percentile is the middle part of the pixels.
  const [from, to] =
    isPercent && high === undefined ? [(100 - low) / 2, (100 + low) / 2] : [low, high ?? Number.NaN];
  const most = isPercent ? 100 : Number.MAX_VALUE;
  if (numbers.length > 2 || !(from < to) || to > most || from < (isPercent ? 0 : -most))
    throw badValue('LIMITS', text, expectedLimits);
  return { kind: isPercent ? 'percentiles' : 'values', low: from, high: to };
}

const limits: Parameter<PictureLimits> = {
  name: 'LIMITS',
  ucd: 'meta.code',
  ...{ datatype: 'char', arraysize: '*', multiplicity: 'optional', maxLength: 128 },
  description: `Grey pictures: what is black and what white: ${expectedLimits}. Default: from the sky and its noise to the brightest half per cent.`,
  example: '99.5%',
  parse: parseLimits,
};

const cmap = choice({
  name: 'CMAP',
  ucd: 'meta.code',
  values: ['gray', 'gray_r', 'hot'],
  description: 'Grey pictures: colours of the levels, as the colormaps of matplotlib of these names.',
  default: 'gray',
  example: 'gray_r',
});

export const pictureParameters = { limits, cmap } as const;

/** Why FITS is refused. */
export const lookNeedsPicture =
  'STRETCH, LIMITS and CMAP need a picture format; give RESPONSEFORMAT=image/png, image/jpeg or image/webp';

/** Throws usage CONTRADICTION. */
export function lookOf(values: Values): PictureLook | undefined {
  const stretch = single(values, colourParameters.stretch);
  const look: PictureLook = defined({
    stretch: typeof stretch === 'string' ? stretch : undefined,
    limits: single(values, limits),
    cmap: single(values, cmap),
  });
  if (Object.keys(look).length === 0) return undefined;
  if (values.has('RGB'))
    throw contradiction(
      'RGB takes a number for STRETCH, and neither LIMITS nor CMAP; leave them out, or RGB',
    );
  return look;
}
