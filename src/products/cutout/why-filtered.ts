/** Why BAND, TIME or POL leave an image out, in words. */
import type { Loose } from '../../base/defined.ts';
import { type FilterBounds, passesFilters, type SodaRequest } from '../../vo/soda/request.ts';

function range(what: string, min: number | undefined, max: number | undefined, unit: string): string {
  return min === undefined || max === undefined
    ? `the image's ${what} is not known, which no ${what} overlaps`
    : `the image's ${what} is ${min} to ${max} ${unit}`;
}

/** Undefined where an image with these bounds passes. */
export function whyFiltered(
  { band, time, pol = [] }: Loose<Pick<SodaRequest, 'band' | 'time' | 'pol'>>,
  bounds: FilterBounds,
): string | undefined {
  if (!passesFilters({ band, pol: [] }, bounds))
    return typeof band === 'string'
      ? `the image's BAND is ${bounds.bandNames?.join(', by its filter ') || 'not known by name'}`
      : range('BAND', bounds.emMin, bounds.emMax, 'm');
  if (!passesFilters({ time, pol: [] }, bounds)) return range('TIME', bounds.tMin, bounds.tMax, 'MJD UTC');
  if (!passesFilters({ pol }, bounds))
    return `the image's polarization states are ${bounds.polStates?.join(', ') ?? 'not known'}`;
  return undefined;
}
