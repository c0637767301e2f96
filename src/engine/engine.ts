/** The engine: threads, their scheduler and the byte budget, behind one handle per request. */
import { availableParallelism } from 'node:os';
import type { Progress } from '../addon/cutout.ts';
import type { MosaicProgress, MosaicSaved } from '../addon/mosaic.ts';
import type { StackFailure, StackProgress } from '../addon/stack.ts';
import type { VignetError } from '../base/errors.ts';
import { toVignetError } from '../base/to-vignet-error.ts';
import { Budget } from './budget.ts';
import { Buffers, type Lease } from './buffers.ts';
import { cancelled, pastDeadline } from './errors.ts';
import type { EngineMetrics } from './metrics.ts';
import { Pool } from './pool.ts';
import { type Owner, type RequestClass, Scheduler, type Work } from './scheduler.ts';
import type { FillWork, MosaicSaveWork, MosaicWork, ResultOf, StackWork } from './tasks.ts';
import { CallingThread, type Threads } from './threads.ts';

export interface EngineOptions {
  /** Worker threads. 0: the caller's own. Default: what the machine lets this process use. */
  readonly threads?: number;
  /** Steps of priority that the worker threads stand behind the rest of the process, 0 to 19. Default 0. */
  readonly nice?: number;
  /** Ceiling of all queued, running and unsent output buffers. Default 512 MiB. */
  readonly budgetBytes?: number;
  /** Requests of a class that may wait for their first task to begin. Default 256. */
  readonly maxQueue?: number;
  /** Time a request may take to its end or its next piece, not counting the time its consumer takes. Default 60 s. */
  readonly deadlineMs?: number;
  /** Time a request waits for bytes of the budget. Default 10 s. */
  readonly waitMs?: number;
  /** Another worker program, for tests. */
  readonly workerFile?: string;
}

export interface RequestOptions {
  readonly class?: RequestClass;
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
  run<const T extends Work>(task: T): Promise<ResultOf<T>>;
  /**
   * An output buffer, paid for out of the byte budget; waits in line for it. `alongside`: bytes that will be allocated
   * elsewhere while it is held. All that is needed at once must be taken at once: who holds some and waits for more can
   * wait for somebody who does the same.
   */
  buffer(bytes: number, alongside?: number): Promise<Lease>;
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

const DEFAULTS = { budgetBytes: 512 * 1048576, maxQueue: 256, deadlineMs: 60_000, waitMs: 10_000 };

/** Node fires longer timers at once. */
const LONGEST_TIMER = 0x7fffffff;

/** A fill task that came back before its end is taken up again there. */
function resumeFill(out: Uint8Array) {
  return (result: unknown) => {
    const { done, need } = result as Progress;
    return need || done >= out.byteLength ? undefined : done;
  };
}

/** A stack task that came back before its last job is taken up again there; what failed before is kept. */
function resumeStack(jobs: number, failures: StackFailure[]) {
  return (result: unknown) => {
    const progress = result as StackProgress;
    failures.push(...progress.failures);
    return progress.done >= jobs ? undefined : progress.done;
  };
}

/** A mosaic task that came back before its end is taken up again there; what came of every call is kept. */
function resumeMosaic<P extends MosaicProgress | MosaicSaved>(end: number, all: P[]) {
  return (result: unknown) => {
    const progress = result as P;
    all.push(progress);
    return progress.done >= end ? undefined : progress.done;
  };
}

export class Engine {
  readonly threads: number;
  readonly #options: Required<Omit<EngineOptions, 'threads' | 'nice' | 'workerFile'>>;
  readonly #pool: Threads;
  readonly #scheduler: Scheduler;
  readonly #budget: Budget;
  readonly #buffers: Buffers;
  readonly #requests = new Set<{ owner: Owner; close(why?: VignetError): void }>();
  #closed = false;

  constructor({ threads = availableParallelism(), nice, workerFile, ...options }: EngineOptions = {}) {
    this.threads = Math.max(threads, 1);
    this.#options = { ...DEFAULTS, ...options };
    this.#pool = threads === 0 ? new CallingThread() : new Pool(threads, { nice, workerFile });
    this.#scheduler = new Scheduler({
      threads: this.threads,
      maxQueue: this.#options.maxQueue,
      execute: (order) => this.#pool.execute(order),
      signal: (slot, word) => this.#pool.signal(slot, word),
    });
    this.#budget = new Budget(this.#options.budgetBytes, this.#options.waitMs);
    this.#buffers = new Buffers(this.#budget, this.#options.budgetBytes / 2);
  }

  request({
    class: cls = 'interactive',
    signal,
    deadlineMs = this.#options.deadlineMs,
  }: RequestOptions = {}): EngineRequest {
    const owner: Owner = {
      class: cls,
      deadlineAt: performance.now() + deadlineMs,
      begun: false,
      running: new Set(),
    };
    const abort = new AbortController();
    const close = (why: VignetError = cancelled()) => {
      if (owner.ended) return;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      this.#requests.delete(entry);
      this.#scheduler.end(owner, why);
      abort.abort(why);
    };
    const onAbort = () => close(cancelled());
    const onTimer = () => {
      const left = owner.deadlineAt - performance.now();
      if (left <= 0) close(pastDeadline());
      else arm(left);
    };
    const arm = (ms: number) => {
      timer = setTimeout(onTimer, Math.min(ms, LONGEST_TIMER)).unref();
    };
    let timer: NodeJS.Timeout | undefined;
    arm(deadlineMs);
    const entry = { owner, close };
    this.#requests.add(entry);
    if (signal?.aborted) close();
    else signal?.addEventListener('abort', onAbort, { once: true });
    if (this.#closed) close(cancelled('the engine is closed'));

    return {
      signal: abort.signal,
      close,
      run: async <const T extends Work>(task: T) => {
        if (task.kind === 'stack') {
          const { jobs } = (task as unknown as StackWork).task;
          const failures: StackFailure[] = [];
          await this.#scheduler.add(owner, task, resumeStack(jobs.length, failures));
          return { done: jobs.length, failures } as ResultOf<T>;
        }
        if (task.kind === 'mosaic') {
          const { out } = task as unknown as MosaicWork;
          const all: MosaicProgress[] = [];
          await this.#scheduler.add(owner, task, resumeMosaic(out.byteLength, all));
          return all as unknown as ResultOf<T>;
        }
        if (task.kind === 'mosaic-save') {
          const saved: MosaicSaved[] = [];
          const { y1 } = (task as unknown as MosaicSaveWork).task;
          await this.#scheduler.add(owner, task, resumeMosaic(y1, saved));
          return saved as unknown as ResultOf<T>;
        }
        const resumeAt = task.kind === 'fill' ? resumeFill((task as unknown as FillWork).out) : undefined;
        return (await this.#scheduler.add(owner, task, resumeAt)) as ResultOf<T>;
      },
      buffer: (bytes, alongside) => this.#buffers.lease(bytes, { signal: abort.signal, alongside }),
      tryBuffer: (bytes) => this.#buffers.tryLease(bytes),
      stopClock: () => {
        clearTimeout(timer);
        owner.deadlineAt = Number.POSITIVE_INFINITY;
        return () => {
          if (owner.ended) return;
          owner.deadlineAt = performance.now() + deadlineMs;
          arm(deadlineMs);
        };
      },
    };
  }

  /** Runs one task as a request of its own. */
  async run<const T extends Work>(task: T, options: RequestOptions = {}): Promise<ResultOf<T>> {
    const request = this.request(options);
    try {
      return await request.run(task);
    } catch (error) {
      throw toVignetError(error);
    } finally {
      request.close();
    }
  }

  /**
   * Pieces of an answer that had best be under way: twice as many as threads for one request; among many, one that is
   * sent and two that are filled, for the others keep the threads busy too.
   */
  get lookAhead(): number {
    return Math.max(3, Math.ceil((2 * this.threads) / Math.max(1, this.#requests.size)));
  }

  metrics(): EngineMetrics {
    const { counters } = this.#scheduler;
    const requests = { interactive: 0, bulk: 0 };
    for (const { owner } of this.#requests) requests[owner.class] += 1;
    const { done, failed, cancelled, yielded, refused } = counters;
    return {
      threads: this.threads,
      queued: { interactive: this.#scheduler.queued('interactive'), bulk: this.#scheduler.queued('bulk') },
      running: { interactive: this.#scheduler.running('interactive'), bulk: this.#scheduler.running('bulk') },
      requests,
      tasks: { done, failed, cancelled, yielded, refused },
      workersDied: counters.workersDied,
      waits: structuredClone(counters.waits),
      stages: structuredClone(counters.stages),
      bytes: {
        ceiling: this.#budget.ceiling,
        held: this.#budget.held,
        peak: this.#budget.peak,
        waiting: this.#budget.waiting,
        pooled: this.#buffers.pooled,
      },
    };
  }

  /** Every thread this process may run, by owner, for the log at start. */
  startupReport(): Readonly<Record<string, number>> {
    return {
      cores: availableParallelism(),
      engine: this.threads,
      libuv: Number(process.env.UV_THREADPOOL_SIZE ?? 4),
      duckdb: 1,
      sharp: 1,
      budgetMiB: Math.round(this.#budget.ceiling / 1048576),
    };
  }

  /** The worker threads, for tests that end one. */
  get workers() {
    return this.#pool.workers;
  }

  /** Cancels all requests, waits for their native calls to come back, and ends the threads. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { close } of [...this.#requests]) close(cancelled('the engine is closing'));
    await this.#scheduler.idle();
    await this.#pool.close();
  }
}
