/** One request's hold on the engine: its deadline, its buffers, its tasks. */
import { setMaxListeners } from 'node:events';
import type { VignetError } from '../base/errors.ts';
import type { ByteStores } from '../bytes/store.ts';
import type { Budget } from './budget.ts';
import type { Buffers, Lease } from './buffers.ts';
import { cancelled, pastDeadline } from './errors.ts';
import type { Owner, RequestClass, Scheduler } from './scheduler.ts';
import { Supplies } from './supplies.ts';
import type { TaskKind } from './task-kind.ts';

/**
 * How one request is served.
 * @example
 * ```ts
 * import type { RequestOptions } from 'vignet';
 *
 * const patient: RequestOptions = { class: 'bulk', deadlineMs: 600_000, signal: AbortSignal.timeout(3_600_000) };
 * ```
 */
export interface RequestOptions {
  readonly class?: RequestClass;
  /** It makes what an earlier request of the same client has planned: quick ones go before those that have not begun. */
  readonly planned?: boolean;
  /** Ends the request with everything that is queued or running for it. */
  readonly signal?: AbortSignal | undefined;
  readonly deadlineMs?: number;
}

/** One request's hold on the engine. Close it when done; everything still going on for it is then cancelled. */
export interface EngineRequest {
  /**
   * Runs a task. Settles only when no thread touches the task's memory any more, also when it was cancelled.
   * Rejects with a VignetError.
   */
  run<Task, Result, Wire, Call>(kind: TaskKind<Task, Result, Wire, Call>, task: Task): Promise<Result>;
  /**
   * An output buffer, paid for out of the byte budget; waits in line for it. `alongside`: bytes that will be allocated
   * elsewhere while it is held; `begun`: a part of the answer was sent, so this one waits as long as its client. All that
   * is needed at once must be taken at once: who holds some and waits for more can wait for somebody who does the same.
   */
  buffer(bytes: number, options?: { readonly alongside?: number; readonly begun?: boolean }): Promise<Lease>;
  /** An output buffer if it can be had without waiting. */
  tryBuffer(bytes: number): Lease | undefined;
  /**
   * Stops the deadline's clock while a consumer takes its time; call the result to start it anew: a request that is
   * consumed in pieces has its whole time for each.
   */
  stopClock(): () => void;
  /** Aborted with the request. */
  readonly signal: AbortSignal;
  close(why?: VignetError): void;
}

/** Why what still goes on for a request ends with it. One for all: an error with its stack costs more than the rest of closing. */
const OVER = cancelled();

/** Node fires longer timers at once. */
const LONGEST_TIMER = 0x7fffffff;

export interface RequestParts {
  readonly scheduler: Scheduler;
  readonly buffers: Buffers;
  readonly budget: Budget;
  readonly stores: ByteStores;
  readonly class: RequestClass;
  readonly planned: boolean;
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Told once when the request is over. */
  readonly onEnd: (request: OpenRequest) => void;
}

export class OpenRequest implements EngineRequest {
  readonly #parts: RequestParts;
  readonly #owner: Owner;
  readonly #abort = new AbortController();
  readonly #onAbort = () => this.close();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: RequestParts) {
    this.#parts = parts;
    this.#owner = {
      class: parts.class,
      planned: parts.planned,
      deadlineAt: performance.now() + parts.deadlineMs,
      begun: false,
      running: new Set(),
    };
    this.#arm(parts.deadlineMs);
    // Everything that waits for it listens: many files, many pieces.
    setMaxListeners(0, this.signal);
    if (parts.signal?.aborted) this.close();
    else parts.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  get class(): RequestClass {
    return this.#owner.class;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  async run<Task, Result, Wire, Call>(
    { kind, yields, ...of }: TaskKind<Task, Result, Wire, Call>,
    task: Task,
  ): Promise<Result> {
    const { scheduler, stores, budget } = this.#parts;
    const { take, result } = of.gather(task);
    const supplies = new Supplies({ stores, budget, signal: this.signal });
    try {
      for (let cursor = 0, resumed = false; ; resumed = true) {
        const wire = supplies.wire((supply) => of.wire(task, supply));
        const next = await scheduler.add(this.#owner, { kind, task: wire, yields, take, cursor, resumed });
        if (!next) return result();
        cursor = next.cursor;
        await supplies.bring(kind, cursor, next.need ?? []);
      }
    } finally {
      supplies.release();
    }
  }

  buffer(bytes: number, options: { alongside?: number; begun?: boolean } = {}): Promise<Lease> {
    return this.#parts.buffers.lease(bytes, { signal: this.signal, class: this.class, ...options });
  }

  tryBuffer(bytes: number): Lease | undefined {
    return this.#parts.buffers.tryLease(bytes, this.class);
  }

  stopClock(): () => void {
    const { deadlineMs } = this.#parts;
    clearTimeout(this.#timer);
    this.#owner.deadlineAt = Number.POSITIVE_INFINITY;
    return () => {
      if (this.#owner.ended) return;
      this.#owner.deadlineAt = performance.now() + deadlineMs;
      this.#arm(deadlineMs);
    };
  }

  close(why: VignetError = OVER): void {
    if (this.#owner.ended) return;
    clearTimeout(this.#timer);
    this.#parts.signal?.removeEventListener('abort', this.#onAbort);
    this.#parts.onEnd(this);
    this.#parts.scheduler.end(this.#owner, why);
    this.#abort.abort(why);
  }

  #arm(ms: number): void {
    this.#timer = setTimeout(() => this.#onTimer(), Math.min(ms, LONGEST_TIMER)).unref();
  }

  #onTimer(): void {
    const left = this.#owner.deadlineAt - performance.now();
    if (left <= 0) this.close(pastDeadline());
    else this.#arm(left);
  }
}
