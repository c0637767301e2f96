/** The common grid of a stack as cards. */
import { type Card, real, text } from '../../fits/cards.ts';
import type { StackPlan } from './plan.ts';

export interface GridAxis {
  readonly ctype: string;
  readonly cunit: string;
  readonly crpix: number;
  readonly crval: number;
  readonly cdelt: number;
}

/** TAN about the position, east to the left; about a target that moves, offsets from it. */
export function gridAxes({ size, grid, request: { target } }: StackPlan): readonly [GridAxis, GridAxis] {
  const crpix = Math.floor(size / 2) + 1;
  const step = grid?.pixelScale ?? 1;
  if (target.kind === 'track') {
    const axis = { cunit: 'arcsec', crpix, crval: 0 };
    return [
      { ...axis, ctype: 'XI', cdelt: -step },
      { ...axis, ctype: 'ETA', cdelt: step },
    ];
  }
  const axis = { cunit: 'deg', crpix };
  return [
    { ...axis, ctype: 'RA---TAN', crval: target.ra, cdelt: -step / 3600 },
    { ...axis, ctype: 'DEC--TAN', crval: target.dec, cdelt: step / 3600 },
  ];
}

/** Of an image with these as its first two axes. */
export function skyCards(plan: StackPlan): Card[] {
  return [
    ...gridAxes(plan).flatMap(({ ctype, cunit, crpix, crval, cdelt }, n) => [
      text(`CTYPE${n + 1}`, ctype),
      text(`CUNIT${n + 1}`, cunit),
      real(`CRPIX${n + 1}`, crpix),
      real(`CRVAL${n + 1}`, crval),
      real(`CDELT${n + 1}`, cdelt),
    ]),
    text('RADESYS', 'ICRS'),
  ];
}
