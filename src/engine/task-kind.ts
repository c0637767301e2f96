/** What a kind of task is. Each has a file in `tasks/` that says what it runs, costs, how it resumes, what it transfers. */
import { type AddonSource, type Need, needsBytes, type OrNeed } from '../addon/sources.ts';
import type { Source } from '../base/sources.ts';

/** Where a call begins, and what it looks at to stop. */
export interface Turn {
  /** 0, or where the call before it stopped. */
  readonly cursor: number;
  /** The control word of its thread: 0 run, 1 yield, 2 cancel. */
  readonly control: Int32Array;
  readonly deadlineMs: number;
}

/** Where a task goes on that a call did not finish. */
export interface Next {
  readonly cursor: number;
  /** Not before these bytes were brought. */
  readonly need?: Need;
}

/** Gathers what the calls of one task give. */
export interface Gathering<Call, Result> {
  /** Undefined: the task is finished. */
  take(call: Call): Next | undefined;
  /** Of a finished task. */
  result(): Result;
}

/** What the addon reads a source from: the file itself, or what was brought of an object. */
export type Supply = (source: Source) => AddonSource;

/**
 * `Task`: as products give it; `Wire`: as threads get it; `Call`: what one call of the addon gives; `Result`: what the task
 * gives.
 */
export interface TaskKind<Task, Result, Wire = Task, Call = Result> {
  /** As metrics and errors name it. */
  readonly kind: string;
  /** The task with `supply` of each of its sources in that one's place, in the order in which `need` counts them. */
  wire(task: Task, supply: Supply): Wire;
  /** One synchronous call of the addon, on whichever thread. Throws what the addon throws. */
  run(task: Wire, turn: Turn): Call;
  /** Buffers that a call made for its result only: moved to the main thread, not copied. */
  transfer?(call: Call): readonly ArrayBufferLike[];
  /** Calls come back before their end when they are asked to yield. */
  readonly yields: boolean;
  gather(task: Task): Gathering<Call, Result>;
}

/** A kind as those see it that only pass tasks on: the task is of the kind that the name beside it says. */
export interface AnyTaskKind {
  readonly kind: string;
  run(task: unknown, turn: Turn): unknown;
  transfer?(call: unknown): readonly ArrayBufferLike[];
}

/** A kind whose tasks have no sources and are one call each, run to its end. */
export function oneCall<Task, Result>(
  kind: Omit<TaskKind<Task, Result>, 'wire' | 'yields' | 'gather'>,
): TaskKind<Task, Result> {
  return { ...kind, wire: (task) => task, yields: false, gather: () => oneResult<Result>() };
}

/** A kind whose tasks are one call each that gives its result once it has all bytes. */
export function oneCallOnSources<Task, Result, Wire>(
  kind: Omit<TaskKind<Task, Result, Wire, OrNeed<Result>>, 'yields' | 'gather'>,
): TaskKind<Task, Result, Wire, OrNeed<Result>> {
  return { ...kind, yields: false, gather: () => oneResult<Result>() };
}

function oneResult<Result>(): Gathering<OrNeed<Result>, Result> {
  let made: { readonly result: Result } | undefined;
  return {
    take(call) {
      if (needsBytes(call)) return { cursor: 0, need: call.need };
      made = { result: call };
      return undefined;
    },
    result() {
      if (!made) throw new TypeError('the result of a task was asked for before its call');
      return made.result;
    },
  };
}

/** What a call says that may stop before its end. */
export interface Step {
  readonly done: number;
  readonly need?: Need;
}

/** The calls of a task that is finished when `done` has come to `end`. */
export function stepsTo<Call extends Step, Result>(
  end: number,
  join: (calls: readonly Call[]) => Result,
): Gathering<Call, Result> {
  const calls: Call[] = [];
  return {
    take(call) {
      calls.push(call);
      const { done, need } = call;
      if (need) return { cursor: done, need };
      return done >= end ? undefined : { cursor: done };
    },
    result: () => join(calls),
  };
}
