/**
 * A region of the registry as a footprint of the catalog. Circles and polygons of few vertices are themselves; of other regions it is a
 * circle that holds them. Such a footprint finds candidates: it may hold more sky than the image.
 */
import type { SearchRegion } from '../source.ts';
import { parseRegion, type SkyRegion, type Vector } from './sphgeom.ts';

interface Circle {
  readonly center: Vector;
  /** Radians. */
  readonly radius: number;
}

const DEGREE = Math.PI / 180;
/** Radians added to what is computed, far below a pixel: rounding must not shrink a region. */
const SLACK = 1e-12;
const POLE: Vector = [0, 0, 1];
/** Of a polygon that is a footprint as it is. Regions of detectors, visits and tracts have 4 to some 50; each costs every search. */
const MAX_VERTICES = 100;

/** Undefined for the empty region. Throws VignetError data BAD_SKY_REGION. */
export function searchRegion(encoded: string): SearchRegion | undefined {
  const region = parseRegion(encoded);
  const circle = around(region);
  if (!circle) return undefined;
  const center = lonLat(circle.center);
  const radius = Math.min(180, circle.radius / DEGREE);
  const isPolygon = region.kind === 'polygon' && region.vertices.length <= MAX_VERTICES;
  const footprint = isPolygon ? region.vertices.flatMap(lonLat) : [...center, radius];
  return { footprint, center, radius };
}

function lonLat([x, y, z]: Vector): [number, number] {
  const lon = Math.atan2(y, x) / DEGREE;
  return [lon < 0 ? lon + 360 : lon, Math.atan2(z, Math.hypot(x, y)) / DEGREE];
}

const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

function angle(a: Vector, b: Vector): number {
  const cross = Math.hypot(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]);
  return Math.atan2(cross, dot(a, b));
}

function mean(all: readonly Vector[]): Vector {
  const sum = all.reduce((a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]], [0, 0, 0]);
  const length = Math.hypot(...sum);
  return length > 1e-9 ? [sum[0] / length, sum[1] / length, sum[2] / length] : POLE;
}

/** A circle that holds the region; undefined for the empty one. */
function around(region: SkyRegion): Circle | undefined {
  switch (region.kind) {
    case 'empty':
      return undefined;
    case 'circle':
      return region;
    case 'ellipse':
      return { center: region.center, radius: Math.max(region.alpha, region.beta) + SLACK };
    case 'polygon':
      return aroundAll(region.vertices.map((center) => ({ center, radius: 0 })));
    case 'box':
      return aroundBox(region);
    case 'union':
      return aroundAll(region.parts.map(around).filter((one) => one !== undefined));
    case 'intersection':
      return smallest(region.parts);
  }
}

function aroundAll(all: readonly Circle[]): Circle | undefined {
  if (all.length === 0) return undefined;
  const center = mean(all.map((one) => one.center));
  const radius = all.reduce((most, one) => Math.max(most, angle(center, one.center) + one.radius), 0);
  // Convex regions of less than a hemisphere lie within the circle around their corners, others may not.
  return { center, radius: radius < Math.PI / 2 ? radius + SLACK : Math.PI };
}

/** What several regions have in common lies in each of them. */
function smallest(parts: readonly SkyRegion[]): Circle | undefined {
  const all = parts.map(around);
  if (all.some((one) => one === undefined)) return undefined;
  return all.reduce((least, one) => (least && one && one.radius < least.radius ? one : least), all[0]);
}

function vector(lon: number, lat: number): Vector {
  return [Math.cos(lat) * Math.cos(lon), Math.cos(lat) * Math.sin(lon), Math.sin(lat)];
}

/**
 * Around the middle of the box. The distance from there grows along parallels, so that the farthest point lies on the eastern and
 * western sides: at a corner, or where a side passes nearest to the point opposite of the middle.
 */
function aroundBox({ west, east, south, north }: Extract<SkyRegion, { kind: 'box' }>): Circle {
  const half = (east - west + (west > east ? 2 * Math.PI : 0)) / 2;
  const lat = (south + north) / 2;
  const center = vector(west + half, lat);
  const at = (side: number) => angle(center, vector(west + half + half, side));
  const opposite = Math.atan2(-Math.sin(lat), -Math.cos(lat) * Math.cos(half));
  const sides = [south, north, ...(opposite > south && opposite < north ? [opposite] : [])];
  return { center, radius: Math.max(...sides.map(at)) + SLACK };
}
