/** What a mosaic will be, and what it costs. */

import type { MosaicPlan } from '../../addon/mosaic.ts';
import { defined } from '../../base/defined.ts';
import type { Limits } from '../limits.ts';
import type { UnreadInput } from '../select/mosaic-inputs.ts';
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
  /** What it takes of one thread, in seconds; a guess, mostly too high (docs/mosaics.md). */
  readonly workSeconds: number;
  /** The same for this machine when it has nothing else to do. */
  readonly seconds: number;
  readonly limits: Pick<Limits, 'maxInputs' | 'maxMatchedInputs' | 'maxMosaicBytes' | 'maxWorkSeconds'>;
  readonly allowed: boolean;
}

/** Bytes that are sent in a second. */
const WRITTEN = 1e9;

export function summaryOf(
  plan: MosaicPlan,
  inputs: readonly PlannedInput[],
  unread: readonly UnreadInput[],
  bytes: number,
  work: number,
  threads: number,
  { maxInputs, maxMatchedInputs, maxMosaicBytes, maxWorkSeconds }: Limits,
): MosaicSummary {
  const { width, height } = plan.frame;
  const seconds = work / threads + bytes / WRITTEN;
  return {
    datasets: [
      ...inputs.map((input) => ({
        ...{ id: input.dataset.id, method: methodOf(input) },
        ...defined({ problem: input.placement.problem }),
      })),
      ...unread.map(({ id, problem }) => ({ id, method: 'none', problem: problem.message }) as const),
    ],
    ...{ width, height },
    planes: plan.planes.map(({ kind }) => kind),
    pixels: width * height * plan.planes.length,
    decodedPixels: plan.decodedPixels,
    bytes,
    workSeconds: Number(work.toPrecision(2)),
    seconds: Number(seconds.toPrecision(2)),
    limits: { maxInputs, maxMatchedInputs, maxMosaicBytes, maxWorkSeconds },
    allowed: bytes <= maxMosaicBytes && work <= maxWorkSeconds,
  };
}
