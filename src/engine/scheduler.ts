/**
 * The scheduler in front of the threads. It sends at most one job to each thread, so that nothing waits where it can no
 * longer be reordered, taken back, or overtaken; see docs/concurrency.md.
 */
import { VignetError } from '../base/errors.ts';
import { toVignetError } from '../base/to-vignet-error.ts';
import { cancelled, pastDeadline } from './errors.ts';
import {
  AHEAD_MS,
  FairQueue,
  type QueueOwner,
  type RequestClass,
  requestClasses,
  type Turn,
} from './fair-queue.ts';
import { Counters, count, type EngineCall } from './metrics.ts';
import type { Order, Outcome } from './order.ts';
import type { Next } from './task-kind.ts';

export type { RequestClass } from './fair-queue.ts';

/** What is to be run. */
export interface Work {
  readonly kind: string;
  readonly task: unknown;
  /** Its calls come back before their end when they are asked to. */
  readonly yields: boolean;
  /** Where it goes on; 0 for one that has not begun. */
  readonly cursor: number;
  /** Ran before: goes ahead of others of its request. */
  readonly resumed: boolean;
  /** Looks at what a call gave. Undefined: the task is finished. */
  take(call: unknown): Next | undefined;
}

/** One request: everything that is queued, fair, cancelled and late together. */
export interface Owner extends QueueOwner {
  /** `performance.now()` of the end. */
  deadlineAt: number;
  /** Why nothing more is run for it. */
  ended?: VignetError;
  /** A request that has begun is never refused for a full queue. */
  begun: boolean;
  readonly running: Set<Job>;
}

interface Job {
  readonly owner: Owner;
  readonly work: Work;
  readonly resolve: (next: Next | undefined) => void;
  readonly reject: (error: VignetError) => void;
  cursor: number;
  queuedAt: number;
  /** Milliseconds its present call has waited for a thread. */
  waitedMs: number;
  /** Thread slot while it runs. */
  slot: number;
  /** Runs before jobs of a class that is served before its own. */
  ahead: boolean;
  /** Milliseconds that its next call runs before it is asked to yield. */
  patience: number;
  /** Until it may be asked to yield. */
  timer: NodeJS.Timeout | undefined;
  asked: boolean;
}

export interface SchedulerOptions {
  readonly threads: number;
  /** Of the threads, how many run quick jobs only; and of the others, how many never run bulk jobs. At least one runs all. */
  readonly quickThreads?: number;
  readonly interactiveThreads?: number;
  /** Requests that may wait for their first task to begin. */
  readonly maxQueue: number;
  /** Settles only when no thread uses the order's memory any more. */
  readonly execute: (order: Order) => Promise<Outcome>;
  /** Sets a slot's control word: 0 run, 1 yield, 2 cancel. */
  readonly signal: (slot: number, word: 0 | 1 | 2) => void;
  /** Called after every call that has returned. */
  readonly onCall?: (call: EngineCall) => void;
}

/** Quick jobs that wait for one thread of theirs. */
const FEW = 4;

export class Scheduler {
  readonly counters = new Counters();
  readonly #options: SchedulerOptions;
  readonly #queue = new FairQueue<Owner, Job>();
  readonly #free: number[];
  readonly #running = new Set<Job>();
  #idle: (() => void)[] = [];

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#free = Array.from({ length: options.threads }, (_, slot) => slot);
  }

  queued(of: RequestClass): number {
    return this.#queue.length(of);
  }

  running(of: RequestClass): number {
    let n = 0;
    for (const job of this.#running) if (job.owner.class === of) n += 1;
    return n;
  }

  /**
   * Runs a job until it is finished (undefined) or needs bytes (how it goes on then), or rejects with a VignetError; either
   * way only once no thread touches the job's memory any more. Rejects at once (transient BUSY) when the queue is full and the
   * request has not begun.
   */
  add(owner: Owner, work: Work): Promise<Next | undefined> {
    if (owner.ended) return Promise.reject(owner.ended);
    if (!owner.begun && this.#queue.owners(owner.class) >= this.#options.maxQueue) {
      this.counters.refused += 1;
      const detail = `the queue is full (${this.#options.maxQueue} requests); ask again in a few seconds`;
      return Promise.reject(new VignetError('transient', 'BUSY', detail));
    }
    owner.begun = true;
    return new Promise((resolve, reject) => {
      const queuedAt = performance.now();
      const { cursor, resumed } = work;
      const idle = { slot: -1, ahead: false, patience: 0, timer: undefined, asked: false };
      const job: Job = { owner, work, resolve, reject, cursor, queuedAt, waitedMs: 0, ...idle };
      this.#queue.push(job, resumed);
      this.#pump();
    });
  }

  /** Ends a request: queued jobs are rejected now, running ones as soon as their native call has come back. */
  end(owner: Owner, why: VignetError = cancelled()): void {
    if (owner.ended) return;
    owner.ended = why;
    for (const job of this.#queue.drop(owner)) this.#reject(job, why);
    for (const job of owner.running) this.#options.signal(job.slot, 2);
  }

  /** Resolves when nothing is queued or running. */
  idle(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #isIdle(): boolean {
    return this.#running.size === 0 && requestClasses.every((of) => this.queued(of) === 0);
  }

  #pump(): void {
    for (let slot = this.#free.at(-1); slot !== undefined; slot = this.#free.at(-1)) {
      const turn = this.#queue.next(this.#last());
      if (!turn) break;
      this.#start(turn, slot);
    }
    this.#askToYield();
    if (this.#idle.length > 0 && this.#isIdle()) {
      for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  /** The last class of which a free thread may run a job. */
  #last(): RequestClass {
    const { threads, quickThreads = 0, interactiveThreads = 0 } = this.#options;
    const bulk = this.running('bulk');
    const others = Math.max(1, threads - quickThreads);
    if (bulk + this.running('interactive') >= others) return 'quick';
    return bulk >= Math.max(1, others - interactiveThreads) ? 'interactive' : 'bulk';
  }

  #start({ job, ahead }: Turn<Job>, slot: number): void {
    const now = performance.now();
    const left = job.owner.deadlineAt - now;
    if (left <= 0) {
      this.#queue.spent(job.owner.class, 0, ahead);
      this.#reject(job, pastDeadline());
      return;
    }
    job.waitedMs = now - job.queuedAt;
    count(this.counters.waits[job.owner.class], job.waitedMs);
    this.#free.pop();
    job.slot = slot;
    job.asked = false;
    job.ahead = ahead;
    const patience = Math.max(job.patience, ahead ? AHEAD_MS : 0);
    job.timer = patience > 0 ? setTimeout(() => this.#hadItsTime(job), patience) : undefined;
    this.#options.signal(slot, 0);
    this.#running.add(job);
    job.owner.running.add(job);
    const { kind, task } = job.work;
    const deadlineMs = Number.isFinite(left) ? left : 0x7fffffff;
    this.#options.execute({ kind, task, slot, cursor: job.cursor, deadlineMs }).then(
      (outcome) => this.#settle(job, outcome),
      (error) => this.#died(job, error),
    );
  }

  #release(job: Job, ms: number): void {
    clearTimeout(job.timer);
    this.#queue.spent(job.owner.class, ms, job.ahead);
    this.#running.delete(job);
    job.owner.running.delete(job);
    this.#free.push(job.slot);
    job.slot = -1;
    job.ahead = false;
  }

  /** From now on it is as any other of its class. */
  #hadItsTime(job: Job): void {
    job.timer = undefined;
    this.#askToYield();
  }

  #settle(job: Job, outcome: Outcome): void {
    this.#release(job, outcome.ms);
    this.counters.stage(job.work.kind, outcome.ms);
    const { owner, waitedMs } = job;
    this.#options.onCall?.({ kind: job.work.kind, class: owner.class, waitedMs, ms: outcome.ms });
    if ('error' in outcome) {
      const { kind, code, detail } = outcome.error;
      // A cancelled call says so in its own words; the request knows better why.
      this.#reject(
        job,
        code === 'CANCELLED' && job.owner.ended ? job.owner.ended : new VignetError(kind, code, detail),
      );
    } else {
      const next = job.work.take(outcome.result);
      if (next && !next.need) {
        this.#resume(job, next.cursor, outcome.ms);
      } else {
        if (!next) this.counters.done += 1;
        job.resolve(next);
      }
    }
    this.#pump();
  }

  /** One that was interrupted before its first step was done has twice the time for it next. */
  #resume(job: Job, cursor: number, ms: number): void {
    if (job.owner.ended) {
      this.#reject(job, job.owner.ended);
    } else if (cursor <= job.cursor && !job.asked) {
      this.#reject(
        job,
        new VignetError('fatal', 'NO_PROGRESS', `a ${job.work.kind} task returned without progress`),
      );
    } else {
      this.counters.yielded += 1;
      job.patience = cursor > job.cursor ? 0 : Math.max(AHEAD_MS, 2 * ms);
      job.cursor = cursor;
      job.queuedAt = performance.now();
      this.#queue.push(job, true);
    }
  }

  #died(job: Job, error: unknown): void {
    this.#release(job, 0);
    this.counters.workersDied += 1;
    const { message } = toVignetError(error);
    const detail = `the thread of this ${job.work.kind} task ended unexpectedly (${message}); a new one was started`;
    this.#reject(job, new VignetError('fatal', 'WORKER_DIED', detail, { cause: error }));
    this.#pump();
  }

  #reject(job: Job, error: VignetError): void {
    if (error.code === 'CANCELLED') this.counters.cancelled += 1;
    else this.counters.failed += 1;
    job.reject(error);
  }

  /**
   * Asks as many jobs to yield as others wait that are served before them: bulk ones first. What they were doing may have to be done again, so
   * a few quick jobs rather wait for the threads that run nothing else.
   */
  #askToYield(): void {
    const { quickThreads = 0, threads } = this.#options;
    const few = threads > 1 ? FEW * quickThreads : 0;
    const quick = Math.max(0, this.#queue.length('quick') - few);
    const left = this.#ask('bulk', quick + this.#queue.length('interactive'));
    this.#ask('interactive', Math.min(left, quick));
  }

  /** Asks jobs of a class until `wanted` of them are asked; returns how many more are wanted. */
  #ask(of: RequestClass, wanted: number): number {
    let left = wanted;
    const some = [...this.#running].filter(({ owner }) => owner.class === of);
    for (const job of some) if (job.asked) left -= 1;
    for (const job of some) {
      if (left <= 0) return 0;
      if (job.asked || job.timer || !job.work.yields || job.owner.ended) continue;
      job.asked = true;
      this.#options.signal(job.slot, 1);
      left -= 1;
    }
    return Math.max(0, left);
  }
}
