/** The calibrations of simulated detectors: their files, when they hold, and what they do to the light. */
import type { Detector } from './camera.ts';
import { noiseSeedOf } from './identity.ts';
import { Random } from './random.ts';

export const CALIBRATION_TYPES = ['bias', 'dark', 'flat', 'defects'] as const;
export type CalibrationType = (typeof CALIBRATION_TYPES)[number];

/** A calibration file. Plain data, so that it can be sent to a worker. */
export interface Calibration {
  readonly type: CalibrationType;
  readonly uuid: string;
  /** Below the output folder, with forward slashes. */
  readonly path: string;
  readonly run: string;
  /** Names and values, in the Butler's order. */
  readonly dataId: readonly (readonly [string, string | number])[];
  readonly detector: Detector;
  readonly width: number;
  readonly height: number;
  /** Flats. */
  readonly physicalFilter?: string;
  /** Biases are taken anew: 1, 2, … */
  readonly epoch: number;
  /** When it holds, MJD TAI; null: without a bound. */
  readonly validity: readonly [number | null, number | null];
}

/** Columns beside each amplifier of a raw image, at its outer edges. */
export const OVERSCAN = 32;

type Pair = readonly [number, number];

/** As native/core/simulate/spec.h has it: of pairs the left amplifier is the first; seeds are high and low 32 bits. */
export interface DetectorSpec {
  readonly gains: Pair;
  readonly levels: Pair;
  readonly readNoises: Pair;
  readonly overscan: number;
  readonly biasSeed: Pair;
  readonly darkSeed: Pair;
  readonly flatSeed: Pair;
  readonly darkTime: number;
}

/** What stands between the light and the counts of an exposure, or is in a calibration file. */
export function detectorSpec(
  seed: number,
  detector: Detector,
  { physicalFilter = '', epoch = 1, darkTime = 0 },
): DetectorSpec {
  const random = new Random(seed, 'amplifiers', detector.id);
  const two = (low: number, high: number) =>
    [0, 1].map(() => Number(random.between(low, high).toFixed(3))) as [number, number];
  return {
    gains: two(1.65, 1.85),
    levels: two(900, 1200),
    readNoises: two(5.5, 6.5),
    overscan: OVERSCAN,
    biasSeed: noiseSeedOf(`${seed}/bias/${detector.id}/${epoch}`),
    darkSeed: noiseSeedOf(`${seed}/dark/${detector.id}`),
    flatSeed: noiseSeedOf(`${seed}/flat/${detector.id}/${physicalFilter}`),
    darkTime,
  };
}
