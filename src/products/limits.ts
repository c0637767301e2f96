/** What a request may cost; checked against the plan, before any work. */
import { VignetError } from '../base/errors.ts';
import { inMiB } from '../base/mebibytes.ts';
import { maxTrackPoints } from '../vo/stack/track.ts';

/**
 * What a request may cost at most. Plans beyond it are refused before any pixel is read.
 * @example
 * ```ts
 * import { type Limits, Vignet } from 'vignet';
 *
 * const limits: Partial<Limits> = { maxBytes: 64 * 1024 ** 2, maxStackRows: 1000 };
 * const vignet = await Vignet.open('.vignet/sample/archive', { limits });
 * await vignet.close();
 * ```
 */
export interface Limits {
  /** Largest answer, in bytes of plain FITS. */
  readonly maxBytes: number;
  /** Largest answer that is made whole in memory: compressed ones and pictures, in bytes of the plain FITS they are made of. */
  readonly maxWholeBytes: number;
  /** Largest side of a picture, in pixels. */
  readonly maxPictureSide: number;
  /** Most rows of a stack. */
  readonly maxStackRows: number;
  /** Most points of a TRACK: each pair of them is searched for by itself. */
  readonly maxTrackPoints: number;
  /** How far apart two points of a TRACK may be that are joined, in degrees. */
  readonly maxTrackStep: number;
  /** Most frames of an animated picture. */
  readonly maxFrames: number;
  /** Most datasets of a mosaic. */
  readonly maxInputs: number;
  /** Most datasets of a mosaic whose backgrounds are matched: each is compared with every other. */
  readonly maxMatchedInputs: number;
  /** Most datasets of a tar archive. */
  readonly maxFiles: number;
  /** Largest mosaic, in bytes of plain FITS: it is streamed in constant memory. */
  readonly maxMosaicBytes: number;
  /** Most work of a mosaic, in seconds of one thread, as its plan estimates them. */
  readonly maxWorkSeconds: number;
}

/**
 * The limits that hold where no others are given.
 * @example
 * ```ts
 * import { defaultLimits } from 'vignet';
 *
 * console.log(`a stack has at most ${defaultLimits.maxStackRows} rows`);
 * ```
 */
export const defaultLimits: Limits = {
  maxBytes: 2 * 1024 ** 3,
  maxWholeBytes: 128 * 1024 ** 2,
  maxPictureSide: 1024,
  maxStackRows: 20_000,
  maxTrackPoints,
  maxTrackStep: 20,
  maxFrames: 1_000,
  maxInputs: 5_000,
  maxMatchedInputs: 500,
  maxFiles: 5_000,
  maxMosaicBytes: 128 * 1024 ** 3,
  maxWorkSeconds: 7_200,
};

/** Throws usage TOO_LARGE, naming the limit and what was asked for. */
export function checkSize(bytes: number, limit: number, name: string, instead: string): void {
  if (bytes <= limit) return;
  const detail = `the answer would have ${inMiB(bytes)}, the limit ${name} is ${inMiB(limit)}; ${instead}`;
  throw new VignetError('usage', 'TOO_LARGE', detail);
}
