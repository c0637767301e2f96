import { fileURLToPath } from 'node:url';
import { afterEach, expect } from 'vitest';
import type { PlainError } from '../../../src/base/to-vignet-error.ts';
import { Engine, type EngineOptions } from '../../../src/engine/engine.ts';
import { oneCall, type Step, stepsTo, type TaskKind } from '../../../src/engine/task-kind.ts';
import { until } from '../../support/until.ts';

const workerFile = fileURLToPath(new URL('fake-worker.mjs', import.meta.url));
const open: Engine[] = [];

/** An engine with made-up work, closed after the test. */
export function fakeEngine(options: EngineOptions = {}): Engine {
  const engine = new Engine({ threads: 1, workerFile, ...options });
  open.push(engine);
  return engine;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.close()));
});

/** Holds a worker until the test opens it, and counts how often the held worker polls its control word meanwhile. */
export class Gate {
  readonly words = new Int32Array(new SharedArrayBuffer(8));

  get polls(): number {
    return Atomics.load(this.words, 1);
  }

  /** Resolves when a worker is held here. */
  reached(): Promise<void> {
    return until(() => this.polls > 0);
  }

  open(): void {
    Atomics.store(this.words, 0, 1);
  }
}

/** Work of a kind that only the fake worker knows, as `run` takes it. */
const fake = <Task>(kind: string, task: Task) =>
  [oneCall<Task, unknown>({ kind, run: () => expect.unreachable('run here') }), task] as const;

/** Takes some milliseconds; cannot yield. */
export const nap = (ms: number, label = '') => fake('nap', { ms, label });

/** Takes until its gate is opened; cannot yield. */
export const hold = ({ words }: Gate, label = '') => fake('hold', { words, label });

/** Ends its worker. */
export const ending = (how: 'exit' | 'crash') => fake(how, undefined);

/** Fails. */
export const failing = (error: PlainError) => fake('fail', { error });

/** Writes nothing: lacks some bytes of its input. */
export const needing = () => [needingFill, undefined] as const;

const needingFill: TaskKind<undefined, undefined, undefined, Step> = {
  kind: 'needing',
  yields: true,
  wire: () => undefined,
  run: () => expect.unreachable('run here'),
  gather: () => stepsTo(10, () => undefined),
};

interface HeldFill {
  readonly task: { readonly at: number; readonly words: Int32Array };
  readonly out: Uint8Array;
}

const heldFill: TaskKind<HeldFill, { readonly done: number }> = {
  kind: 'fill',
  yields: true,
  wire: (task) => task,
  run: () => expect.unreachable('run here'),
  gather: ({ out }) => stepsTo(out.byteLength, () => ({ done: out.byteLength })),
};

/** Writes bytes into shared memory; is held before byte `at` until its gate is opened. May yield. */
export function fill(bytes: number, at: number, { words }: Gate) {
  const out = new Uint8Array(new SharedArrayBuffer(bytes));
  return { out, run: [heldFill, { task: { at, words }, out }] as const };
}
