/**
 * Runs: writes a window of a cutout into `out`, which must stand on shared memory.
 * Costs: the tiles that the window meets are decoded; some ms for each MiB. `out` is the caller's.
 * Resumes: behind the last byte that was written.
 */
import { native } from '../../addon/addon.ts';
import type { FillTask, Progress } from '../../addon/cutout.ts';
import type { AddonSource } from '../../addon/sources.ts';
import type { Source } from '../../base/sources.ts';
import { stepsTo, type TaskKind } from '../task-kind.ts';
import { suppliedInput } from './supplied-input.ts';

export interface Filling<S = Source> {
  readonly task: FillTask<S>;
  readonly out: Uint8Array;
}

/** `done`: all bytes of `out`. */
export const fillTask: TaskKind<Filling, { readonly done: number }, Filling<AddonSource>, Progress> = {
  kind: 'fill',
  yields: true,
  wire: ({ task, out }, supply) => ({ task: suppliedInput(supply)(task), out }),
  run: ({ task, out }, { cursor, control, deadlineMs }) =>
    native.fillCutout(task, out, cursor, control, deadlineMs),
  gather: ({ out }) => stepsTo(out.byteLength, () => ({ done: out.byteLength })),
};
