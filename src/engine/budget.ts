/** One byte budget over all output buffers: queued, running and unsent. */
import { VignetError } from '../base/errors.ts';
import { inMiB } from '../base/mebibytes.ts';

interface Waiter {
  readonly bytes: number;
  readonly grant: () => void;
}

export interface AcquireOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for others to give bytes back. Default: the budget's. */
  readonly waitMs?: number | undefined;
}

export class Budget {
  readonly ceiling: number;
  readonly #waitMs: number;
  #held = 0;
  #peak = 0;
  /** First come, first served, so that small requests cannot starve a large one. */
  readonly #waiters = new Set<Waiter>();

  constructor(ceiling: number, waitMs: number) {
    this.ceiling = ceiling;
    this.#waitMs = waitMs;
  }

  get held(): number {
    return this.#held;
  }
  get peak(): number {
    return this.#peak;
  }
  get waiting(): number {
    return this.#waiters.size;
  }

  /** Takes bytes if no request waits and they are free now, or as long as `most` are held with them. */
  tryAcquire(bytes: number, most = this.ceiling): boolean {
    if (this.#waiters.size > 0 || this.#held + bytes > most) return false;
    this.#take(bytes);
    return true;
  }

  /**
   * Takes bytes, waiting for them in line. Throws usage TOO_LARGE for more than the ceiling, transient BUSY after
   * `waitMs`, and what the signal was aborted with.
   */
  acquire(bytes: number, { signal, waitMs = this.#waitMs }: AcquireOptions = {}): Promise<void> {
    if (bytes > this.ceiling) {
      const detail = `the request needs ${inMiB(bytes)} of memory at once, the limit for all answers is ${inMiB(this.ceiling)}; ask for less`;
      return Promise.reject(new VignetError('usage', 'TOO_LARGE', detail));
    }
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.tryAcquire(bytes)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', aborted);
        this.#waiters.delete(waiter);
      };
      const fail = (error: unknown) => {
        leave();
        reject(error);
        this.#serve();
      };
      const waiter: Waiter = {
        bytes,
        grant: () => {
          leave();
          resolve();
        },
      };
      const aborted = () => fail(signal?.reason);
      const busy = () => {
        const detail = `${inMiB(bytes)} of memory did not become free within ${(waitMs / 1000).toFixed(1)} s; ask again in a few seconds`;
        fail(new VignetError('transient', 'BUSY', detail));
      };
      const timer = setTimeout(busy, waitMs);
      signal?.addEventListener('abort', aborted, { once: true });
      this.#waiters.add(waiter);
    });
  }

  /**
   * Takes bytes at once, also beyond the ceiling: for who holds some, cannot go on without these, and must not wait for others who
   * may do the same.
   */
  charge(bytes: number): void {
    this.#take(bytes);
  }

  release(bytes: number): void {
    this.#held -= bytes;
    this.#serve();
  }

  #take(bytes: number): void {
    this.#held += bytes;
    if (this.#held > this.#peak) this.#peak = this.#held;
  }

  #serve(): void {
    for (const waiter of this.#waiters) {
      if (this.#held + waiter.bytes > this.ceiling) return;
      this.#take(waiter.bytes);
      waiter.grant();
    }
  }
}
