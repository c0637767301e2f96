/** Whether resampled pixels keep fluxes or values: one rule for mosaics and for stamps on a common grid. */

import { type PixelUnitKind, pixelUnitKind } from '../astronomy/pixel-unit.ts';
import { usageError } from '../base/errors.ts';
import type { Conserve } from '../vo/common/resample-parameters.ts';

export interface Conserved {
  readonly what: 'flux' | 'brightness';
  /** What is done to pixels, for a comment of a card. */
  readonly how: string;
}

const factors: Readonly<Record<Conserved['what'], string>> = {
  flux: 'factor: area of output / input pixel on the sky',
  brightness: 'values kept, factor 1',
};

/** `unit`: the BUNIT of the images; null where it is not known. Throws VignetError usage CANNOT_CONSERVE. */
export function conserved(conserve: Conserve, unit: string | null): Conserved {
  const kind: PixelUnitKind = pixelUnitKind(unit);
  if (conserve === 'flux' && kind === 'brightness')
    throw usageError(
      'CANNOT_CONSERVE',
      `expected a unit per pixel for CONSERVE=flux, received ${unit}, which does not depend on the size of pixels; leave CONSERVE out`,
    );
  if (conserve === 'auto' && kind === 'unknown')
    return { what: 'brightness', how: 'unit not known: values kept, factor 1' };
  const what = conserve === 'auto' ? (kind === 'flux' ? 'flux' : 'brightness') : conserve;
  return { what, how: factors[what] };
}

/** Throws VignetError usage CANNOT_CONSERVE for magnitudes and the like, whose weighted means have no meaning. */
export function refuseLogarithms(unit: string | null, instead: string): void {
  if (pixelUnitKind(unit) !== 'logarithmic') return;
  throw usageError(
    'CANNOT_CONSERVE',
    `expected linear pixels to be resampled or combined, received ${unit}; ${instead}`,
  );
}
