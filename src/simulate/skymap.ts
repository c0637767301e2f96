/** A rings skymap: the sky in tracts, the tracts in patches of one pixel grid, as the lsst_cells skymaps have it. */
import { ringsOf } from '../astronomy/rings.ts';
import type { SkymapConfig as RingsSkymap } from '../astronomy/skymaps.ts';
import { DEGREE, offset, project, type SkyPoint } from './sphere.ts';

/** Pixel boxes are half-open, 0-based, in the tract's own frame (which starts at 0,0). */
export interface PixelBox {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** What is simulated of a skymap says besides how far the outer box of a patch goes beyond its inner one. */
export interface SkymapConfig extends RingsSkymap {
  /** Pixels. */
  readonly border: number;
}

export interface Tract {
  readonly id: number;
  readonly center: SkyPoint;
  /** Width and height in pixels. */
  readonly size: readonly [number, number];
  /** 0-based pixel of the centre (FITS CRPIX minus 1 for the full tract). */
  readonly crpix: readonly [number, number];
  /** Patches along x and y. */
  readonly patches: readonly [number, number];
}

export interface Patch {
  readonly tract: number;
  /** y-major number. */
  readonly id: number;
  readonly inner: PixelBox;
  /** May reach beyond the tract: cells maps do not clip it. */
  readonly outer: PixelBox;
}

/** lsst_cells_v1, the skymap of DP1. */
export const LSST_CELLS_V1: SkymapConfig = {
  name: 'lsst_cells_v1',
  rings: 120,
  raStart: 0,
  pixelScale: 0.2,
  tractOverlap: 1 / 60,
  inner: 3000,
  border: 200,
};

/** The same geometry with tracts and patches of fewer pixels: more and smaller rings, the pixel staying 0.2". */
export function scaledSkymap(scale: number): SkymapConfig {
  if (scale === 1) return LSST_CELLS_V1;
  // The name says all: what follows from it is no other scale.
  const rings = Math.round(120 / scale);
  const exact = 120 / rings;
  return {
    ...LSST_CELLS_V1,
    name: `vignet_rings_${rings}`,
    rings,
    tractOverlap: exact / 60,
    inner: Math.round(3000 * exact),
    border: Math.round(200 * exact),
  };
}

export class Skymap {
  readonly config: SkymapConfig;
  /** Tracts of each ring, and the id of each ring's first. */
  private readonly counts: number[] = [];
  private readonly starts: number[] = [];
  private readonly height: number;

  constructor(config: SkymapConfig) {
    this.config = config;
    this.height = Math.PI / (config.rings + 1);
    let next = 1;
    for (const { first, count } of ringsOf(config)) {
      this.counts.push(count);
      this.starts.push(first);
      next = first + count;
    }
    this.size = next + 1;
  }

  /** How many tracts there are; the first and the last are the polar caps. */
  readonly size: number;

  /** Degrees of right ascension between neighbours of the ring that holds a declination; 360 at the caps. */
  spacing(dec: number): number {
    return 360 / (this.counts[this.ringOf(dec)] ?? 1);
  }

  /** The tract that owns a position. */
  find(point: SkyPoint): number {
    const ring = this.ringOf(point.dec);
    if (ring < 0) return 0;
    const count = this.counts[ring];
    const start = this.starts[ring];
    if (count === undefined || start === undefined) return this.size - 1;
    const turn = ((((point.ra - this.config.raStart) % 360) + 360) % 360) / 360;
    return start + (Math.trunc(turn * count + 0.5) % count);
  }

  tract(id: number): Tract {
    const { inner, pixelScale, tractOverlap } = this.config;
    const center = this.centerOf(id);
    const radius = this.height / 2 / DEGREE + tractOverlap;
    const corners = [0, 90, 180, 270].map((bearing) => {
      const [east, north] = project(center, offset(center, bearing, radius));
      return [(-east * 3600) / pixelScale, (north * 3600) / pixelScale] as const;
    });
    const axes = ([0, 1] as const).map((k) => {
      const values = corners.map((corner) => corner[k]);
      const low = Math.ceil(Math.min(...values) - 0.5);
      const length = Math.floor(Math.max(...values) + 0.5) - low + 1;
      const patches = Math.ceil(length / inner);
      return { patches, size: patches * inner, origin: low - Math.floor((patches * inner - length) / 2) };
    });
    const [x, y] = axes as [(typeof axes)[0], (typeof axes)[0]];
    return {
      id,
      center,
      size: [x.size, y.size],
      crpix: [-x.origin, -y.origin],
      patches: [x.patches, y.patches],
    };
  }

  patch(tract: Tract, id: number): Patch {
    const { inner, border } = this.config;
    const x0 = (id % tract.patches[0]) * inner;
    const y0 = Math.floor(id / tract.patches[0]) * inner;
    return {
      tract: tract.id,
      id,
      inner: { x0, y0, x1: x0 + inner, y1: y0 + inner },
      outer: { x0: x0 - border, y0: y0 - border, x1: x0 + inner + border, y1: y0 + inner + border },
    };
  }

  private ringOf(dec: number): number {
    return Math.floor((dec * DEGREE + Math.PI / 2 - this.height / 2) / this.height);
  }

  private centerOf(id: number): SkyPoint {
    if (id === 0) return { ra: 0, dec: -90 };
    if (id === this.size - 1) return { ra: 0, dec: 90 };
    let ring = this.starts.findIndex((start, r) => id >= start && id < start + (this.counts[r] ?? 0));
    if (ring < 0) ring = 0;
    const turn = (id - (this.starts[ring] ?? 1)) / (this.counts[ring] ?? 1);
    return {
      ra: (360 * turn + this.config.raStart) % 360,
      dec: (this.height * (ring + 1)) / DEGREE - 90,
    };
  }
}
