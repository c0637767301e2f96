/** Where a telescope stands. */
import { type Cards, has, numberOf, textOf } from './cards.ts';

/** Degrees east, degrees north, metres. */
export type Site = readonly [lon: number, lat: number, elevation: number];

/**
 * Observatories whose files count longitudes westwards, whatever their comments say, or give none (coordinates as the
 * observatories publish them).
 */
const KNOWN: readonly (readonly [name: RegExp, site: Site])[] = [
  [/^ctio\b/i, [-70.81489, -30.16606, 2215]],
  [/^(kpno|kitt peak)\b/i, [-111.6, 31.9633, 2120]],
  [/^steward\b/i, [-111.6, 31.98, 2120]],
];

const NEAR = 0.5;

/** Degrees, or `d:m` or `d:m:s`. */
function angleOf(cards: Cards, ...keywords: string[]): number | undefined {
  const number = numberOf(cards, ...keywords);
  if (number !== undefined) return number;
  const match = /^([+-]?)(\d{1,3}):(\d\d(?:\.\d*)?)(?::(\d\d(?:\.\d*)?))?$/.exec(
    textOf(cards, ...keywords) ?? '',
  );
  if (!match) return undefined;
  const size = Number(match[2]) + Number(match[3]) / 60 + Number(match[4] ?? 0) / 3600;
  return match[1] === '-' ? -size : size;
}

/**
 * The site a header names. afw counts longitudes eastwards (VisitInfo); for other software the sign depends on the observatory, and
 * where that is none we know, the longitude is worth nothing.
 */
export function siteOf(cards: Cards): Site | null {
  const lon = angleOf(cards, 'OBS-LONG', 'SITELONG');
  const lat = angleOf(cards, 'OBS-LAT', 'SITELAT');
  const elevation = numberOf(cards, 'OBS-ELEV', 'SITEELEV');
  const named = textOf(cards, 'OBSERVAT', 'TELESCOP') ?? '';
  const known = KNOWN.find(([name]) => name.test(named))?.[1];
  if (known) {
    const agrees =
      lon !== undefined &&
      lat !== undefined &&
      Math.abs(Math.abs(lon) - Math.abs(known[0])) < NEAR &&
      Math.abs(lat - known[1]) < NEAR;
    return agrees ? [Math.sign(known[0]) * Math.abs(lon), lat, elevation ?? known[2]] : known;
  }
  if (!has(cards, 'EXPINFO_V', 'AR_HDU', 'LSST BUTLER DATASETTYPE', 'DATAMODL')) return null;
  if (lon === undefined || lat === undefined || elevation === undefined) return null;
  const possible = Math.abs(lon) <= 360 && Math.abs(lat) <= 90 && elevation > -500 && elevation < 1e5;
  return possible ? [lon > 180 ? lon - 360 : lon, lat, elevation] : null;
}

/** WGS 84. */
const RADIUS = 6_378_137;
const FLATTENING = 1 / 298.257223563;
const RADIANS = Math.PI / 180;

/**
 * Geodetic coordinates of geocentric metres; undefined for places that are not near the surface. Converges to less than a
 * millimetre there.
 */
export function geodeticOf(x: number, y: number, z: number): Site | undefined {
  const distance = Math.hypot(x, y, z);
  if (!(distance > 6.3e6 && distance < 6.5e6)) return undefined;
  const square = FLATTENING * (2 - FLATTENING);
  const axis = Math.hypot(x, y);
  let lat = Math.atan2(z, axis * (1 - square));
  for (let step = 0; step < 6; step++) {
    const normal = RADIUS / Math.sqrt(1 - square * Math.sin(lat) ** 2);
    lat = Math.atan2(z + square * normal * Math.sin(lat), axis);
  }
  const normal = RADIUS / Math.sqrt(1 - square * Math.sin(lat) ** 2);
  // Along the normal, in a form that holds at the poles too.
  const height = axis * Math.cos(lat) + z * Math.sin(lat) - normal * (1 - square * Math.sin(lat) ** 2);
  return [Math.atan2(y, x) / RADIANS, lat / RADIANS, height];
}
