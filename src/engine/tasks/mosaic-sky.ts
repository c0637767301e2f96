/**
 * Runs: measures one input of a mosaic in coarse cells.
 * Costs: all tiles of its image and variance that meet the box are decoded. Can be cancelled; does not yield.
 */
import { native } from '../../addon/addon.ts';
import type { MosaicSky, MosaicSkyTask } from '../../addon/mosaic.ts';
import type { AddonSource } from '../../addon/sources.ts';
import { oneCallOnSources } from '../task-kind.ts';

export const mosaicSkyTask = oneCallOnSources<MosaicSkyTask, MosaicSky, MosaicSkyTask<AddonSource>>({
  kind: 'mosaic-sky',
  wire: (task, supply) => ({
    ...task,
    input: { ...task.input, sources: task.input.sources.map(supply) },
  }),
  run: (task, { control, deadlineMs }) => native.measureSky(task, control, deadlineMs),
});
