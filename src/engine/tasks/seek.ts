/**
 * Runs: makes the seek points of a dataset.
 * Costs: all pixels of its row-tiled planes are decoded. Can be cancelled; does not yield.
 * Transfers: the points.
 */
import { native } from '../../addon/addon.ts';
import { type AddonSource, needsBytes } from '../../addon/sources.ts';
import type { Source } from '../../base/sources.ts';
import { oneCallOnSources } from '../task-kind.ts';
import { suppliedInput } from './supplied-input.ts';

export interface SeekBuilding<S = Source> {
  readonly layout: Uint8Array;
  readonly sources: readonly S[];
}

/** Undefined: nothing worth storing. */
export const seekTask = oneCallOnSources<SeekBuilding, Uint8Array | undefined, SeekBuilding<AddonSource>>({
  kind: 'seek',
  wire: (task, supply) => suppliedInput(supply)(task),
  run: ({ layout, sources }, { control, deadlineMs }) =>
    native.buildSeek(layout, sources, control, deadlineMs),
  transfer: (points) => (points && !needsBytes(points) ? [points.buffer] : []),
});
