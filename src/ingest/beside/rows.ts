/** Rows of the tables beside `dataset` that one dataset gives: `tables.ts` joins them with those of others. */
import type { RowOf, SideRows } from '../../catalog/tables.ts';
import { inputRows, runRow } from './provenance-rows.ts';
import { type Known, visitRows } from './visit-rows.ts';

export interface RowsBeside {
  readonly visit?: RowOf<'visit'>;
  readonly visit_detector?: RowOf<'visit_detector'>;
  readonly run?: RowOf<'run'>;
  readonly dataset_input: readonly RowOf<'dataset_input'>[];
  /** What a registry says of the dataset. */
  readonly registry?: SideRows;
}

export function rowsBeside(known: Known): RowsBeside {
  const { visit, detector } = visitRows(known);
  const run = runRow(known);
  return {
    ...(visit && { visit }),
    ...(detector && { visit_detector: detector }),
    ...(run && { run }),
    dataset_input: inputRows(known),
  };
}
