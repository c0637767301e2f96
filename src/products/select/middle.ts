/** Middles of regions, and distances on the sky. ICRS degrees. */
import type { Stencil } from '../../base/sky.ts';

const DEGREE = Math.PI / 180;

/** The middle of positions `lon lat lon lat …`. */
export function middleOf(positions: readonly number[]): [number, number] {
  const sum = [0, 0, 0] as [number, number, number];
  for (let i = 0; i + 1 < positions.length; i += 2) {
    const [lon = 0, lat = 0] = [(positions[i] ?? 0) * DEGREE, (positions[i + 1] ?? 0) * DEGREE];
    sum[0] += Math.cos(lat) * Math.cos(lon);
    sum[1] += Math.cos(lat) * Math.sin(lon);
    sum[2] += Math.sin(lat);
  }
  const lon = Math.atan2(sum[1], sum[0]) / DEGREE;
  return [lon < 0 ? lon + 360 : lon, Math.atan2(sum[2], Math.hypot(sum[0], sum[1])) / DEGREE];
}

export function middleOfRegion({ shape, values }: Stencil): [number, number] {
  if (shape === 'polygon') return middleOf(values);
  const [a = 0, b = 0, c = 0, d = 0] = values;
  if (shape === 'circle') return [a, b];
  const [west, east] = Number.isFinite(a) && Number.isFinite(b) ? [a, b < a ? b + 360 : b] : [0, 360];
  return [((west + east) / 2) % 360, (Math.max(c, -90) + Math.min(d, 90)) / 2];
}

/** Degrees between two positions. */
export function distanceOf([lon1, lat1]: readonly [number, number], [lon2, lat2]: readonly [number, number]) {
  const [a, b, d] = [lat1 * DEGREE, lat2 * DEGREE, (lon1 - lon2) * DEGREE];
  const across = Math.hypot(
    Math.cos(a) * Math.sin(d),
    Math.cos(b) * Math.sin(a) - Math.sin(b) * Math.cos(a) * Math.cos(d),
  );
  return Math.atan2(across, Math.sin(a) * Math.sin(b) + Math.cos(a) * Math.cos(b) * Math.cos(d)) / DEGREE;
}
