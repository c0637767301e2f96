/**
 * Tracts and patches of rings skymaps on the sky: lsst.skymap's RingsSkyMap, version 1, projection TAN, not rotated. Who owns a position
 * is decided in the engine (native/core/mosaic/skymap); this only describes the tables of an archive.
 */
import type { SkymapConfig } from './skymaps.ts';

const RADIANS = Math.PI / 180;

/** A tract: pixels of its frame are 0-based, angles are degrees. */
export interface RingsTract {
  readonly ra: number;
  readonly dec: number;
  /** Pixel at which the centre lies, in both axes. */
  readonly crpix: number;
  /** Patches along each axis. */
  readonly patches: number;
  /** Where no other tract owns the sky: west, east (beyond 360 where it crosses RA 0), south, north; undefined for the caps of the poles. */
  readonly inner: readonly [west: number, east: number, south: number, north: number] | undefined;
}

/** Tracts of one declination. */
interface Ring {
  /** From the south, 0 first. */
  readonly ring: number;
  /** Number of its first tract. */
  readonly first: number;
  readonly count: number;
}

/** The rings of a skymap between the caps of the poles, from south to north. */
export function* ringsOf({ rings }: SkymapConfig): Generator<Ring> {
  const height = Math.PI / (rings + 1);
  let first = 1;
  for (let ring = 0; ring < rings; ring++) {
    const south = height * (ring + 0.5) - Math.PI / 2;
    const nearest = Math.min(Math.abs(south), Math.abs(south + height));
    const count = Math.trunc((2 * Math.PI * Math.cos(nearest)) / height) + 1;
    yield { ring, first, count };
    first += count;
  }
}

/** A tract by its number; undefined for a number that no tract has. */
export function ringsTract(config: SkymapConfig, tract: number): RingsTract | undefined {
  const { rings, raStart, pixelScale, tractOverlap, inner } = config;
  const height = 180 / (rings + 1);
  const extent = Math.tan((height / 2 + tractOverlap) * RADIANS) / ((pixelScale / 3600) * RADIANS);
  const [low, high] = [Math.ceil(-extent - 0.5), Math.floor(extent + 0.5)];
  const size = high - low + 1;
  const patches = Math.ceil(size / inner);
  const crpix = -(low - Math.floor((patches * inner - size) / 2));
  const at = (ra: number, dec: number, region?: RingsTract['inner']) => ({
    ...{ ra: ((ra % 360) + 360) % 360, dec, crpix, patches },
    inner: region,
  });
  if (tract === 0) return at(0, -90);
  let last = 1;
  for (const { ring, first, count } of ringsOf(config)) {
    last = first + count;
    if (tract < first || tract >= last) continue;
    const south = height * (ring + 0.5) - 90;
    const ra = (360 * (tract - first)) / count + raStart;
    const half = 180 / count;
    return at(ra, height * (ring + 1) - 90, [ra - half, ra + half, south, south + height]);
  }
  return tract === last ? at(0, 90) : undefined;
}

/** Corners of a box of pixels of a tract: lon lat of (x0, y0), (x1, y0), (x1, y1), (x0, y1), degrees. Edges of pixels are at halves. */
export function boxOnSky(
  config: SkymapConfig,
  { ra, dec, crpix }: RingsTract,
  [x0, y0, x1, y1]: readonly [number, number, number, number],
): number[] {
  const scale = (config.pixelScale / 3600) * RADIANS;
  const [sin, cos] = [Math.sin(dec * RADIANS), Math.cos(dec * RADIANS)];
  return [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ].flatMap(([x = 0, y = 0]) => {
    const [xi, eta] = [-scale * (x - crpix), scale * (y - crpix)];
    const along = cos - eta * sin;
    const lon = ra + Math.atan2(xi, along) / RADIANS;
    return [((lon % 360) + 360) % 360, Math.atan2(sin + eta * cos, Math.hypot(xi, along)) / RADIANS];
  });
}
