/** One order, one synchronous call of the addon, one outcome; wherever it runs. */
import { plainError } from '../base/to-vignet-error.ts';
import { CONTROL_STRIDE, type Order, type Outcome } from './order.ts';
import { taskKinds } from './tasks/index.ts';

/** An outcome, and the buffers to be moved with it instead of copied. */
export interface Performed {
  readonly outcome: Outcome;
  readonly transfer: readonly ArrayBufferLike[];
}

/** Errors are values. `words`: the control words of all slots. */
export function perform({ kind, task, slot, ...turn }: Order, words: SharedArrayBuffer): Performed {
  const start = performance.now();
  try {
    const runner = taskKinds.get(kind);
    if (!runner) throw new TypeError(`expected the kind of a task, received '${kind}'`);
    const control = new Int32Array(words, slot * CONTROL_STRIDE, 1);
    const result = runner.run(task, { ...turn, control });
    const outcome = { result, ms: performance.now() - start };
    return { outcome, transfer: runner.transfer?.(result) ?? [] };
  } catch (error) {
    return { outcome: { error: plainError(error), ms: performance.now() - start }, transfer: [] };
  }
}
