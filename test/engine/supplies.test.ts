// Bytes that a task lacks are brought from a store: only those, again and again until it is done, and never for ever.
import { basename, dirname } from 'node:path';
import { expect, it, vi } from 'vitest';
import { native } from '../../src/addon/addon.ts';
import type { Need } from '../../src/addon/sources.ts';
import type { ResolvedDataset } from '../../src/base/dataset.ts';
import type { ByteRange, ObjectSource } from '../../src/base/sources.ts';
import { coalesced } from '../../src/bytes/coalesce.ts';
import type { ByteStore } from '../../src/bytes/store.ts';
import { Budget } from '../../src/engine/budget.ts';
import { SUPPLY_LIMITS, Supplies, type SupplyLimits } from '../../src/engine/supplies.ts';
import { layoutTask } from '../../src/engine/tasks/layout.ts';
import { seekTask } from '../../src/engine/tasks/seek.ts';
import { stackTask } from '../../src/engine/tasks/stack.ts';
import { type CutoutRequest, planCutout } from '../../src/products/cutout/cutout.ts';
import { CountingStore } from '../bytes/counting-store.ts';
import { failure } from '../bytes/suite.ts';
import { engineOf, simulated } from '../products/support.ts';

const box = { x0: 30, y0: 40, x1: 81, y1: 91 };

/** The simulated image as an object of a store that counts, and as the file it is. */
async function stored() {
  const { dataset, file } = await simulated(0.1);
  const store = new CountingStore(dirname(file));
  const key = basename(file);
  const object: ObjectSource = { store: 'disk', key, ...(await store.stat(key)) };
  return { dataset, remote: { ...dataset, sources: [object] }, store, object };
}

/** The bytes of a cutout, or why there are none. */
async function cut(dataset: ResolvedDataset, request: CutoutRequest, stores: Record<string, ByteStore> = {}) {
  const engine = engineOf({ threads: 0, stores });
  const answer = await planCutout({ engine, dataset, software: 'test' }, request);
  const bytes = Buffer.from((await answer?.bytes()) ?? []);
  expect(engine.metrics().bytes.held).toBe(0);
  return bytes;
}

const joined = (ranges: readonly ByteRange[]) => {
  const covered = new Set<number>();
  for (const { offset, length } of ranges) for (let i = 0; i < length; i++) covered.add(offset + i);
  return covered;
};

it.each([
  'Image',
  'MaskedImage',
  'Exposure',
] as const)('reads what a cutout of %s needs, once', async (detail) => {
  const { dataset, remote, store, object } = await stored();
  const small = detail === 'Exposure' ? {} : { box };
  const needed: Need[] = [];
  const { fillCutout } = native;
  const spy = vi.spyOn(native, 'fillCutout').mockImplementation((...call) => {
    const progress = fillCutout(...call);
    if (progress.need) needed.push(progress.need);
    return progress;
  });
  const bytes = await cut(remote, { ...small, detail }, { disk: store });
  spy.mockRestore();
  expect(bytes.equals(await cut(dataset, { ...small, detail }))).toBe(true);
  const read = store.reads.flatMap(({ ranges }) => ranges);
  expect(joined(read)).toEqual(joined(needed.flat(2)));
  expect(store.bytes).toBe(joined(read).size);
  if (detail !== 'Exposure') expect(store.bytes).toBeLessThan(object.size / 2);
  // Tables of tiles, then their bytes: not a round for each row.
  expect(needed.length).toBeLessThanOrEqual(4);
});

it('reads less often where near ranges are coalesced, with the same answer', async () => {
  const { dataset, remote, store } = await stored();
  const counted = async (disk: ByteStore) => {
    store.reads.length = 0;
    const bytes = await cut(remote, { box, detail: 'MaskedImage' }, { disk });
    return { bytes, ranges: store.reads.flatMap(({ ranges }) => ranges).length };
  };
  const [plain, joint] = [await counted(store), await counted(coalesced(store, { gap: 1 << 20 }))];
  expect(joint.ranges).toBeLessThan(plain.ranges);
  expect(joint.bytes.equals(plain.bytes)).toBe(true);
  expect(joint.bytes.equals(await cut(dataset, { box, detail: 'MaskedImage' }))).toBe(true);
});

const giving = (read: ByteStore['read']): ByteStore => ({
  stat: async () => ({ size: 0, mtimeNs: 0n }),
  read,
});

it.each([
  [
    'too few bytes',
    'data READ_MISMATCH',
    async (ranges: readonly ByteRange[]) => ranges.map(({ length }) => new Uint8Array(length - 1)),
  ],
  [
    'too many bytes',
    'data READ_MISMATCH',
    async (ranges: readonly ByteRange[]) => ranges.map(({ length }) => new Uint8Array(length + 1)),
  ],
  ['too few ranges', 'data READ_MISMATCH', async () => []],
  [
    'bytes that are no tiles',
    'data BAD_TILE',
    async (ranges: readonly ByteRange[]) => ranges.map(({ length }) => new Uint8Array(length).fill(255)),
  ],
  ['a fault', 'fatal INTERNAL', async () => Promise.reject(new TypeError('boom'))],
] as const)('says so when a store gives %s', async (_what, code, give) => {
  const { remote } = await stored();
  const disk = giving((_key, _stamp, ranges) => give(ranges));
  expect(await failure(cut(remote, { detail: 'Image' }, { disk }))).toBe(code);
});

it('says so when an object is not what it was, was cut short, or its store is unknown', async () => {
  const { remote, store, object } = await stored();
  const of = (change: Partial<ObjectSource>) => ({ ...remote, sources: [{ ...object, ...change }] });
  expect(await failure(cut(of({ key: 'gone.fits' }), {}, { disk: store }))).toBe('data FILE_GONE');
  // The layout is of another size or time.
  expect(await failure(cut(of({ size: object.size - 2880 }), {}, { disk: store }))).toBe('data FILE_CHANGED');
  expect(await failure(cut(of({ mtimeNs: 1n }), {}, { disk: store }))).toBe('data FILE_CHANGED');
  expect(store.reads.filter(({ key }) => key !== 'gone.fits')).toEqual([]);
  expect(await failure(cut(of({ store: 'other' }), {}, { disk: store }))).toBe('fatal NO_BYTE_SOURCE');
});

it('fails one stamp of a stack, not the others, for an object that is lost', async () => {
  const { dataset, remote, store, object } = await stored();
  const lost = { ...remote, sources: [{ ...object, key: 'gone.fits' }] };
  const engine = engineOf({ threads: 1, stores: { disk: store } });
  const stampBytes = 4 * 21 * 21;
  const stamps = async (datasets: readonly ResolvedDataset[]) => {
    const out = new Uint8Array(new SharedArrayBuffer(datasets.length * stampBytes));
    const jobs = datasets.map(({ layout, sources }, n) => ({
      ...{ layout, sources, x: 100, y: 100 + n, scale: 1, at: n * stampBytes },
      parts: ['image'] as const,
    }));
    const task = { size: 21, maskNames: ['NO_DATA'], maskBits: 32, jobs } as const;
    return { ...(await engine.run(stackTask, { task, out })), out };
  };
  const [files, objects] = [await stamps([dataset, dataset, dataset]), await stamps([remote, lost, remote])];
  expect(objects.failures).toMatchObject([{ job: 1, code: 'FILE_GONE' }]);
  for (const n of [0, 2])
    expect(objects.out.subarray(n * stampBytes, (n + 1) * stampBytes)).toEqual(
      files.out.subarray(n * stampBytes, (n + 1) * stampBytes),
    );
});

it('stops reading when the request is cancelled, also where the store does not notice', async () => {
  const { remote } = await stored();
  let asked = 0;
  let heard: AbortSignal | undefined;
  const abort = new AbortController();
  const disk = giving((_key, _stamp, _ranges, signal) => {
    asked += 1;
    heard = signal;
    queueMicrotask(() => abort.abort());
    return new Promise(() => {});
  });
  const engine = engineOf({ threads: 1, stores: { disk } });
  const answer = await planCutout(
    { engine, dataset: remote, software: 'test' },
    { box },
    { signal: abort.signal },
  );
  expect(await failure(answer?.bytes() ?? Promise.resolve())).toBe('transient CANCELLED');
  expect(heard?.aborted).toBe(true);
  expect(asked).toBe(1);
  expect(engine.metrics().bytes.held).toBe(0);
});

/** Supplies of one object of zeros. */
function supplies(limits: Partial<SupplyLimits> = {}) {
  const asked: ByteRange[] = [];
  const disk = giving(async (_key, _stamp, ranges) => {
    asked.push(...ranges);
    return ranges.map(({ length }) => new Uint8Array(length));
  });
  const budget = new Budget(1000, 1000);
  const { signal } = new AbortController();
  const made = new Supplies({ stores: { disk }, budget, signal, limits: { ...SUPPLY_LIMITS, ...limits } });
  const object: ObjectSource = { store: 'disk', key: 'x', size: 10_000, mtimeNs: 1n };
  made.wire((supply) => supply(object));
  const bring = (cursor: number, ...ranges: ByteRange[]) => made.bring('fill', cursor, [ranges]);
  return { bring, asked, budget, made };
}

it('never brings the same twice, nothing, or what is not there: such a task would never end', async () => {
  const { bring } = supplies();
  await bring(0, { offset: 0, length: 100 });
  for (const ranges of [
    [{ offset: 0, length: 100 }],
    [{ offset: 99, length: 2 }],
    [{ offset: 9_999, length: 2 }],
    [{ offset: 200, length: 0 }],
    [],
  ])
    expect(await failure(bring(0, ...ranges))).toBe('fatal NO_BYTE_SOURCE');
  await bring(0, { offset: 100, length: 1 });
  const few = supplies({ rounds: 2 });
  await few.bring(0, { offset: 0, length: 1 });
  await few.bring(0, { offset: 1, length: 1 });
  expect(await failure(few.bring(0, { offset: 2, length: 1 }))).toBe('fatal NO_BYTE_SOURCE');
});

it('reads so much in a round, holds so much, and lets go of what is done', async () => {
  const { bring, asked, budget, made } = supplies({ roundBytes: 100, heldBytes: 150 });
  await bring(0, { offset: 0, length: 60 }, { offset: 1000, length: 60 });
  expect(asked).toEqual([
    { offset: 0, length: 60 },
    { offset: 1000, length: 40 },
  ]);
  expect(budget.held).toBe(100);
  // Nothing is done yet: all that is held is still needed.
  expect(await failure(bring(0, { offset: 2000, length: 60 }))).toBe('usage TOO_LARGE');
  await bring(7, { offset: 2000, length: 60 });
  expect(budget.held).toBe(60);
  // It can be asked for again.
  await bring(7, { offset: 0, length: 60 });
  expect(await failure(bring(7, { offset: 3000, length: 60 }))).toBe('usage TOO_LARGE');
  made.release();
  expect(budget.held).toBe(0);
});

it('takes layouts and seek points of objects as of files', async () => {
  const { dataset, store, object } = await stored();
  const engine = engineOf({ threads: 1, stores: { disk: store } });
  const [source] = dataset.sources;
  if (!source) throw new Error('no source');
  const [far, near] = [
    await engine.run(layoutTask, [{ source: object }]),
    await engine.run(layoutTask, [{ source }]),
  ];
  expect(far).toEqual(near);
  const { layout } = near;
  const points = await engine.run(seekTask, { layout, sources: [object] });
  expect(points).toEqual(await engine.run(seekTask, { layout, sources: [source] }));
});
