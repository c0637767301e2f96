/** Small spherical trigonometry, degrees in and out. */
export const DEGREE = Math.PI / 180;

export interface SkyPoint {
  readonly ra: number;
  readonly dec: number;
}

/** Gnomonic projection of a point about a centre: east and north, degrees. */
export function project(center: SkyPoint, point: SkyPoint): [number, number] {
  const d0 = center.dec * DEGREE;
  const d = point.dec * DEGREE;
  const a = (point.ra - center.ra) * DEGREE;
  const depth = Math.sin(d0) * Math.sin(d) + Math.cos(d0) * Math.cos(d) * Math.cos(a);
  if (depth <= 0) return [Number.NaN, Number.NaN];
  const east = (Math.cos(d) * Math.sin(a)) / depth;
  const north = (Math.cos(d0) * Math.sin(d) - Math.sin(d0) * Math.cos(d) * Math.cos(a)) / depth;
  return [east / DEGREE, north / DEGREE];
}

/** The inverse of `project`; ra in [0, 360). */
export function deproject(center: SkyPoint, east: number, north: number): SkyPoint {
  const d0 = center.dec * DEGREE;
  const x = east * DEGREE;
  const y = north * DEGREE;
  const along = Math.cos(d0) - y * Math.sin(d0);
  const ra = center.ra + Math.atan2(x, along) / DEGREE;
  const dec = Math.atan2(Math.sin(d0) + y * Math.cos(d0), Math.hypot(x, along)) / DEGREE;
  return { ra: ((ra % 360) + 360) % 360, dec };
}

/** Angle between two points, degrees. */
export function separation(a: SkyPoint, b: SkyPoint): number {
  const sinDec = Math.sin(((b.dec - a.dec) * DEGREE) / 2);
  const sinRa = Math.sin(((b.ra - a.ra) * DEGREE) / 2);
  const h = sinDec ** 2 + Math.cos(a.dec * DEGREE) * Math.cos(b.dec * DEGREE) * sinRa ** 2;
  return (2 * Math.asin(Math.min(1, Math.sqrt(h)))) / DEGREE;
}

/** The point at a distance and a bearing (east of north), degrees. */
export function offset(from: SkyPoint, bearing: number, distance: number): SkyPoint {
  const d = from.dec * DEGREE;
  const b = bearing * DEGREE;
  const r = distance * DEGREE;
  const sinDec = Math.sin(d) * Math.cos(r) + Math.cos(d) * Math.sin(r) * Math.cos(b);
  const dec = Math.asin(Math.max(-1, Math.min(1, sinDec)));
  const da = Math.atan2(Math.sin(b) * Math.sin(r) * Math.cos(d), Math.cos(r) - Math.sin(d) * sinDec);
  return { ra: (((from.ra + da / DEGREE) % 360) + 360) % 360, dec: dec / DEGREE };
}
