/** What carries out the scheduler's orders: a pool of threads, or the caller's own thread. */
import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { CONTROL_STRIDE, type Order, type Outcome } from './order.ts';
import { perform } from './perform.ts';

export interface Threads {
  /** Rejects only when what runs it has ended, after its last native call has come back. */
  execute(order: Order): Promise<Outcome>;
  /** Sets a slot's control word. */
  signal(slot: number, word: 0 | 1 | 2): void;
  /** Ends the threads, when nothing runs any more. */
  close(): Promise<void>;
  /** The worker threads, for tests that end one. */
  readonly workers: readonly Worker[];
}

/** The caller's own thread, which is blocked while a task runs: for programs that make one answer on one core. */
export class CallingThread implements Threads {
  readonly workers = [];
  readonly #control = new SharedArrayBuffer(CONTROL_STRIDE);

  async execute(order: Order): Promise<Outcome> {
    await setImmediate();
    return perform(order, this.#control).outcome;
  }

  signal(_: number, word: 0 | 1 | 2): void {
    Atomics.store(new Int32Array(this.#control), 0, word);
  }

  async close(): Promise<void> {}
}
