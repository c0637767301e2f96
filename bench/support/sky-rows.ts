/**
 * Synthetic rows of a survey, the same for Vignet and its peer: visits of 189 detectors of 0.22 deg each, as dense as 10⁷ rows on 23,700
 * square degrees, in a cap of the sky that is as large as their number makes it. Every number is a function of the row's own number.
 */

const DETECTORS = 189;
/** Visits of 10⁷ rows, and 1 - cos of the radius of their cap. */
const WHOLE = { visits: 52_911, height: 1.147 };
const CENTRE = { ra: 60, dec: -30, turn: 0 };
/** Wide enough for `CELLS`² cells, whose corners are left out. */
const CELLS = 15;
const PITCH = 0.2217;
const FIRST_DAY = 61_000;
const BANDS = ['u', 'g', 'r', 'i', 'z', 'y'] as const;
const EM: Readonly<Record<string, readonly [number, number]>> = {
  u: [3.2e-7, 4.1e-7],
  g: [3.9e-7, 5.6e-7],
  r: [5.4e-7, 7.0e-7],
  i: [6.8e-7, 8.3e-7],
  z: [8.0e-7, 9.4e-7],
  y: [9.2e-7, 1.06e-6],
};
const RADIANS = Math.PI / 180;

export interface SkyRow {
  readonly uuid: string;
  readonly visit: number;
  readonly detector: number;
  readonly band: string;
  readonly em: readonly [number, number];
  readonly ra: number;
  readonly dec: number;
  /** MJD. */
  readonly time: readonly [number, number];
  /** `lon lat …` of four corners, ICRS degrees. */
  readonly corners: readonly number[];
}

/** Well mixed bits of a number (the finaliser of MurmurHash3). */
function mixed(n: number): number {
  let h = n | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 0 to 1, of a number and what it is for. */
const random = (n: number, use: number) => mixed(n * 8 + use) / 2 ** 32;

const hex = (n: number) => n.toString(16).padStart(8, '0');

function uuidOf(n: number): string {
  const [a, b, c] = [hex(mixed(n)), hex(mixed(n ^ 0x5bd1e995)), hex(n)];
  return `${a}-${b.slice(0, 4)}-4${b.slice(4, 7)}-8${c.slice(0, 3)}-${c.slice(3)}${a.slice(0, 4)}${b.slice(1, 4)}`;
}

/** Places of the detectors in their plane, degrees. */
const PLACES: readonly (readonly [number, number])[] = (() => {
  const middle = (CELLS - 1) / 2;
  const all = Array.from({ length: CELLS * CELLS }, (_, n) => [
    (n % CELLS) - middle,
    Math.floor(n / CELLS) - middle,
  ]) as [number, number][];
  // Three by three of each corner are not there.
  return all
    .filter(([x, y]) => !(Math.abs(x) > middle - 3 && Math.abs(y) > middle - 3))
    .map(([x, y]) => [x * PITCH, y * PITCH] as const);
})();

interface Visit {
  readonly ra: number;
  readonly dec: number;
  readonly turn: number;
}

/** Visits follow each other at places far apart. */
const placeOf = (visit: number, visits: number) => (visit * 7919) % visits;

function visitOf(visit: number, visits: number): Visit {
  const height = (WHOLE.height * (placeOf(visit, visits) + random(visit, 1))) / WHOLE.visits;
  const [ra, dec] = around(Math.acos(1 - height) / RADIANS, 360 * random(visit, 2));
  return { ra, dec, turn: 2 * Math.PI * random(visit, 3) };
}

/** At a distance from the centre of the survey, in a direction. */
function around(distance: number, direction: number): [number, number] {
  const tangent = Math.tan(distance * RADIANS) / RADIANS;
  // Beyond the hemisphere the plane is on the other side.
  if (distance >= 90) {
    const [ra, dec] = around(180 - distance, direction + 180);
    return [(ra + 180) % 360, -dec];
  }
  return onSky(CENTRE, tangent * Math.cos(direction * RADIANS), tangent * Math.sin(direction * RADIANS));
}

/** A place that `rows` rows cover as densely as any, the n-th of many at random. */
export function placeWithin(rows: number, n: number): [number, number] {
  const radius = Math.acos(1 - (WHOLE.height * rows) / DETECTORS / WHOLE.visits) / RADIANS - 2.5;
  const height = (1 - Math.cos(radius * RADIANS)) * random(n, 5);
  return around(Math.acos(1 - height) / RADIANS, 360 * random(n, 6));
}

/** Visits that so many rows have. */
export const visitsOf = (rows: number) => Math.ceil(rows / DETECTORS);

/** Whether a row is one of the innermost `count` rows of all. */
export const isInner = (n: number, rows: number, count: number) =>
  placeOf(Math.floor(n / DETECTORS), visitsOf(rows)) < count / DETECTORS;

/** From a place in the plane that touches the sky at the visit, degrees. */
function onSky({ ra, dec, turn }: Visit, x: number, y: number): [number, number] {
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const xi = (x * cos - y * sin) * RADIANS;
  const eta = (x * sin + y * cos) * RADIANS;
  const [sinDec, cosDec] = [Math.sin(dec * RADIANS), Math.cos(dec * RADIANS)];
  const along = cosDec - eta * sinDec;
  const lon = ra + Math.atan2(xi, along) / RADIANS;
  const lat = Math.atan2(sinDec + eta * cosDec, Math.hypot(xi, along)) / RADIANS;
  return [((lon % 360) + 360) % 360, lat];
}

const CORNERS = [
  [-0.5, -0.5],
  [0.5, -0.5],
  [0.5, 0.5],
  [-0.5, 0.5],
] as const;

/** The n-th of so many rows. */
export function skyRow(n: number, rows: number): SkyRow {
  const visit = Math.floor(n / DETECTORS);
  const detector = n % DETECTORS;
  const place = PLACES[detector] ?? [0, 0];
  const centre = visitOf(visit, visitsOf(rows));
  const [ra, dec] = onSky(centre, place[0], place[1]);
  const band = BANDS[mixed(visit) % BANDS.length] ?? 'r';
  const begin = FIRST_DAY + visit * 0.00045;
  return {
    ...{ uuid: uuidOf(n), visit, detector, band, ra, dec },
    em: EM[band] ?? [0, 0],
    time: [begin, begin + 30 / 86_400],
    corners: CORNERS.flatMap(([x, y]) => onSky(centre, place[0] + x * PITCH, place[1] + y * PITCH)),
  };
}
