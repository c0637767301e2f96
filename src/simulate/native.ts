/** The addon's call that makes one file, typed. */

import { native } from '../addon/addon.ts';
import type { Card } from '../fits/cards.ts';
import type { CalibrationType, DetectorSpec } from './calibrations.ts';

export type Recipe = 'lossy16' | 'lossless' | 'none';

interface DefectsSpec {
  readonly badColumns: readonly number[];
  readonly cosmicRays: number;
  readonly edge: number;
  /** Half-open boxes, four numbers each. */
  readonly noData: readonly number[];
  readonly lit?: readonly [number, number, number];
}

interface CardsSpec {
  readonly primary: readonly Card[];
  readonly image: readonly Card[];
  readonly mask: readonly Card[];
  readonly variance: readonly Card[];
}

/** As native/core/simulate/spec.h, which says what each field means. */
export interface SimulationSpec {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly xy0: readonly [number, number];
  readonly raw: boolean;
  readonly detector?: DetectorSpec;
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
  readonly defects: DefectsSpec;
  readonly recipe: Recipe;
  /** Zeros: the full width, one row. */
  readonly tile: readonly [number, number];
  readonly ditherSeed: number;
  readonly cards: CardsSpec;
  readonly band: string;
  readonly physicalFilter: string;
}

export interface CalibrationSpec {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly kind: CalibrationType;
  readonly detector: DetectorSpec;
  readonly defects: DefectsSpec;
  /** Bit of dead pixels. */
  readonly bad: number;
  /** Of each pixel. */
  readonly variance: number;
  readonly tile: readonly [number, number];
  readonly cards: CardsSpec;
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
 * @param subtracted sources that are taken, without noise, from what a detector gave.
 */
export function simulateImage(
  spec: SimulationSpec,
  sources: Float64Array,
  subtracted?: Float64Array,
): SimulationWritten {
  return native.simulateImage(spec, sources, subtracted);
}

/** Writes a calibration file; the same bytes for the same arguments. */
export function simulateCalibration(spec: CalibrationSpec): SimulationWritten {
  return native.simulateCalibration(spec);
}
