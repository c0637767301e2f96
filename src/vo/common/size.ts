/** SIZE, EDGE and BOX: how large a cutout is, and what happens where the image ends. */
import type { Box, Stencil } from '../../base/sky.ts';
import { choice } from '../dali/declare.ts';
import { parseNumbers } from '../dali/numbers.ts';
import { badValue, type Parameter } from '../dali/parameter.ts';
import { contradiction } from '../dali/values.ts';
import type { Position } from './position-parameters.ts';

/**
 * Columns by rows.
 * @example
 * ```ts
 * import type { Size } from 'vignet';
 *
 * const square: Size = { width: 51, height: 51, unit: 'pixel' };
 * ```
 */
export interface Size {
  readonly width: number;
  readonly height: number;
  readonly unit: 'pixel' | 'arcsec';
}

/**
 * Where a box leaves the image: `pad`: pixels there have no data; `trim`: they are left out; `refuse`: it is an error.
 * @example
 * ```ts
 * import type { Edge } from 'vignet';
 *
 * const whole: Edge = 'refuse';
 * ```
 */
export type Edge = 'pad' | 'trim' | 'refuse';

/** Arc seconds of a unit; pixels have none. */
const units: Readonly<Record<string, number | undefined>> = {
  ...{ pix: undefined, pixel: undefined, pixels: undefined },
  ...{ mas: 0.001, arcsec: 1, arcmin: 60, deg: 3600 },
};
const expected = `N or "NX NY" pixels, or lengths with one of ${Object.keys(units).join(', ')},`;
const maxPixels = 1_000_000;
const maxArcsec = 180 * 3600;

/** A length and its unit, as far as it is given: `30arcsec`, `51`. */
function lengthOf(text: string, word: string): { value: number; unit: string | undefined } {
  const digits = /^[\d.]+(?:[eE][+-]?\d+)?/.exec(word)?.[0] ?? '';
  const [value = Number.NaN] = digits === '' ? [] : parseNumbers('SIZE', digits, expected);
  const unit = word.slice(digits.length).toLowerCase();
  if (digits === '' || (unit !== '' && !Object.hasOwn(units, unit))) throw badValue('SIZE', text, expected);
  return { value, unit: unit === '' ? undefined : unit };
}

/** Reads one or two lengths; a unit behind the last is that of both. Throws usage BAD_VALUE. */
export function parseSize(text: string): Size {
  const words = text.trim().split(/[\s,]+/);
  // "30 arcsec": a unit of its own belongs to the word before it.
  const joined: string[] = [];
  for (const word of words) {
    if (Object.hasOwn(units, word.toLowerCase()) && joined.length > 0)
      joined.push((joined.pop() ?? '') + word);
    else joined.push(word);
  }
  const lengths = joined.map((word) => lengthOf(text, word));
  const [first, second = first] = lengths;
  if (!first || !second || lengths.length > 2) throw badValue('SIZE', text, expected);
  const unit = second.unit ?? first.unit ?? 'pixel';
  if (first.unit !== undefined && second.unit === undefined && lengths.length === 2)
    throw badValue('SIZE', text, expected, { why: 'only the first length has a unit' });
  const scales = [units[first.unit ?? unit], units[unit]];
  const [alongX, alongY] = scales;
  if (alongX === undefined || alongY === undefined) {
    const whole = [first.value, second.value].every(
      (value) => Number.isInteger(value) && value >= 1 && value <= maxPixels,
    );
    if (alongX !== alongY || !whole)
      throw badValue('SIZE', text, expected, { why: `pixels are whole numbers from 1 to ${maxPixels}` });
    return { width: first.value, height: second.value, unit: 'pixel' };
  }
  const [width, height] = [first.value * alongX, second.value * alongY];
  if (!(width > 0 && height > 0 && width <= maxArcsec && height <= maxArcsec))
    throw badValue('SIZE', text, expected, { why: 'lengths are above 0 and at most 180 degrees' });
  return { width, height, unit: 'arcsec' };
}

/** What a request says of its place. */
export interface SizedPlaces {
  readonly stencil?: Stencil | undefined;
  readonly position?: Position | undefined;
  readonly size?: Size | undefined;
  readonly edge?: Edge | undefined;
  readonly box?: Box | undefined;
}

/** SIZE goes with one position or circle, EDGE with SIZE or BOX. Throws VignetError usage CONTRADICTION. */
export function refuseMixedPlaces({ stencil, position, size, edge, box }: SizedPlaces): void {
  const regions = [stencil && 'POS, CIRCLE or POLYGON', position && 'RA and DEC', box && 'BOX'].filter(
    Boolean,
  );
  if (regions.length > 1)
    throw contradiction(`expected one region, received several: ${regions.join('; ')}; give one of them`);
  if (size && (box || (stencil && stencil.shape !== 'circle') || !regions.length))
    throw contradiction(
      'SIZE needs RA and DEC, or a circle (CIRCLE or POS), and nothing else; give one of them',
    );
  if (position && !size) throw contradiction('RA and DEC need SIZE; give it, for example SIZE=30arcsec');
  if (edge && !size && !box)
    throw contradiction('EDGE needs SIZE or BOX; a region on the sky ends with the image');
}

/** Around what a size is. Throws VignetError usage CONTRADICTION. */
export function centreOfSize({ position, stencil }: SizedPlaces): Position {
  if (position) return position;
  const [ra, dec] = stencil?.shape === 'circle' ? stencil.values : [];
  if (ra === undefined || dec === undefined)
    throw contradiction('expected a position or a circle for the size, received none; give RA and DEC');
  return { ra, dec };
}

/** As headers have it. */
export const printSizedPlace = ({ ra, dec }: Position, size: Size): string =>
  `POSITION ${ra} ${dec} SIZE ${printSize(size)}`;

/** As SIZE would say it. */
function printSize({ width, height, unit }: Size): string {
  const suffix = unit === 'pixel' ? '' : 'arcsec';
  return `${width}${suffix} ${height}${suffix}`;
}

export const size: Parameter<Size> = {
  name: 'SIZE',
  ucd: 'phys.angSize',
  ...({ datatype: 'char', arraysize: '*', multiplicity: 'optional', maxLength: 64 } as const),
  description:
    'Exact size around RA and DEC, or around the centre of the circle, whose radius then does not count: N or NX NY pixels, or lengths with a unit (mas, arcsec, arcmin, deg). The pixel of the position has index floor(N/2), counted from 0.',
  example: '30arcsec',
  parse: parseSize,
};

export const edge: Parameter<Edge> = choice({
  name: 'EDGE',
  values: ['pad', 'trim', 'refuse'],
  description:
    'Where SIZE or BOX leaves the image: pad (pixels there are NaN, BLANK or NO_DATA; the default with SIZE), trim (they are left out), refuse (an error; the default with BOX).',
  example: 'trim',
});

const boxExpected = 'x0 y0 x1 y1 (whole pixels from 0, half-open, x0 < x1, y0 < y1)';

export const box: Parameter<Box> = {
  name: 'BOX',
  unit: 'pix',
  ...({ datatype: 'double', arraysize: '4', multiplicity: 'optional', maxLength: 128 } as const),
  description: `Pixels of the image instead of a region of sky: ${boxExpected}.`,
  example: '100 200 151 251',
  parse: (text) => {
    const numbers = parseNumbers('BOX', text.replaceAll(',', ' '), boxExpected);
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = numbers;
    const fit = numbers.every((value) => Number.isInteger(value) && Math.abs(value) <= 2 ** 31);
    if (numbers.length !== 4 || !fit || x0 >= x1 || y0 >= y1) throw badValue('BOX', text, boxExpected);
    return { x0, y0, x1, y1 };
  },
};
