/**
 * Runs: the first image of a plain FITS file into grey pixels.
 * Costs: all pixels are read twice; `pictureMemory` beside the input. Can be cancelled; does not yield.
 * Transfers: the pixels.
 */
import { native } from '../../addon/addon.ts';
import type { PictureRaster, RenderOptions } from '../../addon/render.ts';
import { oneCall } from '../task-kind.ts';

export interface Rendering {
  readonly fits: Uint8Array;
  readonly options: RenderOptions;
}

export const renderTask = oneCall<Rendering, PictureRaster>({
  kind: 'render',
  run: ({ fits, options }, { control, deadlineMs }) => native.render(fits, options, control, deadlineMs),
  transfer: ({ rgba }) => [rgba.buffer],
});

/** Bytes that are allocated at most for a picture of so many bytes of FITS and its encoding: it is never enlarged. */
export function pictureMemory(maxSide: number, fitsBytes: number): number {
  return 2 * 4 * Math.min(maxSide ** 2, fitsBytes);
}
