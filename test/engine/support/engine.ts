import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import { Engine, type EngineOptions } from '../../../src/engine/engine.ts';
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

/** Takes some milliseconds; cannot yield. */
export const nap = (ms: number, label = '') => ({ kind: 'nap', ms, label }) as const;

/** Takes until its gate is opened; cannot yield. */
export const hold = ({ words }: Gate, label = '') => ({ kind: 'hold', words, label }) as const;

/** A fill task over shared memory that is held before byte `at` until its gate is opened. May yield. */
export function fill(bytes: number, at: number, { words }: Gate) {
  const out = new Uint8Array(new SharedArrayBuffer(bytes));
  return { kind: 'fill', task: { at, words }, out } as const;
}
