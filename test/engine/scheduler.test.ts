// Who runs when: classes, fairness, yield, cancel, deadlines, bounds.
import { afterEach, expect, it, vi } from 'vitest';
import { VignetError } from '../../src/base/errors.ts';
import type { EngineCall } from '../../src/engine/metrics.ts';
import { ending, failing, fakeEngine, fill, Gate, hold, nap, needing } from './support/engine.ts';

afterEach(() => {
  vi.useRealTimers();
});

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error) => (error instanceof VignetError ? error.code : String(error)),
  );

it('takes turns between requests of a class, whatever each has queued', async () => {
  const engine = fakeEngine();
  const order: string[] = [];
  const [many, few] = [engine.request(), engine.request()];
  const runs: Promise<unknown>[] = [];
  const run = (request: typeof many, label: string) =>
    runs.push(request.run(...nap(1, label)).then(() => order.push(label)));
  for (let i = 0; i < 6; i++) run(many, `many${i}`);
  for (let i = 0; i < 3; i++) run(few, `few${i}`);
  await Promise.all(runs);
  expect(order).toEqual(['many0', 'many1', 'few0', 'many2', 'few1', 'many3', 'few2', 'many4', 'many5']);
});

it('keeps threads free of bulk work, so that others need not wait for one to yield', async () => {
  const engine = fakeEngine({ threads: 2, interactiveThreads: 1 });
  const gate = new Gate();
  const bulk = engine.request({ class: 'bulk' });
  // Cannot yield; a second one waits, though a thread is free.
  const runs = [bulk.run(...hold(gate)), bulk.run(...hold(gate))];
  await gate.reached();
  expect(engine.metrics()).toMatchObject({ running: { bulk: 1 }, queued: { bulk: 1 } });
  expect(await engine.run(...nap(0, 'quick'), { class: 'quick' })).toBe('quick');
  expect(await engine.run(...nap(0, 'interactive'))).toBe('interactive');
  expect(engine.metrics().running.bulk).toBe(1);
  gate.open();
  await Promise.all(runs);
});

it('runs bulk work on its only thread', async () => {
  const engine = fakeEngine({ interactiveThreads: 1 });
  expect(await engine.run(...nap(0, 'bulk'), { class: 'bulk' })).toBe('bulk');
});

it('makes bulk work yield to an interactive task and takes it up where it stopped', async () => {
  const engine = fakeEngine({ threads: 2 });
  const gates = [new Gate(), new Gate()];
  const tasks = gates.map((gate) => fill(300, 100, gate));
  const bulk = engine.request({ class: 'bulk' });
  const runs = tasks.map((task) => bulk.run(...task.run));
  await Promise.all(gates.map((gate) => gate.reached()));
  // Both threads are held in the middle of bulk work: nothing else lets this one in.
  expect(await engine.run(...nap(0, 'interactive'))).toBe('interactive');
  expect(engine.metrics().tasks).toMatchObject({ done: 1, yielded: 1 });
  for (const { out } of tasks) expect([out[99], out[100]]).toEqual([99, 0]);
  // What was written stays; what comes after it is written once it is taken up again.
  for (const { out } of tasks) out[99] = 7;
  for (const gate of gates) gate.open();
  expect(await Promise.all(runs)).toEqual([{ done: 300 }, { done: 300 }]);
  const written = Array.from({ length: 300 }, (_, i) => (i === 99 ? 7 : i & 255));
  for (const { out } of tasks) expect([...out]).toEqual(written);
  expect(engine.metrics().tasks.yielded).toBe(1);
});

it('cancels queued tasks at once and running ones at their next poll', async () => {
  const engine = fakeEngine();
  const gate = new Gate();
  const abort = new AbortController();
  const request = engine.request({ signal: abort.signal });
  const ended: string[] = [];
  const runs = ['running', 'queued'].map(async (label) => {
    ended.push(`${label}: ${await code(request.run(...hold(gate)))}`);
  });
  await gate.reached();
  abort.abort();
  const { polls } = gate;
  await Promise.all(runs);
  expect(ended).toEqual(['queued: CANCELLED', 'running: CANCELLED']);
  expect(gate.polls - polls).toBeLessThanOrEqual(1);
  expect(await code(request.run(...nap(1)))).toBe('CANCELLED');
  expect(await engine.run(...nap(1, 'next'))).toBe('next');
});

it('keeps a request within its deadline, queued or running', async () => {
  const engine = fakeEngine();
  const late = engine.request({ deadlineMs: 80 });
  const codes = Promise.all([code(late.run(...hold(new Gate()))), code(late.run(...nap(1)))]);
  expect(await codes).toEqual(['DEADLINE', 'DEADLINE']);
});

it('stops the clock of a request on demand, and starts it anew', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const engine = fakeEngine();
  const request = engine.request({ deadlineMs: 80 });
  vi.advanceTimersByTime(79);
  const startClock = request.stopClock();
  vi.advanceTimersByTime(1000);
  startClock();
  vi.advanceTimersByTime(79);
  expect(await code(request.run(...nap(0)))).toBe('done');
  vi.advanceTimersByTime(1);
  expect(await code(request.run(...nap(0)))).toBe('DEADLINE');
});

it('refuses new requests when the queue is full, never those that have begun', async () => {
  const engine = fakeEngine({ maxQueue: 2 });
  const gate = new Gate();
  const requests = [engine.request(), engine.request(), engine.request()];
  const runs = requests.map((request) => code(request.run(...hold(gate))));
  expect(await code(engine.run(...nap(1)))).toBe('BUSY');
  const more = code((requests[0] as (typeof requests)[0]).run(...nap(1)));
  gate.open();
  expect(await Promise.all([...runs, more])).toEqual(['done', 'done', 'done', 'done']);
  expect(engine.metrics().tasks.refused).toBe(1);
  expect(await code(engine.run(...nap(1)))).toBe('done');
});

it.each([
  ['exit', /worker exited with code: 3/],
  ['crash', /boom/],
] as const)('loses one task, clearly, when a worker ends by %s, and goes on', async (kind, message) => {
  const engine = fakeEngine({ threads: 2 });
  const gate = new Gate();
  const other = engine.run(...hold(gate, 'other'));
  await gate.reached();
  const error = await engine.run(...ending(kind)).catch((caught) => caught);
  expect(error).toMatchObject({
    kind: 'fatal',
    code: 'WORKER_DIED',
    message: expect.stringMatching(message),
  });
  gate.open();
  expect(await other).toBe('other');
  expect(await Promise.all([engine.run(...nap(20, 'a')), engine.run(...nap(20, 'b'))])).toEqual(['a', 'b']);
  expect(engine.metrics()).toMatchObject({
    workersDied: 1,
    running: { interactive: 0 },
    queued: { interactive: 0 },
  });
  expect(engine.workers).toHaveLength(2);
});

it('loses one task when a worker is terminated from outside', async () => {
  const engine = fakeEngine();
  const gate = new Gate();
  const lost = code(engine.run(...hold(gate)));
  const next = engine.run(...nap(1, 'next'));
  await gate.reached();
  await engine.workers[0]?.terminate();
  expect(await lost).toBe('WORKER_DIED');
  expect(await next).toBe('next');
});

it('passes errors of native code on as they are, and calls a task without progress a fault', async () => {
  const engine = fakeEngine();
  const error = { kind: 'data', code: 'BAD_TILE', detail: 'HDU 2: tile 7 …' } as const;
  await expect(engine.run(...failing(error))).rejects.toMatchObject({
    name: 'VignetError',
    kind: 'data',
    code: 'BAD_TILE',
    message: 'HDU 2: tile 7 …',
  });
  expect(engine.metrics().tasks.failed).toBe(1);
});

it('never takes a task that lacks bytes for a finished one', async () => {
  const engine = fakeEngine();
  await expect(engine.run(...needing())).rejects.toMatchObject({ kind: 'fatal', code: 'NO_BYTE_SOURCE' });
  expect(engine.metrics().tasks).toMatchObject({ done: 0, yielded: 0 });
});

it('counts waits and stages, and reports every thread it may start', async () => {
  const engine = fakeEngine();
  const calls: EngineCall[] = [];
  engine.observe((call) => calls.push(call));
  await Promise.all([
    engine.run(...nap(20)),
    engine.run(...nap(20)),
    engine.run(...nap(20), { class: 'bulk' }),
  ]);
  const metrics = engine.metrics();
  expect(metrics.tasks.done).toBe(3);
  expect(calls.map((call) => call.kind)).toEqual(['nap', 'nap', 'nap']);
  expect(calls.reduce((sum, { ms }) => sum + ms, 0)).toBe(metrics.stages.nap?.sum);
  expect(metrics.waits.interactive.count).toBe(2);
  expect(metrics.waits.interactive.max).toBeGreaterThan(15);
  expect(metrics.stages.nap?.count).toBe(3);
  expect(metrics.stages.nap?.sum).toBeGreaterThan(55);
  expect(engine.startupReport()).toMatchObject({ engine: 1, sharp: 1 });
});

it('close cancels what runs and refuses what comes', async () => {
  const engine = fakeEngine();
  const gate = new Gate();
  const running = code(engine.run(...hold(gate)));
  await gate.reached();
  await engine.close();
  expect(await running).toBe('CANCELLED');
  expect(await code(engine.run(...nap(1)))).toBe('CANCELLED');
});

it('lets one answer run further ahead than each of many', () => {
  const engine = fakeEngine({ threads: 4 });
  const requests = [engine.request()];
  expect(engine.lookAhead).toBe(8);
  requests.push(engine.request());
  expect(engine.lookAhead).toBe(4);
  for (let n = 0; n < 20; n++) requests.push(engine.request());
  expect(engine.lookAhead).toBe(3);
  for (const request of requests) request.close();
  expect(engine.lookAhead).toBe(8);
});
