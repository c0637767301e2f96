// Hundreds of requests at once: what the quick ones wait for. Threads, clock and polls are made up: each thread is a core of its own, a task
// that may yield comes back 2 ms after it was asked. Oracle: the quick work itself and the shares of the classes (docs/concurrency.md), in ms.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RequestClass } from '../../src/engine/fair-queue.ts';
import type { Order, Outcome } from '../../src/engine/order.ts';
import { type Owner, Scheduler, type SchedulerOptions } from '../../src/engine/scheduler.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const POLL_MS = 2;

/**
 * Threads that take as long as a task says, `cursor` being the milliseconds of it that are done. `step`: milliseconds that are done again where
 * they are interrupted.
 */
function made(options: Partial<SchedulerOptions> = {}, step = 0) {
  const asked = new Map<number, () => void>();
  const execute = ({ task, slot, cursor }: Order): Promise<Outcome> =>
    new Promise((resolve) => {
      const { ms } = task as { ms: number };
      const begun = performance.now();
      const end = () => {
        asked.delete(slot);
        clearTimeout(timer);
        const took = performance.now() - begun;
        const whole = took + 1e-6 >= ms - cursor;
        const done = step > 0 ? Math.floor((took + 1e-6) / step) * step : took;
        resolve({ result: whole ? ms : cursor + done, ms: took });
      };
      const timer = setTimeout(end, ms - cursor);
      asked.set(slot, () => setTimeout(end, POLL_MS));
    });
  const signal = (slot: number, word: number) => {
    if (word === 1) asked.get(slot)?.();
  };
  const scheduler = new Scheduler({ threads: 4, maxQueue: 1e6, execute, signal, ...options });
  const owner = (of: RequestClass): Owner => ({
    ...{ class: of, deadlineAt: Number.POSITIVE_INFINITY },
    ...{ begun: false, running: new Set() },
  });
  /** One request of one task after the other; when it has ended. */
  const ask = async (of: RequestClass, tasks: readonly number[], yields = true) => {
    const one = owner(of);
    for (const ms of tasks) {
      const take = (done: unknown) => ((done as number) >= ms ? undefined : { cursor: done as number });
      const work = { kind: 'made', task: { ms }, yields, cursor: 0, resumed: false, take };
      await scheduler.add(one, work);
    }
    return performance.now();
  };
  return { scheduler, ask };
}

const reserved = { quickThreads: 1, interactiveThreads: 1 };
const many = <T>(n: number, of: () => Promise<T>) => Array.from({ length: n }, of);

it('300 requests at once: quick ones end after their own work, not after that of others', async () => {
  const { ask } = made(reserved);
  const begun = performance.now();
  const others = [...many(54, () => ask('bulk', [5000])), ...many(60, () => ask('interactive', [300]))];
  const quick = many(186, () => ask('quick', [1, 3]));
  let ended: number[] | undefined;
  void Promise.all(quick).then((all) => {
    ended = all;
  });
  await vi.advanceTimersByTimeAsync(2000);
  // 744 ms of work on four threads, of whose time quick ones have 105 parts in 128 at least; and the ten milliseconds that one of the
  // others may go first, and the two that it then takes to come back.
  expect(Math.max(...(ended ?? [Number.POSITIVE_INFINITY])) - begun).toBeLessThan(744 / 4 / (105 / 128) + 12);
  await vi.advanceTimersByTimeAsync(400_000);
  await Promise.all(others);
});

it('runs quick work before interactive work before bulk work, whatever was queued earlier', async () => {
  const { ask } = made({ threads: 1 });
  const order: string[] = [];
  const run = (of: RequestClass, labels: readonly string[]) =>
    labels.map((label) => ask(of, [2], false).then(() => order.push(label)));
  const all = [
    ...run('bulk', ['b0', 'b1', 'b2']),
    ...run('interactive', ['i0', 'i1']),
    ...run('quick', ['q0', 'q1']),
  ];
  await vi.advanceTimersByTimeAsync(14);
  await Promise.all(all);
  expect(order).toEqual(['b0', 'q0', 'q1', 'i0', 'i1', 'b1', 'b2']);
});

it('a quick task that comes alone waits for nobody, though others cannot yield', async () => {
  const { ask } = made(reserved);
  const others = [
    ...many(4, () => ask('bulk', [900], false)),
    ...many(9, () => ask('interactive', [900], false)),
  ];
  await vi.advanceTimersByTimeAsync(50);
  const begun = performance.now();
  const quick = ask('quick', [1]);
  await vi.advanceTimersByTimeAsync(1);
  expect((await quick) - begun).toBe(1);
  await vi.advanceTimersByTimeAsync(20_000);
  await Promise.all(others);
});

it('interactive tasks yield to quick ones where no thread is kept for these, and go on where they stopped', async () => {
  const { ask, scheduler } = made({ threads: 1 });
  const long = ask('interactive', [300]);
  await vi.advanceTimersByTimeAsync(100);
  const quick = ask('quick', [1]);
  await vi.advanceTimersByTimeAsync(POLL_MS + 1);
  expect(await quick).toBeLessThan(1e9);
  expect(scheduler.counters.yielded).toBe(1);
  await vi.advanceTimersByTimeAsync(198);
  await long;
});

it('a task that is interrupted before its first step is given twice the time, until it gets on', async () => {
  // Steps of 90 ms, each done again from its beginning when it is interrupted.
  const { ask, scheduler } = made({ threads: 1 }, 90);
  const bulk = ask('bulk', [180]);
  let more = true;
  const quick = (async () => {
    while (more) await ask('interactive', [1]);
  })();
  void bulk.then(() => {
    more = false;
  });
  await vi.advanceTimersByTimeAsync(10_000);
  await Promise.all([bulk, quick]);
  // Two steps: their own 180 ms, and what was begun in vain, no more than twice that, of a sixteenth of the time.
  expect(await bulk).toBeLessThan(16 * 3 * 180);
  expect(scheduler.counters.yielded).toBeLessThan(12);
});

it('what goes ahead of quick tasks is asked to yield after its ten milliseconds, and gets its share of the time', async () => {
  const { ask } = made({ threads: 1 });
  const interactive = ask('interactive', [50]);
  const quick = Promise.all(many(400, () => ask('quick', [1])));
  await vi.advanceTimersByTimeAsync(1);
  await vi.advanceTimersByTimeAsync(600);
  // An eighth of the first 400 ms.
  expect(await interactive).toBeLessThan((await quick)[399] as number);
});
