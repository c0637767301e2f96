/**
 * Runs: the constants that make inputs of a mosaic agree where they overlap. Reads no file.
 * Costs: every input is compared with every other. Can be cancelled; does not yield.
 */
import { native } from '../../addon/addon.ts';
import type { MosaicSky } from '../../addon/mosaic.ts';
import { oneCall } from '../task-kind.ts';

/** From what was measured of each input (null: nothing) to one constant for each. */
export const mosaicMatchTask = oneCall<readonly (MosaicSky | null)[], readonly number[]>({
  kind: 'mosaic-match',
  run: (skies, { control, deadlineMs }) => native.matchSkies(skies, control, deadlineMs),
});
