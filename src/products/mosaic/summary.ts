/** What a mosaic will be, and what it costs. */

import type { MosaicPlan } from '../../addon/mosaic.ts';
import { defined } from '../../base/defined.ts';
import type { Limits } from '../limits.ts';
import { methodOf, type PlannedInput } from './tables.ts';

/**
 * What a mosaic will be and cost, as PLAN=true reports it.
 * @example
 * ```ts
 * import type { MosaicSummary } from 'vignet';
 *
 * const costOf = ({ width, height, bytes, seconds }: MosaicSummary) =>
 *   `${width} × ${height} pixels, ${bytes} bytes, some ${seconds} s`;
 * ```
 */
export interface MosaicSummary {
  readonly datasets: readonly {
    readonly id: string;
    readonly method: 'copy' | 'resample' | 'none';
    readonly problem?: string;
  }[];
  readonly width: number;
  readonly height: number;
  readonly planes: readonly string[];
  /** Of all planes. */
  readonly pixels: number;
  /** Pixels of the inputs to be decoded, at most. */
  readonly decodedPixels: number;
  /** Of the plain FITS file. */
  readonly bytes: number;
  /** A rough guess for this machine when it has nothing else to do. */
  readonly seconds: number;
  readonly limits: Pick<Limits, 'maxInputs' | 'maxMatchedInputs' | 'maxMosaicBytes'>;
  readonly allowed: boolean;
}

/** Decoded pixels a second and thread, and bytes written: what machines of these years do. */
const DECODED = 80e6;
const WRITTEN = 1e9;
export function summaryOf(
  plan: MosaicPlan,
  inputs: readonly PlannedInput[],
  bytes: number,
  threads: number,
  { maxInputs, maxMatchedInputs, maxMosaicBytes }: Limits,
): MosaicSummary {
  const { width, height } = plan.frame;
  const seconds = plan.decodedPixels / DECODED / threads + bytes / WRITTEN;
  return {
    datasets: inputs.map((input) => ({
      id: input.dataset.id,
      method: methodOf(input),
      ...defined({ problem: input.placement.problem }),
    })),
    ...{ width, height },
    planes: plan.planes.map(({ kind }) => kind),
    pixels: width * height * plan.planes.length,
    decodedPixels: plan.decodedPixels,
    bytes,
    seconds: Number(seconds.toPrecision(2)),
    limits: { maxInputs, maxMatchedInputs, maxMosaicBytes },
    allowed: bytes <= maxMosaicBytes,
  };
}
