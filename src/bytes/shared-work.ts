/** Work that several may wait for: done once at a time for each name, a few at once in all, and ended when nobody waits any more. */

import { setMaxListeners } from 'node:events';
import { VignetError } from '../base/errors.ts';

interface Running<T> {
  readonly result: Promise<T>;
  readonly abort: AbortController;
  waiting: number;
}

const cancelled = () => new VignetError('transient', 'CANCELLED', 'the request was cancelled');

export class SharedWork<T = void> {
  readonly #atOnce: number;
  readonly #running = new Map<string, Running<T>>();
  #active = 0;
  #queue: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** How many run now. */
  get active(): number {
    return this.#active;
  }

  /** Settles with the work of that name, or as soon as the signal is aborted. The work's own signal is aborted when the last leaves. */
  async wait(
    name: string,
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (signal?.aborted) throw cancelled();
    const running = this.#running.get(name) ?? this.#start(name, work);
    running.waiting += 1;
    let onAbort = () => {};
    const left = new Promise<never>((_, reject) => {
      onAbort = () => reject(cancelled());
    });
    // Many files of one request may wait.
    if (signal) setMaxListeners(0, signal);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([running.result, left]);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      running.waiting -= 1;
      if (running.waiting === 0) {
        if (this.#running.get(name) === running) this.#running.delete(name);
        running.abort.abort(cancelled());
      }
    }
  }

  #start(name: string, work: (signal: AbortSignal) => Promise<T>): Running<T> {
    const abort = new AbortController();
    const result = this.#turn()
      .then(async () => {
        try {
          abort.signal.throwIfAborted();
          return await work(abort.signal);
        } finally {
          this.#active -= 1;
          this.#queue.shift()?.();
        }
      })
      .finally(() => {
        if (this.#running.get(name) === running) this.#running.delete(name);
      });
    // Whoever still waits is told; the last to leave has gone already.
    result.catch(() => {});
    const running: Running<T> = { result, abort, waiting: 0 };
    this.#running.set(name, running);
    return running;
  }

  async #turn(): Promise<void> {
    if (this.#active >= this.#atOnce) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#active += 1;
  }
}
