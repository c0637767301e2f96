/**
 * One byte budget over all output buffers: queued, running and unsent.
 *
 * It is divided so that nobody waits for those who take longer: a part is kept for small requests, and bulk requests together hold at most
 * a half. Bulk requests wait in two lines: those who have begun to send come first. Nobody who has begun is refused.
 */
import { VignetError } from '../base/errors.ts';
import { inMiB } from '../base/mebibytes.ts';
import type { RequestClass } from './fair-queue.ts';

interface Waiter {
  readonly bytes: number;
  readonly grant: () => void;
}

/** In the order in which they are served. */
const lines = ['small', 'interactive', 'begun', 'fresh'] as const;
type Line = (typeof lines)[number];
/** Whose bytes they are: small ones are not counted by class. */
type Holder = 'small' | 'interactive' | 'bulk';

export interface AcquireOptions {
  /** Default: interactive. */
  readonly class?: RequestClass | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for others to give bytes back. Default: the budget's. */
  readonly waitMs?: number | undefined;
  /** Part of what is wanted was sent: to be refused now would break it. It holds nothing else. */
  readonly begun?: boolean | undefined;
}

/** At most so many bytes are a small request. */
export const SMALL = 1048576;
/** Kept for small requests: a share of the budget, and at most so many bytes. */
const RESERVE = { share: 1 / 8, most: 64 * 1048576 };
/** Of the budget, what bulk requests hold at most, unless one of them needs more than that. */
const BULK = 1 / 2;

export class Budget {
  readonly ceiling: number;
  /** Of the ceiling, for small requests only. */
  readonly reserve: number;
  /** Of the ceiling, for all bulk requests together. */
  readonly bulk: number;
  readonly #waitMs: number;
  readonly #held: Record<Holder, number> = { small: 0, interactive: 0, bulk: 0 };
  #peak = 0;
  readonly #waiters: Readonly<Record<Line, Set<Waiter>>> = {
    small: new Set(),
    interactive: new Set(),
    begun: new Set(),
    fresh: new Set(),
  };

  constructor(ceiling: number, waitMs: number) {
    this.ceiling = ceiling;
    this.reserve = Math.min(RESERVE.most, Math.floor(ceiling * RESERVE.share));
    this.bulk = Math.floor(ceiling * BULK);
    this.#waitMs = waitMs;
  }

  get held(): number {
    return this.#held.small + this.#held.interactive + this.#held.bulk;
  }
  get peak(): number {
    return this.#peak;
  }
  get waiting(): number {
    return lines.reduce((sum, line) => sum + this.#waiters[line].size, 0);
  }

  /** Takes bytes if they can be had now, and no more than `most` are held with them. */
  tryAcquire(bytes: number, of: RequestClass = 'interactive', most = this.ceiling): boolean {
    const line = lineOf(bytes, of, false);
    if (this.#waiters[line].size > 0 || this.held + bytes > most || !this.#fits(bytes, line)) return false;
    this.#take(bytes, line);
    return true;
  }

  /**
   * Takes bytes, waiting for them in line; they are given back by `release` with the same class. Throws usage TOO_LARGE for more than can
   * ever be had, transient BUSY after `waitMs` unless what they are for has begun, and what the signal was aborted with.
   */
  acquire(
    bytes: number,
    { signal, waitMs = this.#waitMs, begun = false, class: of = 'interactive' }: AcquireOptions = {},
  ): Promise<void> {
    const most = bytes <= SMALL ? this.ceiling : this.ceiling - this.reserve;
    if (bytes > most) {
      const detail = `the request needs ${inMiB(bytes)} of memory at once, the limit for all answers is ${inMiB(most)}; ask for less`;
      return Promise.reject(new VignetError('usage', 'TOO_LARGE', detail));
    }
    if (signal?.aborted) return Promise.reject(signal.reason);
    const line = lineOf(bytes, of, begun);
    if (this.#waiters[line].size === 0 && this.#fits(bytes, line)) {
      this.#take(bytes, line);
      return Promise.resolve();
    }
    return this.#wait(bytes, line, begun ? undefined : waitMs, signal);
  }

  #wait(
    bytes: number,
    line: Line,
    waitMs: number | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', aborted);
        this.#waiters[line].delete(waiter);
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
      const busy = (ms: number) => {
        const detail = `${inMiB(bytes)} of memory did not become free within ${(ms / 1000).toFixed(1)} s; ask again in a few seconds`;
        fail(new VignetError('transient', 'BUSY', detail));
      };
      const timer = waitMs === undefined ? undefined : setTimeout(busy, waitMs, waitMs);
      signal?.addEventListener('abort', aborted, { once: true });
      this.#waiters[line].add(waiter);
    });
  }

  /**
   * Takes bytes at once, also beyond the ceiling: for who holds some, cannot go on without these, and must not wait for others who
   * may do the same. They are given back by `discharge`.
   */
  charge(bytes: number): void {
    this.#held.bulk += bytes;
    this.#peak = Math.max(this.#peak, this.held);
  }

  discharge(bytes: number): void {
    this.#held.bulk -= bytes;
    this.#serve();
  }

  /** Of what was acquired at once. */
  release(bytes: number, of: RequestClass = 'interactive'): void {
    this.#held[holderOf(lineOf(bytes, of, false))] -= bytes;
    this.#serve();
  }

  #take(bytes: number, line: Line): void {
    this.#held[holderOf(line)] += bytes;
    this.#peak = Math.max(this.#peak, this.held);
  }

  /** Small ones go beyond their reserve only while nobody waits for more; all others leave it alone. */
  #fits(bytes: number, line: Line): boolean {
    if (this.held + bytes > this.ceiling) return false;
    const { small, interactive, bulk } = this.#held;
    const waits = (one: Line) => this.#waiters[one].size > 0;
    if (line === 'small')
      return small + bytes <= this.reserve || !(waits('interactive') || waits('begun') || waits('fresh'));
    if (interactive + bulk + bytes > this.ceiling - this.reserve) return false;
    if (line === 'interactive') return true;
    if (waits('interactive') || (line === 'fresh' && waits('begun'))) return false;
    return bulk === 0 || bulk + bytes <= this.bulk;
  }

  /** Within a line first come, first served, so that what fits cannot starve what does not fit yet. */
  #serve(): void {
    for (const line of lines) {
      for (const waiter of this.#waiters[line]) {
        if (!this.#fits(waiter.bytes, line)) break;
        this.#take(waiter.bytes, line);
        waiter.grant();
      }
    }
  }
}

function lineOf(bytes: number, of: RequestClass, begun: boolean): Line {
  if (bytes <= SMALL) return 'small';
  if (of !== 'bulk') return 'interactive';
  return begun ? 'begun' : 'fresh';
}

function holderOf(line: Line): Holder {
  return line === 'begun' || line === 'fresh' ? 'bulk' : line;
}
