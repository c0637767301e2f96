/** The threads: Piscina workers that call the addon synchronously, and their control words. */
import { createRequire } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Piscina } from 'piscina';
import { CONTROL_STRIDE, type Order, type Outcome, type WorkerSetup } from './order.ts';
import { readyTask } from './tasks/ready.ts';
import type { Threads } from './threads.ts';

/** Milliseconds a thread may take to start before it is ended all the same. */
const LONGEST_START = 10_000;

/** The compiled worker, also when this file itself runs uncompiled (under vitest). */
function defaultWorker(): string {
  const compiled = import.meta.url.endsWith('.ts') ? '../../dist/engine/worker.js' : './worker.js';
  return fileURLToPath(new URL(compiled, import.meta.url));
}

export interface PoolOptions {
  readonly nice?: number | undefined;
  readonly workerFile?: string | undefined;
}

export class Pool implements Threads {
  readonly #piscina: Piscina<Order, Outcome>;
  readonly #words: Int32Array;
  readonly #threads: number;

  constructor(threads: number, { nice = 0, workerFile = defaultWorker() }: PoolOptions = {}) {
    this.#threads = threads;
    const control = new SharedArrayBuffer(threads * CONTROL_STRIDE);
    this.#words = new Int32Array(control);
    const workerData: WorkerSetup = { control };
    // Loaded here, so that who needs no threads does not wait for it.
    const { Piscina }: typeof import('piscina') = createRequire(import.meta.url)('piscina');
    this.#piscina = new Piscina({
      filename: workerFile,
      minThreads: threads,
      maxThreads: threads,
      concurrentTasksPerWorker: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
      recordTiming: false,
      niceIncrement: nice,
      workerData,
    });
    // An idle worker that breaks affects no request; Piscina has replaced it already.
    this.#piscina.on('error', () => {});
  }

  execute(order: Order): Promise<Outcome> {
    return this.#piscina.run(order);
  }

  signal(slot: number, word: 0 | 1 | 2): void {
    Atomics.store(this.#words, (slot * CONTROL_STRIDE) / 4, word);
  }

  get workers() {
    return this.#piscina.threads;
  }

  /** One that is still starting is waited for: ended while it loads the addon, it takes the process with it. */
  async close(): Promise<void> {
    const order: Order = { kind: readyTask.kind, task: undefined, slot: 0, cursor: 0, deadlineMs: 0 };
    const started = Promise.allSettled(Array.from({ length: this.#threads }, () => this.#piscina.run(order)));
    const patience = new AbortController();
    await Promise.race([
      started,
      setTimeout(LONGEST_START, undefined, { ref: false, signal: patience.signal }).catch(() => {}),
    ]);
    patience.abort();
    await this.#piscina.destroy();
  }
}
