/** Regions of a registry: convex polygons as sphgeom writes them. */
import { DEGREE, deproject, project, type SkyPoint } from '../sphere.ts';
import { unit, type Vector } from './htm.ts';

export type Polygon = readonly SkyPoint[];

export function vectorOf({ ra, dec }: SkyPoint): Vector {
  const [a, d] = [ra * DEGREE, dec * DEGREE];
  return unit([Math.cos(d) * Math.cos(a), Math.cos(d) * Math.sin(a), Math.sin(d)]);
}

/** The convex hull of positions near a centre, counterclockwise as seen from outside the sphere. */
export function hullOf(center: SkyPoint, points: readonly SkyPoint[]): Polygon {
  // Great circles are straight lines here, so that the hull is that on the sphere.
  const flat = points.map((point) => project(center, point)).sort(([ax, ay], [bx, by]) => ax - bx || ay - by);
  const half = (sorted: readonly [number, number][]) => {
    const hull: [number, number][] = [];
    for (const point of sorted) {
      while (hull.length > 1 && !turnsLeft(hull.at(-2), hull.at(-1), point)) hull.pop();
      hull.push(point);
    }
    return hull.slice(0, -1);
  };
  return [...half(flat), ...half(flat.toReversed())].map(([east, north]) => deproject(center, east, north));
}

type Flat = readonly [number, number];

function turnsLeft(a: Flat | undefined, b: Flat | undefined, c: Flat): boolean {
  if (!a || !b) return true;
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) > 0;
}

/** A type byte and unit vectors, in base64. */
export function encoded(polygon: Polygon): string {
  const bytes = Buffer.alloc(1 + 24 * polygon.length, 'p');
  for (const [i, point] of polygon.entries())
    for (const [k, value] of vectorOf(point).entries()) bytes.writeDoubleLE(value, 1 + 24 * i + 8 * k);
  return bytes.toString('base64');
}
