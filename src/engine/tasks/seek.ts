/**
 * Runs: makes the seek points of a dataset.
 * Costs: all pixels of its row-tiled planes are decoded. Can be cancelled; does not yield.
 * Transfers: the points.
 */
import { native } from '../../addon/addon.ts';
import type { Source } from '../../base/dataset.ts';
import { oneCall } from '../task-kind.ts';

export interface SeekBuilding {
  readonly layout: Uint8Array;
  readonly sources: readonly Source[];
}

/** Undefined: nothing worth storing. */
export const seekTask = oneCall<SeekBuilding, Uint8Array | undefined>({
  kind: 'seek',
  run: ({ layout, sources }, { control, deadlineMs }) =>
    native.buildSeek(layout, sources, control, deadlineMs),
  transfer: (points) => (points ? [points.buffer] : []),
});
