// For the lifetime tests: calls of the addon without end, in a thread or a process of their own.
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

const require = createRequire(import.meta.url);
export const native = require('../../build/Release/vignet.node');

/** One round of every kind of call, with garbage made and collected in between. */
export function round({ layout, sources, size, out }) {
  const control = new Int32Array(new SharedArrayBuffer(4));
  const request = { box: { x0: 5, y0: 5, x1: 40, y1: 40 }, detail: 'MaskedImage' };
  const target = out ?? new Uint8Array(new SharedArrayBuffer(size));
  const progress = native.fillCutout({ layout, sources, request, begin: 0 }, target, 0, control, 10_000);
  native.describeLayout(native.readLayout(sources.map((source) => ({ source }))).layout);
  try {
    native.describeLayout(new Uint8Array(100));
  } catch {
    // Errors are objects too.
  }
  globalThis.gc?.();
  return { progress, target };
}

if (parentPort) {
  parentPort.postMessage('started');
  for (;;) round(workerData);
}
