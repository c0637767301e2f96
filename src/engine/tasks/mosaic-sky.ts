/**
 * Runs: measures one input of a mosaic in coarse cells.
 * Costs: all tiles of its image and variance that meet the box are decoded. Can be cancelled; does not yield.
 */
import { native } from '../../addon/addon.ts';
import type { MosaicSky, MosaicSkyTask } from '../../addon/mosaic.ts';
import type { AddonSource } from '../../addon/sources.ts';
import { oneCallOnSources } from '../task-kind.ts';
import { suppliedInput } from './supplied-input.ts';

export const mosaicSkyTask = oneCallOnSources<MosaicSkyTask, MosaicSky, MosaicSkyTask<AddonSource>>({
  kind: 'mosaic-sky',
  wire: (task, supply) => ({ ...task, input: suppliedInput(supply)(task.input) }),
  run: (task, { control, deadlineMs }) => native.measureSky(task, control, deadlineMs),
});
