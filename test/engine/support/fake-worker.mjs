// A worker that keeps the addon's promises (control word, cursor, deadline) with made-up work of known length.
import { workerData } from 'node:worker_threads';

const nap = new Int32Array(new SharedArrayBuffer(4));
const sleep = (ms) => Atomics.wait(nap, 0, 0, ms);
const failure = (code, detail = code) => ({ kind: 'transient', code, detail });

/** Throws as the addon does; true on yield. */
function poll(word, end) {
  const wish = Atomics.load(word, 0);
  if (wish === 2) throw failure('CANCELLED');
  if (performance.now() > end) throw failure('DEADLINE');
  return wish === 1;
}

const kinds = {
  /** Sleeps; cannot yield. */
  nap({ work }, word, end) {
    const until = performance.now() + work.ms;
    while (performance.now() < until) {
      poll(word, end);
      sleep(1);
    }
    return work.label;
  },
  /** One byte a millisecond: the low byte of its offset in the answer. */
  fill({ work, cursor }, word, end) {
    for (let i = cursor; i < work.out.length; i++) {
      if (poll(word, end)) return { done: i };
      work.out[i] = work.task.begin + i;
      if (work.task.msPerByte) sleep(work.task.msPerByte);
    }
    return { done: work.out.length };
  },
  stuck: () => ({ done: 0 }),
  fail: ({ work }) => {
    throw work.error;
  },
  exit: () => process.exit(3),
  crash: () => {
    queueMicrotask(() => {
      throw new Error('boom');
    });
    return new Promise(() => {});
  },
};

export default function run(order) {
  const start = performance.now();
  const word = new Int32Array(workerData.control, order.slot * 64, 1);
  try {
    const result = kinds[order.work.kind](order, word, start + order.deadlineMs);
    if (result instanceof Promise) return result;
    return { result, ms: performance.now() - start };
  } catch (error) {
    return { error, ms: performance.now() - start };
  }
}
