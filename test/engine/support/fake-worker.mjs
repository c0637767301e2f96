// A worker that keeps the addon's promises (control word, cursor, deadline) with made-up work that tests hold and let go.
import { workerData } from 'node:worker_threads';

const idle = new Int32Array(new SharedArrayBuffer(4));
const sleep = (ms) => Atomics.wait(idle, 0, 0, ms);
const failure = (code, detail = code) => ({ kind: 'transient', code, detail });

/** Throws as the addon does; true on yield. */
function poll(word, end) {
  const wish = Atomics.load(word, 0);
  if (wish === 2) throw failure('CANCELLED');
  if (performance.now() > end) throw failure('DEADLINE');
  return wish === 1;
}

/** Polls until the gate is open (true) or the worker is asked to yield (false). Each poll is counted before it is made. */
function passes(gate, word, end) {
  while (Atomics.load(gate, 0) === 0) {
    Atomics.add(gate, 1, 1);
    if (poll(word, end)) return false;
    sleep(1);
  }
  return true;
}

const kinds = {
  /** Sleeps; cannot yield. */
  nap({ task }, word, end) {
    const until = performance.now() + task.ms;
    while (performance.now() < until) {
      poll(word, end);
      sleep(1);
    }
    return task.label;
  },
  /** Works until it is let go; cannot yield. */
  hold({ task }, word, end) {
    while (!passes(task.words, word, end));
    return task.label;
  },
  /** Every byte is the low byte of its offset in the answer. */
  fill({ task: { out, task }, cursor }, word, end) {
    for (let i = cursor; i < out.length; i++) {
      if (poll(word, end) || (i === task.at && !passes(task.words, word, end))) return { done: i };
      out[i] = i;
    }
    return { done: out.length };
  },
  /** Has begun, and lacks a range of its first source. */
  needing: () => ({ done: 3, need: [[{ offset: 0, length: 80 }]] }),
  fail: ({ task }) => {
    throw task.error;
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
    const result = kinds[order.kind](order, word, start + order.deadlineMs);
    if (result instanceof Promise) return result;
    return { result, ms: performance.now() - start };
  } catch (error) {
    return { error, ms: performance.now() - start };
  }
}
