/**
 * Runs: writes rows of several planes of a mosaic into an open file.
 * Costs: as a mosaic's window, but what is resampled is read once for all planes; a group of rows of them in memory.
 * Resumes: at the first row that is not written; what came of every call is kept.
 */
import { native } from '../../addon/addon.ts';
import type { MosaicSaved, MosaicSaveTask } from '../../addon/mosaic.ts';
import type { AddonSource } from '../../addon/sources.ts';
import { stepsTo, type TaskKind } from '../task-kind.ts';
import { suppliedInput } from './supplied-input.ts';

/** What came of each call, in the order of their rows. */
export const mosaicSaveTask: TaskKind<
  MosaicSaveTask,
  readonly MosaicSaved[],
  MosaicSaveTask<AddonSource>,
  MosaicSaved
> = {
  kind: 'mosaic-save',
  yields: true,
  wire: (task, supply) => ({ ...task, inputs: task.inputs.map(suppliedInput(supply)) }),
  run: (task, { cursor, control, deadlineMs }) => native.saveMosaic(task, cursor, control, deadlineMs),
  gather: ({ y1 }) => stepsTo(y1, (calls) => calls),
};
