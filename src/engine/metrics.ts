/** What the engine counts, and what it reports of each call; the service turns both into Prometheus metrics. */
import { perClass, type RequestClass } from './fair-queue.ts';

export interface Tally {
  count: number;
  /** Milliseconds. */
  sum: number;
  max: number;
}

type PerClass = Readonly<Record<RequestClass, number>>;

export interface EngineMetrics {
  readonly threads: number;
  readonly queued: PerClass;
  readonly running: PerClass;
  /** Requests that still hold a handle. */
  readonly requests: PerClass;
  readonly tasks: {
    readonly done: number;
    readonly failed: number;
    readonly cancelled: number;
    readonly yielded: number;
    readonly refused: number;
  };
  readonly workersDied: number;
  /** Time from queue to worker. */
  readonly waits: Readonly<Record<RequestClass, Readonly<Tally>>>;
  /** Time inside native code by kind of task. */
  readonly stages: Readonly<Record<string, Readonly<Tally>>>;
  readonly bytes: {
    readonly ceiling: number;
    /** Queued, running and unsent buffers. */
    readonly held: number;
    readonly peak: number;
    /** Requests that wait for bytes. */
    readonly waiting: number;
    /** Free buffers kept for the next answer. */
    readonly pooled: number;
  };
}

/** One call into the addon that has come back, whatever came of it. */
export interface EngineCall {
  /** The kind of its task. */
  readonly kind: string;
  readonly class: RequestClass;
  /** Time from queue to thread, milliseconds. */
  readonly waitedMs: number;
  /** Time inside native code, milliseconds. */
  readonly ms: number;
}

export const tally = (): Tally => ({ count: 0, sum: 0, max: 0 });

export function count(into: Tally, ms: number): void {
  into.count += 1;
  into.sum += ms;
  if (ms > into.max) into.max = ms;
}

/** The scheduler's own counters, all rising. */
export class Counters {
  done = 0;
  failed = 0;
  cancelled = 0;
  yielded = 0;
  refused = 0;
  workersDied = 0;
  readonly waits = perClass(tally);
  readonly stages: Record<string, Tally> = {};

  stage(kind: string, ms: number): void {
    this.stages[kind] ??= tally();
    count(this.stages[kind], ms);
  }
}
