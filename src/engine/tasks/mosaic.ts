/**
 * Runs: writes rows of one plane of a mosaic into `out`, which must stand on shared memory.
 * Costs: the tiles of all inputs that meet the rows are decoded, and resampled where they lie on another grid.
 * Resumes: at the first row, and in it the first input, that is not done; what came of every call is kept.
 */
import { native } from '../../addon/addon.ts';
import type { MosaicProgress, MosaicTask } from '../../addon/mosaic.ts';
import type { AddonSource } from '../../addon/sources.ts';
import type { Source } from '../../base/sources.ts';
import { stepsTo, type TaskKind } from '../task-kind.ts';
import { suppliedInput } from './supplied-input.ts';

export interface MosaicFilling<S = Source> {
  readonly task: MosaicTask<S>;
  readonly out: Uint8Array;
}

/** What came of each call, in the order of their rows. */
export const mosaicTask: TaskKind<
  MosaicFilling,
  readonly MosaicProgress[],
  MosaicFilling<AddonSource>,
  MosaicProgress
> = {
  kind: 'mosaic',
  yields: true,
  wire: ({ task, out }, supply) => ({
    task: { ...task, inputs: task.inputs.map(suppliedInput(supply)) },
    out,
  }),
  run: ({ task, out }, { cursor, control, deadlineMs }) =>
    native.fillMosaic(task, out, cursor, control, deadlineMs),
  gather: ({ out }) => stepsTo(out.byteLength, (calls) => calls),
};
