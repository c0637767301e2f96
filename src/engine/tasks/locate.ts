/**
 * Runs: where stamps lie. Reads no file.
 * Costs: a WCS is set up for each layout. Can be cancelled; does not yield. Layouts that share one buffer are sent to the thread as one.
 */
import { native } from '../../addon/addon.ts';
import { oneCall } from '../task-kind.ts';

export interface Locating {
  readonly layouts: readonly Uint8Array[];
  /** `lon lat` for each layout, ICRS degrees. */
  readonly positions: Float64Array;
  /** Side of the stamps in pixels. */
  readonly size: number;
}

/** Numbers as `placeColumns` names them, for each layout. */
export const locateTask = oneCall<Locating, { readonly rows: Float64Array }>({
  kind: 'locate',
  run: ({ layouts, positions, size }, { control, deadlineMs }) =>
    native.locateStamps(layouts, positions, size, control, deadlineMs),
});
