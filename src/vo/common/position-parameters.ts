/** A position and a size, which cutouts and stacks share. */
import { number } from '../dali/declare.ts';
import type { Parameter } from '../dali/parameter.ts';

export const ra: Parameter<number> = number(
  {
    name: 'RA',
    ucd: 'pos.eq.ra',
    unit: 'deg',
    bounds: { min: -360, max: 360 },
    description: 'ICRS right ascension of the position, degrees.',
    example: '12.5',
  },
  'degrees',
);

export const dec: Parameter<number> = number(
  {
    name: 'DEC',
    ucd: 'pos.eq.dec',
    unit: 'deg',
    bounds: { min: -90, max: 90 },
    description: 'ICRS declination of the position, degrees.',
    example: '-3.2',
  },
  'degrees',
);

/** Right ascension in [0, 360). */
export const turned = (degrees: number): number =>
  degrees < 0 ? degrees + 360 : degrees === 360 ? 0 : degrees;
