/**
 * Runs: searches of a dataset index, by the handle of the search. Reads no file but the index.
 * Costs: some 10 µs for each small circle; for a polygon its vertices times the datasets near it. What is found stays in the addon.
 * Resumes: at the search, and in it the row, that was not looked at.
 */
import { native } from '../../addon/addon.ts';
import { type IndexSearchProgress, type IndexSearchTask, searchSteps } from '../../addon/dataset-index.ts';
import { stepsTo, type TaskKind } from '../task-kind.ts';

/** How many rows were found. */
export const indexSearchTask: TaskKind<IndexSearchTask, number, IndexSearchTask, IndexSearchProgress> = {
  kind: 'index-search',
  yields: true,
  wire: (task) => task,
  run: (task, { cursor, control, deadlineMs }) => native.searchIndex(task, cursor, control, deadlineMs),
  gather: ({ searches }) => stepsTo(searchSteps * searches.length, (calls) => calls.at(-1)?.found ?? 0),
};
