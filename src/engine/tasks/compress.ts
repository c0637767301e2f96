/**
 * Runs: a finished plain FITS answer into a tile-compressed one.
 * Costs: all pixels are encoded; `compressMemory` beside the input. Can be cancelled; does not yield.
 * Transfers: the compressed file.
 */
import { native } from '../../addon/addon.ts';
import type { CompressOptions } from '../../addon/render.ts';
import { oneCall } from '../task-kind.ts';

export interface Compressing {
  readonly fits: Uint8Array;
  readonly options: CompressOptions;
}

export const compressTask = oneCall<Compressing, Uint8Array>({
  kind: 'compress',
  run: ({ fits, options }, { control, deadlineMs }) =>
    native.compressFits(fits, options, control, deadlineMs),
  transfer: ({ buffer }) => [buffer],
});

/** Bytes that are allocated at most: an answer becomes smaller, but for a little that incompressible pixels add. */
export function compressMemory(fitsBytes: number): number {
  return fitsBytes + fitsBytes / 8 + 1048576;
}
