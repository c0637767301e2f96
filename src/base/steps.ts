/** Long work in steps: where others wait for the same thread, they have their turn between them. */
import { setImmediate } from 'node:timers/promises';

/** Each step says how much it was: characters that were read, or what takes as long. */
export type Steps<Result> = Generator<number, Result, void>;

/** Characters that are read in one turn: some milliseconds at most. */
const TURN = 16_384;

/** Besides its characters, what it costs to read a value. */
export const VALUE = 50;

/** The result, without a pause. */
export function untilDone<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The result; what comes after long work begins in a turn of its own. */
export async function inTurns<Result>(steps: Steps<Result>): Promise<Result> {
  let done = 0;
  let turns = 0;
  for (;;) {
    const step = steps.next();
    if (step.done) {
      if (turns > 0) await setImmediate();
      return step.value;
    }
    done += step.value;
    if (done < TURN) continue;
    done = 0;
    turns += 1;
    await setImmediate();
  }
}
