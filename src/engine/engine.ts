/** The engine: threads, their scheduler and the byte budget, behind one handle per request. */
import { availableParallelism } from 'node:os';
import { toVignetError } from '../base/to-vignet-error.ts';
import type { ByteStores } from '../bytes/store.ts';
import { Budget } from './budget.ts';
import { Buffers } from './buffers.ts';
import { cancelled } from './errors.ts';
import { perClass } from './fair-queue.ts';
import type { EngineCall, EngineMetrics } from './metrics.ts';
import { Pool } from './pool.ts';
import { type EngineRequest, OpenRequest, type RequestOptions } from './request.ts';
import { Scheduler } from './scheduler.ts';
import type { TaskKind } from './task-kind.ts';
import { CallingThread, type Threads } from './threads.ts';

export type { EngineRequest, RequestOptions } from './request.ts';

/**
 * How many threads an engine has, and how much memory and time a request.
 * @example
 * ```ts
 * import { type EngineOptions, Vignet } from 'vignet';
 *
 * const engine: EngineOptions = { threads: 2, budgetBytes: 256 * 2 ** 20 };
 * const vignet = await Vignet.open('.vignet/sample/archive', { engine });
 * await vignet.close();
 * ```
 */
export interface EngineOptions {
  /** Worker threads. 0: the caller's own. Default: what the machine lets this process use. */
  readonly threads?: number;
  /** Steps of priority that the worker threads stand behind the rest of the process, 0 to 19. Default 0. */
  readonly nice?: number;
  /**
   * Of the worker threads, how many run quick requests only, so that these need not wait for others to yield, or for those that cannot. At
   * most `threads` - 1. Default 0.
   */
  readonly quickThreads?: number;
  /** Of the other worker threads, how many never run bulk requests. At least one does. Default 0. */
  readonly interactiveThreads?: number;
  /** Ceiling of all queued, running and unsent output buffers. Default 512 MiB. */
  readonly budgetBytes?: number;
  /** Requests of a class that may wait for their first task to begin. Default 1024. */
  readonly maxQueue?: number;
  /** Time a request may take to its end or its next piece, not counting the time its consumer takes. Default 60 s. */
  readonly deadlineMs?: number;
  /** Time a request waits for bytes of the budget. Default 10 s. */
  readonly waitMs?: number;
  /** Where the bytes of sources come from that are not files, by the names that those give. Default: none. */
  readonly stores?: ByteStores;
  /** Another worker program, for tests. */
  readonly workerFile?: string;
}

const NO_STORES: ByteStores = {};
const DEFAULTS = {
  stores: NO_STORES,
  budgetBytes: 512 * 1048576,
  quickThreads: 0,
  interactiveThreads: 0,
  maxQueue: 1024,
  deadlineMs: 60_000,
  waitMs: 10_000,
};

/**
 * Threads that make pixels, with their scheduler and one budget of memory. Close it after use.
 * @example
 * ```ts
 * import { Engine } from 'vignet';
 *
 * const engine = new Engine({ threads: 2 });
 * engine.observe(({ kind, ms }) => console.log(`${kind}: ${ms.toFixed(1)} ms`));
 * console.log(engine.metrics().bytes.held);
 * await engine.close();
 * ```
 */
export class Engine {
  readonly threads: number;
  readonly #options: Required<Omit<EngineOptions, 'threads' | 'nice' | 'workerFile'>>;
  readonly #pool: Threads;
  readonly #scheduler: Scheduler;
  readonly #budget: Budget;
  readonly #buffers: Buffers;
  readonly #requests = new Set<OpenRequest>();
  readonly #observers = new Set<(call: EngineCall) => void>();
  #closed = false;

  constructor({ threads = availableParallelism(), nice, workerFile, ...options }: EngineOptions = {}) {
    this.threads = Math.max(threads, 1);
    this.#options = { ...DEFAULTS, ...options };
    this.#pool = threads === 0 ? new CallingThread() : new Pool(threads, { nice, workerFile });
    this.#scheduler = new Scheduler({
      threads: this.threads,
      quickThreads: this.#options.quickThreads,
      interactiveThreads: this.#options.interactiveThreads,
      maxQueue: this.#options.maxQueue,
      execute: (order) => this.#pool.execute(order),
      signal: (slot, word) => this.#pool.signal(slot, word),
      onCall: (call) => {
        for (const observer of this.#observers) observer(call);
      },
    });
    this.#budget = new Budget(this.#options.budgetBytes, this.#options.waitMs);
    this.#buffers = new Buffers(this.#budget, this.#options.budgetBytes / 2);
  }

  request({
    class: cls = 'interactive',
    planned = false,
    signal,
    deadlineMs = this.#options.deadlineMs,
  }: RequestOptions = {}): EngineRequest {
    const request = new OpenRequest({
      scheduler: this.#scheduler,
      buffers: this.#buffers,
      budget: this.#budget,
      stores: this.#options.stores,
      class: cls,
      planned,
      deadlineMs,
      signal,
      onEnd: (ended) => this.#requests.delete(ended),
    });
    if (request.signal.aborted) return request;
    this.#requests.add(request);
    if (this.#closed) request.close(cancelled('the engine is closed'));
    return request;
  }

  /** Runs one task as a request of its own. */
  async run<Task, Result, Wire, Call>(
    kind: TaskKind<Task, Result, Wire, Call>,
    task: Task,
    options: RequestOptions = {},
  ): Promise<Result> {
    const request = this.request(options);
    try {
      return await request.run(kind, task);
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

  /** Calls `observer` after every call into the addon, for as long as the engine lives. It must not throw. */
  observe(observer: (call: EngineCall) => void): void {
    this.#observers.add(observer);
  }

  /** What the engine has counted, and its state now. */
  metrics(): EngineMetrics {
    const { counters } = this.#scheduler;
    const requests = perClass(() => 0);
    for (const request of this.#requests) requests[request.class] += 1;
    const { done, failed, cancelled, yielded, refused } = counters;
    return {
      threads: this.threads,
      queued: perClass((of) => this.#scheduler.queued(of)),
      running: perClass((of) => this.#scheduler.running(of)),
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
    for (const request of [...this.#requests]) request.close(cancelled('the engine is closing'));
    await this.#scheduler.idle();
    await this.#pool.close();
  }
}
