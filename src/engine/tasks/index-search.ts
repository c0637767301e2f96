/**
 * Runs: searches of a dataset index, by its handle. Reads no file but the index.
 * Costs: some 10 µs for each small circle; for a polygon its vertices times the datasets near it. `state` is the caller's, on shared memory.
 * Resumes: at the search, and in it the row, that was not looked at.
 */
import { native } from '../../addon/addon.ts';
import { type IndexSearchProgress, type IndexSearchTask, searchSteps } from '../../addon/dataset-index.ts';
import { stepsTo, type TaskKind } from '../task-kind.ts';

export interface IndexSearching {
  readonly task: IndexSearchTask;
  readonly state: Uint8Array;
}

/** How many rows the state holds. */
export const indexSearchTask: TaskKind<IndexSearching, number, IndexSearching, IndexSearchProgress> = {
  kind: 'index-search',
  yields: true,
  wire: (searching) => searching,
  run: ({ task, state }, { cursor, control, deadlineMs }) =>
    native.searchIndex(task, state, cursor, control, deadlineMs),
  gather: ({ task }) => stepsTo(searchSteps * task.searches.length, (calls) => calls.at(-1)?.found ?? 0),
};
