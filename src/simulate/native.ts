/** The addon's call that makes one file, typed. */

import { native } from '../addon/addon.ts';
import type { Card } from '../fits/cards.ts';

export type Recipe = 'lossy16' | 'lossless' | 'none';

/** As native/core/simulate/spec.h, which says what each field means. */
export interface SimulationSpec {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly xy0: readonly [number, number];
  readonly raw: boolean;
  readonly psf: { readonly weights: readonly number[]; readonly sigmas: readonly number[] };
  readonly noise: {
    /** High and low 32 bits. */
    readonly seed: readonly [number, number];
    readonly unitsPerElectron: number;
    readonly sky: number;
    readonly gradient: readonly [number, number];
    readonly readNoise: number;
    readonly fullWell: number;
  };
  /** Plane name to bit; of these the core sets the ones it knows. */
  readonly bits: Readonly<Record<string, number>>;
  readonly defects: {
    readonly badColumns: readonly number[];
    readonly cosmicRays: number;
    readonly edge: number;
    /** Half-open boxes, four numbers each. */
    readonly noData: readonly number[];
    readonly lit?: readonly [number, number, number];
  };
  readonly recipe: Recipe;
  /** Zeros: the full width, one row. */
  readonly tile: readonly [number, number];
  readonly ditherSeed: number;
  readonly cards: {
    readonly primary: readonly Card[];
    readonly image: readonly Card[];
    readonly mask: readonly Card[];
    readonly variance: readonly Card[];
  };
  readonly band: string;
  readonly physicalFilter: string;
}

export interface SimulationWritten {
  readonly bytes: number;
  /** Quantisation steps; 0 where a plane is stored without loss. */
  readonly imageStep: number;
  readonly varianceStep: number;
}

/**
 * Writes one file; the same bytes for the same arguments.
 * @param sources six numbers each: x, y (0-based pixels), flux (nJy), and the matrix xx, xy, yy of an exponential
 *   disc's scale length squared in pixels (0 for a star).
 */
export function simulateImage(spec: SimulationSpec, sources: Float64Array): SimulationWritten {
  return native.simulateImage(spec, sources);
}
