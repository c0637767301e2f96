import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import { Engine, type EngineOptions } from '../../../src/engine/engine.ts';

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

export const nap = (ms: number, label = '') => ({ kind: 'nap', ms, label }) as const;

/** A fill task over shared memory that takes `msPerByte` for each byte. */
export function fill(bytes: number, msPerByte: number, begin = 0) {
  const out = new Uint8Array(new SharedArrayBuffer(bytes));
  return { kind: 'fill', task: { begin, msPerByte }, out } as const;
}

export const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
