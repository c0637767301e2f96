/** What is known of the observation behind an image: when, through what, how calibrated, how sharp. */

import { defined } from '../base/defined.ts';

export interface Observation {
  readonly visit: number | null;
  readonly detector: number | null;
  readonly band: string | null;
  /** The filter as the header names it. */
  readonly filter: string | null;
  /** MJD TAI of the middle of the exposure. */
  readonly tMid: number | null;
  /** Seconds. */
  readonly exptime: number | null;
  readonly airmass: number | null;
  /** Of the IMAGE pixels, as FITS writes units. */
  readonly unit: string | null;
  /** Geodetic: degrees east, degrees north, metres above the ellipsoid or the sea. */
  readonly site: readonly [lon: number, lat: number, elevation: number] | null;
  readonly photometry: Photometry | null;
  readonly psf: PsfGrid | null;
  /** Why something that the file should say is not known; null when there is nothing to say. */
  readonly note: string | null;
}

/**
 * From pixel values to nJy. `scale` and `error` (one sigma) hold for the whole image; where `fields` are given, the scale at a
 * position is their product instead, and the relative error is that of the mean.
 */
export interface Photometry {
  readonly scale: number;
  readonly error: number | null;
  readonly fields?: readonly ChebyshevField[];
}

/**
 * A sum of c[j][i] T_i(x') T_j(y') of Chebyshev polynomials of the first kind, x' and y' running from -1 to 1 between the outer
 * edges of the box (afw's ChebyshevBoundedField).
 */
export interface ChebyshevField {
  /** First and last pixel of the box, inclusive: x0, y0, x1, y1 in the parent frame. */
  readonly box: readonly [number, number, number, number];
  /** Terms in x: coefficients[j * nx + i] is c[j][i]. */
  readonly nx: number;
  readonly coefficients: readonly number[];
}

/**
 * Second moments of the PSF, pixel², on a grid of positions: node (i, j) lies at (x0 + i dx, y0 + j dy) in 0-based parent pixels and
 * has index j * nx + i. A node without a PSF is null in all lists.
 */
export interface PsfGrid {
  readonly x0: number;
  readonly y0: number;
  readonly dx: number;
  readonly dy: number;
  readonly nx: number;
  readonly ny: number;
  readonly ixx: readonly (number | null)[];
  readonly iyy: readonly (number | null)[];
  readonly ixy: readonly (number | null)[];
  /** The sum of a point source of flux 1 under the weight of PSFFLUX (native/core/exposure/light.h); null where only moments are known. */
  readonly weighted?: readonly (number | null)[];
  /** The share of its light within the aperture of APFLUX. */
  readonly enclosed?: readonly (number | null)[];
}

export interface Moments {
  readonly ixx: number;
  readonly iyy: number;
  readonly ixy: number;
}

/** The PSF at a position: moments, and where its profile is known what is seen of its light (PsfGrid). */
export interface PsfHere extends Moments {
  readonly weighted?: number;
  readonly enclosed?: number;
}

/** Clenshaw's recurrence for c[0] T_0(t) + c[1] T_1(t) + …, with c given by `term`. */
function chebyshev(term: (k: number) => number, count: number, t: number): number {
  let [above, next] = [0, 0];
  for (let k = count - 1; k > 0; k--) [above, next] = [next, term(k) + 2 * t * next - above];
  return term(0) + t * next - above;
}

/** The field's value at a parent position. Beyond the box the polynomials go on, as afw lets them. */
export function fieldAt({ box, nx, coefficients }: ChebyshevField, x: number, y: number): number {
  const [x0, y0, x1, y1] = box;
  const u = (2 * x - x0 - x1) / (x1 - x0 + 1);
  const v = (2 * y - y0 - y1) / (y1 - y0 + 1);
  const ny = Math.floor(coefficients.length / nx);
  const row = (j: number) => chebyshev((i) => coefficients[j * nx + i] ?? 0, nx, u);
  return chebyshev(row, ny, v);
}

/** What one unit of the image is in nJy at a 0-based parent position, and its error (one sigma). */
export function photometryAt(
  { scale, error, fields }: Photometry,
  x: number,
  y: number,
): { scale: number; error: number | null } {
  if (!fields || fields.length === 0) return { scale, error };
  const here = fields.reduce((product, field) => product * fieldAt(field, x, y), 1);
  return { scale: here, error: error === null ? null : Math.abs((here * error) / scale) };
}

/** Below, above and weight of the upper of two nodes around a coordinate; beyond the grid its edge. */
function between(at: number, count: number): [number, number, number] {
  const inside = Math.min(Math.max(at, 0), count - 1);
  const low = Math.min(Math.floor(inside), Math.max(count - 2, 0));
  return [low, Math.min(low + 1, count - 1), inside - low];
}

/** The mean of the nodes' values, by weight; undefined where one of them has none. */
function meanOf(
  values: readonly (number | null)[] | undefined,
  nodes: readonly (readonly [node: number, weight: number])[],
): number | undefined {
  let [sum, weights] = [0, 0];
  for (const [node, weight] of nodes) {
    const value = values?.[node] ?? null;
    if (value === null) return undefined;
    sum += weight * value;
    weights += weight;
  }
  return weights > 0 ? sum / weights : undefined;
}

/**
 * The PSF at a 0-based parent position, bilinear between the nodes and constant beyond them. Nodes without a PSF are left
 * out; undefined when none of the four around the position has one.
 */
export function psfAt(psf: PsfGrid, x: number, y: number): PsfHere | undefined {
  const [i0, i1, u] = between(psf.nx > 1 ? (x - psf.x0) / psf.dx : 0, psf.nx);
  const [j0, j1, v] = between(psf.ny > 1 ? (y - psf.y0) / psf.dy : 0, psf.ny);
  const known = (node: number) => [psf.ixx, psf.iyy, psf.ixy].every((list) => (list[node] ?? null) !== null);
  const nodes = (
    [
      [j0 * psf.nx + i0, (1 - u) * (1 - v)],
      [j0 * psf.nx + i1, u * (1 - v)],
      [j1 * psf.nx + i0, (1 - u) * v],
      [j1 * psf.nx + i1, u * v],
    ] as const
  ).filter(([node, weight]) => weight > 0 && known(node));
  const [ixx, iyy, ixy] = [meanOf(psf.ixx, nodes), meanOf(psf.iyy, nodes), meanOf(psf.ixy, nodes)];
  if (ixx === undefined || iyy === undefined || ixy === undefined) return undefined;
  const [weighted, enclosed] = [meanOf(psf.weighted, nodes), meanOf(psf.enclosed, nodes)];
  return { ixx, iyy, ixy, ...defined({ weighted, enclosed }) };
}

/** Whether a BUNIT is nJy, however it is spelt. */
export function isNanojansky(unit: string | null): boolean {
  return unit !== null && /^n(ano)?_?jy$/i.test(unit.trim());
}
