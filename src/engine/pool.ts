/** The threads: Piscina workers that call the addon synchronously, and their control words. */
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { CONTROL_STRIDE, type WorkerOrder, type WorkerOutcome, type WorkerSetup } from './tasks.ts';

/** The compiled worker, also when this file itself runs uncompiled (under vitest). */
function defaultWorker(): string {
  const compiled = import.meta.url.endsWith('.ts') ? '../../dist/engine/worker.js' : './worker.js';
  return fileURLToPath(new URL(compiled, import.meta.url));
}

export class Pool {
  readonly #piscina: Piscina<WorkerOrder<unknown>, WorkerOutcome>;
  readonly #words: Int32Array;

  constructor(threads: number, workerFile: string = defaultWorker()) {
    const control = new SharedArrayBuffer(threads * CONTROL_STRIDE);
    this.#words = new Int32Array(control);
    const workerData: WorkerSetup = { control };
    this.#piscina = new Piscina({
      filename: workerFile,
      minThreads: threads,
      maxThreads: threads,
      concurrentTasksPerWorker: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
      recordTiming: false,
      workerData,
    });
    // A worker that breaks while it has nothing to do hurts nobody; Piscina has replaced it already.
    this.#piscina.on('error', () => {});
  }

  /** Rejects only when the worker itself has ended, after its last native call has come back. */
  execute(order: WorkerOrder<unknown>): Promise<WorkerOutcome> {
    return this.#piscina.run(order);
  }

  signal(slot: number, word: 0 | 1 | 2): void {
    Atomics.store(this.#words, (slot * CONTROL_STRIDE) / 4, word);
  }

  /** The worker threads, for tests that end one. */
  get workers() {
    return this.#piscina.threads;
  }

  close(): Promise<void> {
    return this.#piscina.destroy();
  }
}
