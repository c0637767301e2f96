/** An LSST-like focal plane: 21 rafts of 3 by 3 detectors with gaps between, seen through a distorting telescope. */
import type { Polynomial } from './polynomial.ts';
import { Random } from './random.ts';
import { DEGREE, deproject, project, type SkyPoint } from './sphere.ts';
import { invertSip, type TanSip } from './wcs.ts';

/** Arc seconds per pixel at the centre of the field. */
export const PIXEL_SCALE = 0.2;

export interface Detector {
  readonly id: number;
  readonly name: string;
  readonly serial: string;
  readonly width: number;
  readonly height: number;
  /** Pixels of the focal plane from its centre to the detector's. */
  readonly x: number;
  readonly y: number;
}

export interface Pointing {
  readonly center: SkyPoint;
  /** Degrees from north to the detectors' y axis, towards east. */
  readonly rotation: number;
}

const FULL = { width: 4072, height: 4000, pitch: 4225, raftPitch: 12700, radius: 31500 } as const;

/** Relative radial distortion at the edge of the field. */
const DISTORTION = 0.01;

/** All 189 science detectors, every length multiplied by `scale`. */
export function detectorsOf(scale: number): Detector[] {
  const list: Detector[] = [];
  for (let raft = 0; raft < 25; raft++) {
    const [ry, rx] = [Math.floor(raft / 5), raft % 5];
    if ((ry === 0 || ry === 4) && (rx === 0 || rx === 4)) continue;
    for (let slot = 0; slot < 9; slot++) {
      const [sy, sx] = [Math.floor(slot / 3), slot % 3];
      list.push({
        id: list.length,
        name: `R${ry}${rx}_S${sy}${sx}`,
        serial: `SIM-${String(list.length).padStart(3, '0')}`,
        width: Math.round(FULL.width * scale),
        height: Math.round(FULL.height * scale),
        x: ((rx - 2) * FULL.raftPitch + (sx - 1) * FULL.pitch) * scale,
        y: ((ry - 2) * FULL.raftPitch + (sy - 1) * FULL.pitch) * scale,
      });
    }
  }
  return list;
}

/** The `count` detectors nearest to the middle: one is the central one, four a square, and so on outwards. */
export function centralDetectors(scale: number, count: number): Detector[] {
  const [x, y] = [300 * scale, 270 * scale];
  const distance = (d: Detector): number => Math.max(Math.abs(d.x - x), Math.abs(d.y - y));
  const chosen = detectorsOf(scale).sort((a, b) => distance(a) - distance(b) || a.id - b.id);
  return chosen.slice(0, count).sort((a, b) => a.id - b.id);
}

/** Beyond this circle of the focal plane nothing is lit: centre in the detector's 0-based pixels, and radius. */
export function litCircle(detector: Detector, scale: number): [number, number, number] {
  return [(detector.width - 1) / 2 - detector.x, (detector.height - 1) / 2 - detector.y, FULL.radius * scale];
}

/**
 * The WCS of a detector: TAN about its own centre, the telescope's radial distortion expanded there (which a
 * SIP of order 3 holds exactly), and small warps of its own.
 */
export function detectorWcs(detector: Detector, pointing: Pointing, scale: number, seed: number): TanSip {
  const k = DISTORTION / (FULL.radius * scale) ** 2;
  const s = PIXEL_SCALE / 3600;
  const turn = pointing.rotation * DEGREE;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  // x grows towards west at rotation 0, as on the sky seen from below.
  const m = [-s * cos, s * sin, s * sin, s * cos] as const;
  const toTangent = (x: number, y: number): [number, number] => {
    const stretch = 1 + k * (x * x + y * y);
    return [(m[0] * x + m[1] * y) * stretch, (m[2] * x + m[3] * y) * stretch];
  };
  const skyAt = (x: number, y: number): SkyPoint => deproject(pointing.center, ...toTangent(x, y));

  const crval = skyAt(detector.x, detector.y);
  const step = 50;
  const slope = (dx: number, dy: number): [number, number] => {
    const a = project(crval, skyAt(detector.x + dx, detector.y + dy));
    const b = project(crval, skyAt(detector.x - dx, detector.y - dy));
    return [(a[0] - b[0]) / (2 * step), (a[1] - b[1]) / (2 * step)];
  };
  const [ex, ey] = [slope(step, 0), slope(0, step)];
  const cd = [ex[0], ey[0], ex[1], ey[1]] as const;

  const det = cd[0] * cd[3] - cd[1] * cd[2];
  // Focal-plane displacements to SIP's: CD^-1 M, close to the inverse of the distortion's Jacobian.
  const inverse = [
    (cd[3] * m[0] - cd[1] * m[2]) / det,
    (cd[3] * m[1] - cd[1] * m[3]) / det,
    (cd[0] * m[2] - cd[2] * m[0]) / det,
    (cd[0] * m[3] - cd[2] * m[1]) / det,
  ] as const;
  const { x, y } = detector;
  const optics: readonly [number, number, number, number][] = [
    [2, 0, 3 * k * x, k * y],
    [1, 1, 2 * k * y, 2 * k * x],
    [0, 2, k * x, 3 * k * y],
    [3, 0, k, 0],
    [2, 1, 0, k],
    [1, 2, k, 0],
    [0, 3, 0, k],
  ];
  const random = new Random(seed, 'detector', detector.id, 'warp');
  const half = detector.width / 2;
  const a: { p: number; q: number; value: number }[] = [];
  const b: { p: number; q: number; value: number }[] = [];
  for (const [p, q, fx, fy] of optics) {
    const warp = (p + q === 2 ? 0.15 : 0.08) / half ** (p + q);
    a.push({ p, q, value: inverse[0] * fx + inverse[1] * fy + warp * random.between(-1, 1) });
    b.push({ p, q, value: inverse[2] * fx + inverse[3] * fy + warp * random.between(-1, 1) });
  }
  const crpix = [(detector.width + 1) / 2, (detector.height + 1) / 2] as const;
  const { ap, bp } = invertSip(a as Polynomial, b as Polynomial, crpix, detector.width, detector.height);
  return { crpix, crval, cd, sip: { a, b, ap, bp } };
}
