// Who runs when: classes, fairness, yield, cancel, deadlines, bounds.
import { expect, it } from 'vitest';
import { VignetError } from '../../src/base/errors.ts';
import { fakeEngine, fill, nap, sleep } from './support/engine.ts';

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
    runs.push(request.run(nap(1, label)).then(() => order.push(label)));
  for (let i = 0; i < 6; i++) run(many, `many${i}`);
  for (let i = 0; i < 3; i++) run(few, `few${i}`);
  await Promise.all(runs);
  expect(order).toEqual(['many0', 'many1', 'few0', 'many2', 'few1', 'many3', 'few2', 'many4', 'many5']);
});

it('runs interactive work before bulk work that was queued earlier', async () => {
  const engine = fakeEngine();
  const order: string[] = [];
  const bulk = engine.request({ class: 'bulk' });
  const interactive = engine.request();
  await Promise.all([
    ...['b0', 'b1', 'b2'].map((label) => bulk.run(nap(5, label)).then(() => order.push(label))),
    ...['i0', 'i1'].map((label) => interactive.run(nap(5, label)).then(() => order.push(label))),
  ]);
  expect(order).toEqual(['b0', 'i0', 'i1', 'b1', 'b2']);
});

it('makes bulk work yield to an interactive task and takes it up where it stopped', async () => {
  const engine = fakeEngine({ threads: 2 });
  await engine.run(nap(0));
  const tasks = [fill(300, 1), fill(300, 1)];
  const bulk = engine.request({ class: 'bulk' });
  const runs = tasks.map((task) => bulk.run(task));
  await sleep(60);
  const start = performance.now();
  await engine.run(nap(1));
  expect(performance.now() - start).toBeLessThan(60);
  const results = await Promise.all(runs);
  expect(results).toEqual([{ done: 300 }, { done: 300 }]);
  for (const { out } of tasks) expect([...out]).toEqual(Array.from({ length: 300 }, (_, i) => i & 255));
  expect(engine.metrics().tasks.yielded).toBe(1);
});

it('cancels queued tasks at once and running ones within 100 ms', async () => {
  const engine = fakeEngine();
  const abort = new AbortController();
  const request = engine.request({ signal: abort.signal });
  const [running, queued] = [request.run(nap(10_000)), request.run(nap(10_000))];
  const codes = Promise.all([code(running), code(queued)]);
  await sleep(50);
  const start = performance.now();
  abort.abort();
  expect(await codes).toEqual(['CANCELLED', 'CANCELLED']);
  expect(performance.now() - start).toBeLessThan(100);
  expect(await code(request.run(nap(1)))).toBe('CANCELLED');
  expect(await engine.run(nap(1, 'next'))).toBe('next');
});

it('keeps a request within its deadline, queued or running, and stops the clock on demand', async () => {
  const engine = fakeEngine();
  await engine.run(nap(0));
  const late = engine.request({ deadlineMs: 80 });
  const codes = Promise.all([code(late.run(nap(10_000))), code(late.run(nap(1)))]);
  expect(await codes).toEqual(['DEADLINE', 'DEADLINE']);

  const slowConsumer = engine.request({ deadlineMs: 80 });
  const startClock = slowConsumer.stopClock();
  await sleep(150);
  startClock();
  expect(await code(slowConsumer.run(nap(1)))).toBe('done');
});

it('refuses new requests when the queue is full, never those that have begun', async () => {
  const engine = fakeEngine({ maxQueue: 2 });
  const requests = [engine.request(), engine.request(), engine.request()];
  const runs = requests.map((request) => code(request.run(nap(30))));
  expect(await code(engine.run(nap(1)))).toBe('BUSY');
  const more = code((requests[0] as (typeof requests)[0]).run(nap(1)));
  expect(await Promise.all([...runs, more])).toEqual(['done', 'done', 'done', 'done']);
  expect(engine.metrics().tasks.refused).toBe(1);
  expect(await code(engine.run(nap(1)))).toBe('done');
});

it.each([
  ['exit', /worker exited with code: 3/],
  ['crash', /boom/],
])('loses one task, clearly, when a worker ends by %s, and goes on', async (kind, message) => {
  const engine = fakeEngine({ threads: 2 });
  await Promise.all([engine.run(nap(5)), engine.run(nap(5))]);
  const other = engine.run(nap(200, 'other'));
  const error = await engine.run({ kind }).catch((caught) => caught);
  expect(error).toMatchObject({
    kind: 'fatal',
    code: 'WORKER_DIED',
    message: expect.stringMatching(message),
  });
  expect(await other).toBe('other');
  expect(await Promise.all([engine.run(nap(20, 'a')), engine.run(nap(20, 'b'))])).toEqual(['a', 'b']);
  expect(engine.metrics()).toMatchObject({
    workersDied: 1,
    running: { interactive: 0 },
    queued: { interactive: 0 },
  });
  expect(engine.workers).toHaveLength(2);
});

it('loses one task when a worker is terminated from outside', async () => {
  const engine = fakeEngine();
  await engine.run(nap(0));
  const lost = code(engine.run(nap(10_000)));
  const next = engine.run(nap(1, 'next'));
  await sleep(30);
  await engine.workers[0]?.terminate();
  expect(await lost).toBe('WORKER_DIED');
  expect(await next).toBe('next');
});

it('passes errors of native code on as they are, and calls a task without progress a fault', async () => {
  const engine = fakeEngine();
  const error = { kind: 'data', code: 'BAD_TILE', detail: 'HDU 2: tile 7 …' };
  await expect(engine.run({ kind: 'fail', error })).rejects.toMatchObject({
    name: 'VignetError',
    kind: 'data',
    code: 'BAD_TILE',
    message: 'HDU 2: tile 7 …',
  });
  expect(engine.metrics().tasks.failed).toBe(1);
});

it('counts waits and stages, and reports every thread it may start', async () => {
  const engine = fakeEngine();
  await Promise.all([engine.run(nap(20)), engine.run(nap(20)), engine.run(nap(20), { class: 'bulk' })]);
  const metrics = engine.metrics();
  expect(metrics.tasks.done).toBe(3);
  expect(metrics.waits.interactive.count).toBe(2);
  expect(metrics.waits.interactive.max).toBeGreaterThan(15);
  expect(metrics.stages.nap?.count).toBe(3);
  expect(metrics.stages.nap?.sum).toBeGreaterThan(55);
  expect(engine.startupReport()).toMatchObject({ engine: 1, sharp: 1 });
});

it('close cancels what runs and refuses what comes', async () => {
  const engine = fakeEngine();
  const running = code(engine.run(nap(10_000)));
  await sleep(30);
  await engine.close();
  expect(await running).toBe('CANCELLED');
  expect(await code(engine.run(nap(1)))).toBe('CANCELLED');
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
