/**
 * Runs: places datasets on the grid of a mosaic, and sees whether the files of those that have a part are what they were.
 * Costs: a WCS is set up for each input, its files are opened; some 0.1 ms each. Can be cancelled; does not yield.
 */
import { native } from '../../addon/addon.ts';
import type { MosaicPlan, MosaicPlanTask } from '../../addon/mosaic.ts';
import type { AddonSource } from '../../addon/sources.ts';
import { oneCallOnSources } from '../task-kind.ts';
import { suppliedInput } from './supplied-input.ts';

export const mosaicPlanTask = oneCallOnSources<MosaicPlanTask, MosaicPlan, MosaicPlanTask<AddonSource>>({
  kind: 'mosaic-plan',
  wire: (task, supply) => ({ ...task, inputs: task.inputs.map(suppliedInput(supply)) }),
  run: (task, { control, deadlineMs }) => native.planMosaic(task, control, deadlineMs),
});
