/** SODA's regions of sky: CIRCLE, POLYGON and POS, ICRS degrees. The geometry of polygons is checked by the core. */
import type { Stencil } from '../../base/sky.ts';
import { parseNumbers, printNumbers } from './numbers.ts';
import { badValue } from './parameter.ts';

/** As many vertices as the core takes. */
export const maxVertices = 10_000;
/** A polygon of one vertex more is refused by that name. */
const mostNumbers = 2 * maxVertices + 2;

/** Longitudes further out than this are mistakes, and reducing them would cost digits. */
const maxLongitude = 36_000;

const shapes = {
  circle: 'lon lat radius',
  range: 'lon1 lon2 lat1 lat2',
  polygon: 'lon1 lat1 lon2 lat2 lon3 lat3 …',
} as const;

function reduced(lon: number): number {
  const turned = lon % 360;
  return turned < 0 ? (turned + 360) % 360 : turned + 0;
}

class Reader {
  readonly #name: string;
  readonly #text: string;
  readonly #expected: string;

  constructor(name: string, text: string, shape: keyof typeof shapes) {
    this.#name = name;
    this.#text = text;
    this.#expected = `${name === 'POS' ? `${shape.toUpperCase()} ` : ''}${shapes[shape]} in ICRS degrees`;
  }

  fail(why: string): never {
    throw badValue(this.#name, this.#text, this.#expected, { why });
  }

  numbers(body: string): number[] {
    if (body.trim() === '') this.fail('there are no numbers');
    return parseNumbers(this.#name, body, this.#expected, mostNumbers);
  }

  longitude(lon: number): number {
    if (!(Math.abs(lon) <= maxLongitude))
      this.fail(`longitude ${lon} is outside [-${maxLongitude}, ${maxLongitude}]`);
    return reduced(lon);
  }

  latitude(lat: number): number {
    if (!(Math.abs(lat) <= 90)) this.fail(`latitude ${lat} is outside [-90, 90]`);
    return lat;
  }
}

function circle(reader: Reader, values: readonly number[]): Stencil {
  const [lon, lat, radius] = values;
  if (lon === undefined || lat === undefined || radius === undefined || values.length !== 3) {
    return reader.fail(`${values.length} numbers instead of 3`);
  }
  if (!(radius > 0 && radius <= 180)) reader.fail(`radius ${radius} is outside (0, 180]`);
  return { shape: 'circle', values: [reader.longitude(lon), reader.latitude(lat), radius] };
}

/** An arc eastward from the first longitude to the second, between two latitudes. A full turn or more is `-Inf Inf`. */
function range(reader: Reader, values: readonly number[]): Stencil {
  const [lon1, lon2, lat1, lat2] = values;
  if (
    lon1 === undefined ||
    lon2 === undefined ||
    lat1 === undefined ||
    lat2 === undefined ||
    values.length !== 4
  ) {
    return reader.fail(`${values.length} numbers instead of 4`);
  }
  if (lon1 === Infinity || lon2 === -Infinity) reader.fail('an open longitude is -Inf first or +Inf second');
  if (lat1 === Infinity || lat2 === -Infinity) reader.fail('an open latitude is -Inf third or +Inf fourth');
  const south = lat1 === -Infinity ? -90 : reader.latitude(lat1);
  const north = lat2 === Infinity ? 90 : reader.latitude(lat2);
  if (south > north) reader.fail(`latitude ${south} is above ${north}`);
  const whole =
    lon1 === -Infinity ? lon2 === Infinity || lon2 >= 360 : Number.isFinite(lon2) && lon2 - lon1 >= 360;
  const west = lon1 === -Infinity ? 0 : reader.longitude(lon1);
  const east = lon2 === Infinity ? 360 : reader.longitude(lon2);
  if (whole) return { shape: 'range', values: [-Infinity, Infinity, south, north] };
  return { shape: 'range', values: [west, east === 0 && lon2 > lon1 ? 360 : east, south, north] };
}

/** A repeated first vertex at the end is dropped: many clients close their polygons. */
function polygon(reader: Reader, values: readonly number[]): Stencil {
  if (values.length % 2) reader.fail(`${values.length} numbers cannot be pairs`);
  if (values.length / 2 > maxVertices)
    reader.fail(`${values.length / 2} vertices, the limit is ${maxVertices}`);
  const vertices = values.map((value, at) => (at % 2 ? reader.latitude(value) : reader.longitude(value)));
  const last = vertices.length - 2;
  if (last >= 6 && vertices[0] === vertices[last] && vertices[1] === vertices[last + 1])
    vertices.length = last;
  if (vertices.length < 6) reader.fail(`${vertices.length / 2} vertices instead of 3 or more`);
  return { shape: 'polygon', values: vertices };
}

const makers = { circle, range, polygon };

export function parseCircle(text: string): Stencil {
  const reader = new Reader('CIRCLE', text, 'circle');
  return circle(reader, reader.numbers(text));
}

export function parsePolygon(text: string): Stencil {
  const reader = new Reader('POLYGON', text, 'polygon');
  return polygon(reader, reader.numbers(text));
}

/**
 * `CIRCLE …`, `RANGE …` or `POLYGON …`; keywords in any case.
 * @example
 * ```ts
 * import { parsePos } from 'vignet';
 *
 * console.log(parsePos('RANGE 150.2 150.3 2.3 2.4')); // { shape: 'range', values: [150.2, 150.3, 2.3, 2.4] }
 * ```
 */
export function parsePos(text: string): Stencil {
  const match = /^\s*([A-Za-z]+)(?:\s+|$)([\s\S]*)$/.exec(text);
  const shape = match?.[1]?.toLowerCase();
  if (!match || (shape !== 'circle' && shape !== 'range' && shape !== 'polygon')) {
    const hint = 'give for example POS=CIRCLE 12.5 -3.2 0.01';
    throw badValue('POS', text, 'CIRCLE, RANGE or POLYGON and numbers', { hint });
  }
  const reader = new Reader('POS', text, shape);
  return makers[shape](reader, reader.numbers(match[2] ?? ''));
}

/**
 * As POS would say it: `CIRCLE 12.5 -3.2 0.01`. Reads back as the same stencil.
 * @example
 * ```ts
 * import { printStencil } from 'vignet';
 *
 * console.log(printStencil({ shape: 'circle', values: [12.5, -3.2, 0.01] })); // CIRCLE 12.5 -3.2 0.01
 * ```
 */
export function printStencil(stencil: Stencil): string {
  return `${stencil.shape.toUpperCase()} ${printNumbers(stencil.values)}`;
}

/** Its first characters, for a log: of a long polygon not more is printed. */
export function startOfStencil({ shape, values }: Stencil): string {
  const most = 200;
  return printStencil({ shape, values: values.slice(0, most / 2) }).slice(0, most);
}
