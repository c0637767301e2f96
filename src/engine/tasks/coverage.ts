/**
 * Runs: the sky that rows of a dataset index cover, by the handle of the index. Reads no file but the index.
 * Costs: some 0.1 ms for each row, and 10 ms at the end. `cells` is the caller's, on shared memory.
 * Resumes: at the row that was not looked at.
 * Transfers: the cells, as a MOC.
 */
import { native } from '../../addon/addon.ts';
import type { CoverageProgress, CoverageTask } from '../../addon/dataset-index.ts';
import { stepsTo, type TaskKind } from '../task-kind.ts';

export interface Covering {
  readonly task: CoverageTask;
  readonly cells: Uint8Array;
  /** Rows of the index. */
  readonly rows: number;
}

/** NUNIQ numbers, ascending. */
export const coverageTask: TaskKind<Covering, Uint32Array<ArrayBuffer>, Covering, CoverageProgress> = {
  kind: 'coverage',
  yields: true,
  wire: (covering) => covering,
  run: ({ task, cells }, { cursor, control, deadlineMs }) =>
    native.coverIndex(task, cells, cursor, control, deadlineMs),
  transfer: ({ uniq }) => (uniq ? [uniq.buffer] : []),
  gather: ({ rows }) => stepsTo(rows, (calls) => calls.at(-1)?.uniq ?? new Uint32Array()),
};
