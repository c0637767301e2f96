/**
 * Regions of lsst.sphgeom from their bytes (`Region.encode`, lsst/sphgeom): one byte of type, then little-endian doubles. Every byte
 * may be hostile. Vectors are ICRS unit vectors, angles radians.
 */
import { VignetError } from '../../base/errors.ts';

export type Vector = readonly [x: number, y: number, z: number];

export type SkyRegion =
  | { readonly kind: 'polygon'; readonly vertices: readonly Vector[] }
  | { readonly kind: 'circle'; readonly center: Vector; readonly radius: number }
  /** `west` > `east` passes through longitude 0. */
  | {
      readonly kind: 'box';
      readonly west: number;
      readonly east: number;
      readonly south: number;
      readonly north: number;
    }
  /** Semi-axes. */
  | {
      readonly kind: 'ellipse';
      readonly center: Vector;
      readonly alpha: number;
      readonly beta: number;
    }
  | { readonly kind: 'union' | 'intersection'; readonly parts: readonly SkyRegion[] }
  | { readonly kind: 'empty' };

const EMPTY: SkyRegion = { kind: 'empty' };
/** Of the encoded text. */
const MAX_TEXT = 2 ** 20;
const MAX_DEPTH = 8;
const MAX_PARTS = 10_000;
const MIN_PART = 1;
/** How far a unit vector's square may be from 1. */
const UNIT = 1e-9;
/** How far angles may be from each other that say the same. */
const SAME = 1e-9;

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function bad(why: string): VignetError {
  return new VignetError('data', 'BAD_SKY_REGION', `expected an encoded sphgeom region, received ${why}`);
}

/**
 * A region as the columns of a registry hold it: base64, or several with `:` between as their union; no text is the empty region.
 * Throws VignetError data BAD_SKY_REGION.
 */
export function parseRegion(text: string): SkyRegion {
  if (text.length > MAX_TEXT) throw bad('one that is too long');
  if (text === '') return EMPTY;
  const parts = text.split(':').map((part) => {
    if (part.length % 4 !== 0 || !BASE64.test(part)) throw bad('text that is not base64');
    return decodeRegion(Buffer.from(part, 'base64'));
  });
  return parts.length === 1 ? (parts[0] ?? EMPTY) : { kind: 'union', parts };
}

/** Throws VignetError data BAD_SKY_REGION. */
export function decodeRegion(bytes: Buffer, depth = 0): SkyRegion {
  if (depth > MAX_DEPTH) throw bad('regions nested too deeply');
  switch (String.fromCharCode(bytes[0] ?? 0)) {
    case 'p':
      return polygon(bytes);
    case 'c':
      return circle(doubles(bytes, 5));
    case 'b':
      return box(doubles(bytes, 4));
    case 'e':
      return ellipse(doubles(bytes, 14));
    case 'u':
      return { kind: 'union', parts: partsOf(bytes, depth) };
    case 'i':
      return { kind: 'intersection', parts: partsOf(bytes, depth) };
    default:
      throw bad('an unknown type');
  }
}

function doubles(bytes: Buffer, count: number): number[] {
  if (bytes.length !== 1 + 8 * count) throw bad('another number of bytes than its type has');
  return Array.from({ length: count }, (_, n) => bytes.readDoubleLE(1 + 8 * n));
}

function unit(x: number | undefined, y: number | undefined, z: number | undefined): Vector {
  const [a, b, c] = [x ?? Number.NaN, y ?? Number.NaN, z ?? Number.NaN];
  if (!(Math.abs(a * a + b * b + c * c - 1) <= UNIT)) throw bad('a vector that is not of length 1');
  return [a, b, c];
}

function polygon(bytes: Buffer): SkyRegion {
  const count = (bytes.length - 1) / 24;
  if (!Number.isInteger(count) || count < 3) throw bad('a polygon without three whole vertices');
  const all = doubles(bytes, 3 * count);
  return {
    kind: 'polygon',
    vertices: Array.from({ length: count }, (_, n) => unit(all[3 * n], all[3 * n + 1], all[3 * n + 2])),
  };
}

function circle([x, y, z, chord = Number.NaN, radius = Number.NaN]: readonly number[]): SkyRegion {
  const center = unit(x, y, z);
  if (chord < 0 && radius < 0) return EMPTY;
  const same = Math.abs(2 * Math.asin(Math.sqrt(Math.min(chord, 4)) / 2) - radius) <= SAME + 1e-6 * radius;
  if (!(chord >= 0 && radius >= 0 && radius <= Math.PI && same)) throw bad('a circle of an impossible size');
  return { kind: 'circle', center, radius };
}

function box([west = 0, east = 0, south = 0, north = 0]: readonly number[]): SkyRegion {
  // An empty interval is NaN in longitude, and runs backwards in latitude.
  if (Number.isNaN(west) && Number.isNaN(east)) return EMPTY;
  if (south > north) return EMPTY;
  const [turn, pole] = [2 * Math.PI + SAME, Math.PI / 2 + SAME];
  const inside = west >= 0 && west <= turn && east >= 0 && east <= turn && south >= -pole && north <= pole;
  if (!inside) throw bad('a box outside the sphere');
  return { kind: 'box', west, east, south, north };
}

/** Nine numbers of a rotation whose third row is the centre, semi-axes less a quarter turn, position angle, two tangents. */
function ellipse(all: readonly number[]): SkyRegion {
  const center = unit(all[6], all[7], all[8]);
  const [alpha, beta] = [all[9], all[10]].map((part) => (part ?? Number.NaN) + Math.PI / 2) as [
    number,
    number,
  ];
  if (alpha < 0 && beta < 0) return EMPTY;
  if (!(alpha >= 0 && beta >= 0 && alpha <= Math.PI && beta <= Math.PI))
    throw bad('an ellipse of an impossible size');
  return { kind: 'ellipse', center, alpha, beta };
}

function partsOf(bytes: Buffer, depth: number): SkyRegion[] {
  const parts: SkyRegion[] = [];
  for (let at = 1; at < bytes.length; ) {
    if (at + 8 > bytes.length) throw bad('a part without its length');
    const length = bytes.readBigUInt64LE(at);
    at += 8;
    if (length < MIN_PART || length > bytes.length - at || parts.length >= MAX_PARTS)
      throw bad('a part of an impossible length');
    parts.push(decodeRegion(bytes.subarray(at, at + Number(length)), depth + 1));
    at += Number(length);
  }
  return parts;
}
