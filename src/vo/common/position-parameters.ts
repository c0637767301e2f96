/** A position, which all products share. */
import { usageError } from '../../base/errors.ts';
import { number } from '../dali/declare.ts';
import type { Parameter } from '../dali/parameter.ts';
import { single, type Values } from '../dali/values.ts';

/** ICRS degrees. */
export interface Position {
  readonly ra: number;
  readonly dec: number;
}

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

/** The position of RA and DEC, which need each other. Throws VignetError usage MISSING_PARAM. */
export function positionOf(values: Values): Position | undefined {
  const [east, north] = [single(values, ra), single(values, dec)];
  if (east === undefined && north === undefined) return undefined;
  if (east === undefined || north === undefined)
    throw usageError(
      'MISSING_PARAM',
      `expected a value for ${east === undefined ? 'RA' : 'DEC'}, received none; give RA and DEC`,
    );
  return { ra: turned(east), dec: north };
}

/** Right ascension in [0, 360). */
export const turned = (degrees: number): number =>
  degrees < 0 ? degrees + 360 : degrees === 360 ? 0 : degrees;
