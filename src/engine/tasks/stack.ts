/**
 * Runs: writes stamps into `out`, which must stand on shared memory.
 * Costs: for each job its files are opened and the tiles that the stamp meets are decoded. `out` is the caller's.
 * Resumes: at the first job that is not done; what failed before is kept.
 */
import { native } from '../../addon/addon.ts';
import type { AddonSource } from '../../addon/sources.ts';
import type { StackProgress, StackTask } from '../../addon/stack.ts';
import type { Source } from '../../base/sources.ts';
import { stepsTo, type TaskKind } from '../task-kind.ts';
import { suppliedInput } from './supplied-input.ts';

export interface Stacking<S = Source> {
  readonly task: StackTask<S>;
  readonly out: Uint8Array;
}

export const stackTask: TaskKind<Stacking, StackProgress, Stacking<AddonSource>> = {
  kind: 'stack',
  yields: true,
  wire: ({ task, out }, supply) => ({
    task: { ...task, jobs: task.jobs.map(suppliedInput(supply)) },
    out,
  }),
  run: ({ task, out }, { cursor, control, deadlineMs }) =>
    native.fillStack(task, out, cursor, control, deadlineMs),
  gather: ({ task: { jobs } }) =>
    stepsTo(jobs.length, (calls) => ({
      done: jobs.length,
      failures: calls.flatMap(({ failures }) => failures),
    })),
};
