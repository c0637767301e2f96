/** What a request says of colour. */
import { defined } from '../../base/defined.ts';
import { defaultOf } from '../dali/parameter.ts';
import { contradiction, single, type Values } from '../dali/values.ts';
import { type Colour, colourParameters } from './colour-parameters.ts';

/** Why FITS is refused. */
export const colourNeedsPicture =
  'RGB needs a picture format; give RESPONSEFORMAT=image/png, image/jpeg or image/webp';

/** Throws usage CONTRADICTION. */
export function colourOf(values: Values): Colour | undefined {
  const p = colourParameters;
  const bands = single(values, p.rgb);
  const stretch = single(values, p.stretch);
  const q = single(values, p.q);
  const soft = typeof stretch === 'number' ? stretch : undefined;
  if (bands) return { bands, ...defined({ stretch: soft }), q: q ?? defaultOf(p.q) };
  if (soft === undefined && q === undefined) return undefined;
  throw contradiction('a number for STRETCH, and Q, need RGB; give RGB too, or leave them out');
}
