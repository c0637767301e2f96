/**
 * Runs: places datasets on the grid of a mosaic, and sees whether the files of those that have a part are what they were.
 * Costs: a WCS is set up for each input, its files are opened; some 0.1 ms each.
 */
import { native } from '../../addon/addon.ts';
import type { MosaicPlan, MosaicPlanTask } from '../../addon/mosaic.ts';
import { oneCall } from '../task-kind.ts';

export const mosaicPlanTask = oneCall<MosaicPlanTask, MosaicPlan>({
  kind: 'mosaic-plan',
  run: (task) => native.planMosaic(task),
});
