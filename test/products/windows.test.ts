// Pieces of an answer, against clients that are counted: what each holds of the budget.
import { describe, expect, it } from 'vitest';
import { Budget } from '../../src/engine/budget.ts';
import { Buffers } from '../../src/engine/buffers.ts';
import type { EngineRequest } from '../../src/engine/engine.ts';
import { pieces } from '../../src/products/answers/windows.ts';

const MIB = 1048576;
const WINDOW = 8 * MIB;
const windows = Array.from({ length: 6 }, (_, n) => ({ from: n * WINDOW, to: (n + 1) * WINDOW }));

/** As much of a request as pieces ask for, of one budget. */
function client(buffers: Buffers) {
  const state = { waits: [] as (boolean | undefined)[], clockStopped: 0, filled: 0 };
  const abort = new AbortController();
  const request: EngineRequest = {
    run: () => Promise.reject(new Error('runs nothing')),
    buffer: (bytes, options) => {
      state.waits.push(options?.begun);
      return buffers.lease(bytes, { signal: abort.signal, ...options });
    },
    tryBuffer: (bytes) => buffers.tryLease(bytes),
    stopClock: () => {
      state.clockStopped += 1;
      return () => {
        state.clockStopped -= 1;
      };
    },
    signal: abort.signal,
    close: (why) => abort.abort(why ?? new Error('closed')),
  };
  const fill = async () => {
    state.filled += 1;
  };
  return { state, body: pieces({ request, windows, fill, lookAhead: () => 4 }) };
}

describe('an answer in pieces', () => {
  it('holds one window while nobody has taken any, and looks ahead for who takes them', async () => {
    const budget = new Budget(512 * MIB, 60_000);
    const { state, body } = client(new Buffers(budget, 0));
    await body.next();
    expect([budget.held, state.filled]).toEqual([WINDOW, 1]);
    await body.next();
    expect([budget.held, state.filled]).toEqual([4 * WINDOW, 5]);
    await body.return();
    expect(budget.held).toBe(0);
  });

  it('lets fifty clients that read nothing hold a window each, and a small request go on', async () => {
    const budget = new Budget(512 * MIB, 60_000);
    const buffers = new Buffers(budget, 0);
    const idle = Array.from({ length: 50 }, () => client(buffers));
    for (const { body } of idle) await body.next();
    expect(budget.held).toBe(50 * WINDOW);
    (await buffers.lease(MIB)).release();
    for (const { body } of idle) await body.return();
    expect(budget.held).toBe(0);
  });

  it('that has begun waits for memory as long as it must, with its clock stopped', async () => {
    const budget = new Budget(64 * MIB, 0);
    const { state, body } = client(new Buffers(budget, 0));
    await body.next();
    await budget.acquire(48 * MIB);
    const next = body.next();
    const other = budget.acquire(WINDOW, { begun: true });
    expect(await next).toMatchObject({ done: false });
    expect(state.waits).toEqual([undefined, true]);
    expect(state.clockStopped).toBe(1);
    await body.return();
    await other;
  });
});
