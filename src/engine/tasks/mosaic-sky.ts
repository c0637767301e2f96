/**
 * Runs: measures one input of a mosaic in coarse cells.
 * Costs: all tiles of its image and variance that meet the box are decoded. Can be cancelled; does not yield.
 */
import { native } from '../../addon/addon.ts';
import type { MosaicSky, MosaicSkyTask } from '../../addon/mosaic.ts';
import { oneCall } from '../task-kind.ts';

export const mosaicSkyTask = oneCall<MosaicSkyTask, MosaicSky>({
  kind: 'mosaic-sky',
  run: (task, { control, deadlineMs }) => native.measureSky(task, control, deadlineMs),
});
