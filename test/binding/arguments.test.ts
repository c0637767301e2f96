// The addon believes nothing it is told.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { native } from '../../src/addon/addon.ts';
import { type IndexRow, indexTable, searchSteps, type Where } from '../../src/addon/dataset-index.ts';
import { needsBytes } from '../../src/addon/sources.ts';
import { type Simulated, simulated } from '../products/support.ts';

let image: Simulated;
beforeAll(async () => {
  image = await simulated(0.05);
});

const folder = mkdtempSync(join(tmpdir(), 'vignet-binding-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const word = () => new Int32Array(new SharedArrayBuffer(4));
const bytes = (n: number) => new Uint8Array(new SharedArrayBuffer(n));
const box = { x0: 10, y0: 10, x1: 20, y1: 20 };

function task(changes: object = {}) {
  const { layout, sources } = image.dataset;
  return { layout, sources, request: { box, detail: 'Image' as const }, begin: 0, ...changes };
}

/** Calls with anything at all. */
function call(name: keyof typeof native, ...args: unknown[]) {
  return () => (native[name] as (...args: unknown[]) => unknown)(...args);
}

describe('wrong arguments are usage errors that name themselves', () => {
  const cases: [string, () => (() => unknown)[]][] = [
    [
      'layout',
      () =>
        [undefined, null, 3, 'x', {}, [], new Float32Array(4), new ArrayBuffer(8)].flatMap((bad) => [
          call('describeLayout', bad),
          call('describeExposure', bad, []),
          call('planCutout', bad, { detail: 'Image' }),
          call('planCutout', bad, { detail: 'Image' }, { shape: 'circle', values: [0, 0, 1] }),
        ]),
    ],
    [
      'task.seek',
      () =>
        [
          3,
          { path: '1.pack', offset: 0, length: 9 },
          { root: '/packs', path: '1.pack', offset: -1, length: 9 },
          { root: '/packs', path: '1.pack', offset: 0, length: 0.5 },
          { root: '/packs', path: 7, offset: 0, length: 9 },
        ].map((bad) => call('fillCutout', task({ seek: bad }), bytes(10), 0, word(), 1000)),
    ],
    [
      'sources',
      () =>
        [undefined, 'x', [], [{}]].flatMap((bad) => [
          call('buildSeek', image.dataset.layout, bad, word(), 1000),
          call('describeExposure', image.dataset.layout, bad),
        ]),
    ],
    [
      'detail',
      () =>
        ['image', '', 1, undefined, null].map((detail) =>
          call('planCutout', image.dataset.layout, { detail }),
        ),
    ],
    [
      'box',
      () =>
        [
          3,
          { x0: 1 },
          { ...box, x1: 10 },
          { ...box, x0: -1 },
          { ...box, x1: 1.5 },
          { ...box, x1: 2 ** 33 },
          { ...box, y1: Number.NaN },
        ].map((bad) => call('planCutout', image.dataset.layout, { detail: 'Image', box: bad })),
    ],
    [
      'where',
      () =>
        [
          3,
          {},
          { point: [1, 2] },
          { point: [1, 200], width: 5, height: 5 },
          { point: [1, 2], width: 0, height: 5 },
          { shape: 'circle' },
          { shape: 'square', values: [1] },
          { shape: 'circle', values: ['1', 2, 3] },
        ].map((bad) => call('planCutout', image.dataset.layout, { detail: 'Image' }, bad)),
    ],
    [
      'task',
      () =>
        [
          undefined,
          1,
          {},
          task({ sources: 1 }),
          task({ sources: [{}] }),
          task({ sources: [] }),
          task({ begin: -1 }),
          task({ begin: 0.5 }),
          task({ request: null }),
        ].map((bad) => call('fillCutout', bad, bytes(10), 0, word(), 1000)),
    ],
    [
      'out',
      () =>
        [undefined, new Uint16Array(4), []].map((bad) => call('fillCutout', task(), bad, 0, word(), 1000)),
    ],
    [
      'cursor',
      () => [-1, 11, Number.NaN, '0'].map((bad) => call('fillCutout', task(), bytes(10), bad, word(), 1000)),
    ],
    [
      'control',
      () =>
        [undefined, new Uint8Array(4), new Int32Array(0)].map((bad) =>
          call('fillCutout', task(), bytes(10), 0, bad, 1000),
        ),
    ],
    [
      'deadlineMs',
      () => [undefined, '1', Number.NaN].map((bad) => call('fillCutout', task(), bytes(10), 0, word(), bad)),
    ],
    [
      'sources',
      () =>
        [
          undefined,
          [],
          [{}],
          [{ source: { root: 1, path: 'x' } }],
          [{ source: image.dataset.sources[0], role: 'masque' }],
          [{ source: image.dataset.sources[0], hdu: -1 }],
        ].map((bad) => call('readLayout', bad)),
    ],
    [
      'extents',
      () =>
        [
          { size: 10, extents: 3 },
          { size: 10, extents: [{}] },
          { size: 10, extents: [{ offset: 0, bytes: 'x' }] },
        ].map((source) => call('readLayout', [{ source }])),
    ],
    [
      'mtimeNs',
      () =>
        [1, 2n ** 70n].map((mtimeNs) => call('readLayout', [{ source: { size: 10, mtimeNs, extents: [] } }])),
    ],
    [
      'point',
      () => [[1], [1, 91], [Number.NaN, 0], 'x'].map((point) => call('overlaps', [1, 2, 3], { point })),
    ],
  ];
  it.each(cases)('%s', (name, calls) => {
    for (const attempt of calls()) {
      expect(attempt).toThrow(
        expect.objectContaining({
          kind: 'usage',
          message: expect.stringMatching(new RegExp(`^expected .+ for .*${name}.*, received `)),
        }),
      );
    }
  });
});

it('throws real errors with kind, code and a message, for faults of files too', () => {
  const { root } = image.dataset.sources[0] as { root: string };
  writeFileSync(join(root, 'nothing.fits'), 'not a FITS file');
  for (const [path, kind] of [
    ['nothing.fits', 'data'],
    ['missing.fits', 'data'],
    ['../outside.fits', 'data'],
  ] as const) {
    let caught: unknown;
    try {
      native.readLayout([{ source: { root, path } }]);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(Error);
    expect(caught).toMatchObject({ kind, code: expect.stringMatching(/^[A-Z_]+$/) });
    expect((caught as Error).message).not.toContain(root);
  }
});

it('passes errors of the caller’s own getters through unchanged', () => {
  const mine = new RangeError('mine');
  const trap = {
    get layout(): never {
      throw mine;
    },
  };
  expect(call('fillCutout', trap, bytes(1), 0, word(), 1)).toThrow(mine);
});

it('never writes to memory that an argument’s getter has taken away meanwhile', () => {
  const { size } = native.planCutout(image.dataset.layout, task().request);
  const out = new Uint8Array(size);
  const trap = {
    ...task(),
    get request() {
      structuredClone(out.buffer, { transfer: [out.buffer] });
      return task().request;
    },
  };
  // The window is now empty: nothing to write, nothing written.
  try {
    expect(native.fillCutout(trap, out, 0, word(), 1000)).toEqual({ done: 0 });
  } catch (error) {
    expect(error).toMatchObject({ kind: expect.any(String) });
  }
  expect(out.byteLength).toBe(0);
});

it('asks for what is missing of a sparse source until it has enough, and for little more', async () => {
  const image = await simulated(0.3);
  const { open } = await import('node:fs/promises');
  const file = await open(image.file);
  const { size } = await file.stat();
  const extents: { offset: number; bytes: Uint8Array }[] = [];
  const supply = async (need: readonly (readonly { offset: number; length: number }[])[] | undefined) => {
    for (const { offset, length } of need?.[0] ?? []) {
      const part = new Uint8Array(length);
      await file.read(part, 0, length, offset);
      extents.push({ offset, bytes: part });
    }
  };
  let layout: Uint8Array | undefined;
  for (let round = 0; !layout && round < 100; round++) {
    const answer = native.readLayout([{ source: { size, extents } }]);
    if (needsBytes(answer)) await supply(answer.need);
    else layout = answer.layout;
  }
  expect(layout).toBeDefined();

  const { sources: files, layout: known } = image.dataset;
  const request = { box, detail: 'MaskedImage' as const };
  const full = { layout: known, sources: files, request, begin: 0 };
  const plan = native.planCutout(known, request);
  const [whole, sparse] = [bytes(plan.size), bytes(plan.size)];
  native.fillCutout(full, whole, 0, word(), 1000);
  let done = 0;
  for (let round = 0; done < plan.size && round < 100; round++) {
    const sources = [{ size, extents }];
    const progress = native.fillCutout(
      { ...full, layout: layout as Uint8Array, sources },
      sparse,
      done,
      word(),
      1000,
    );
    await supply(progress.need);
    done = progress.done;
  }
  await file.close();
  expect(done).toBe(plan.size);
  expect(Buffer.from(sparse).equals(Buffer.from(whole))).toBe(true);
  const read = extents.reduce((sum, extent) => sum + extent.bytes.length, 0);
  expect(read).toBeLessThan(size / 4);
});

it('describes a layout as it is', () => {
  const { info } = image;
  expect(info.planes.map(({ kind }) => kind)).toEqual(['image', 'mask', 'variance']);
  expect(info.planes[0]).toMatchObject({
    bitpix: -32,
    codec: 'RICE_1',
    dither: 'SUBTRACTIVE_DITHER_2',
    hasWcs: true,
  });
  expect(info.planes[1]).toMatchObject({
    codec: 'GZIP_2',
    maskPlanes: expect.objectContaining({ BAD: expect.any(Number) }),
  });
  expect(info.footprint?.length).toBeGreaterThanOrEqual(8);
  expect(info.pixelScale).toBeCloseTo(0.2, 3);
  expect(info.files).toHaveLength(1);
  expect(info.hdus[0]).toMatchObject({ name: '', offset: 0 });
  expect(info.cards).toMatchObject({ SIMPLE: true });
});

it('gives an index that can be searched until it is closed', () => {
  const row = (n: number, lon: number): IndexRow => ({
    uuid: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    pack: 1,
    offset: n * 1000,
    length: 1000,
    footprint: [lon - 0.1, 2, lon + 0.1, 2, lon + 0.1, 2.2, lon - 0.1, 2.2],
    emMin: 1e-7,
    emMax: Number.NaN,
    tMin: 60000,
    tMax: 60001,
    // Two are of one file.
    file: String(Math.min(n, 2)).repeat(32),
    state: `0123456789abcde${n}`,
  });
  const path = join(folder, 'index');
  const rows = [0, 1, 2, 3].map((n) => row(n, 150 + n));
  native.buildIndex(path, indexTable(rows));
  const index = native.openIndex(path);
  expect(index.size).toBe(4);
  expect(index.find(rows[2]?.uuid.toUpperCase() as string)).toBe(2);
  expect(index.find('00000000-0000-4000-8000-00000000ffff')).toBe(-1);
  expect(index.ofFile('2'.repeat(32))).toEqual([2, 3]);
  expect(index.ofFile('3'.repeat(32))).toEqual([]);
  expect(index.origin(3)).toEqual({ file: '2'.repeat(32), state: '0123456789abcde3' });
  for (const digest of ['', '2', 'x'.repeat(32), '2'.repeat(33)])
    expect(() => index.ofFile(digest)).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT' }));
  expect(index.row(3)).toEqual({ ...rows[3], footprint: undefined, file: undefined, state: undefined });
  const search = (region: Where, most = 4) => {
    const found = index.search();
    const task = { search: found.handle, searches: [{ region }], most };
    const progress = native.searchIndex(task, 0, new Int32Array(1), 1000);
    const rows = [...found.rows()];
    found.close();
    expect(() => found.rows()).toThrow(expect.objectContaining({ code: 'CLOSED' }));
    expect(() => native.searchIndex(task, 0, new Int32Array(1), 1000)).toThrow(
      expect.objectContaining({ code: 'CLOSED' }),
    );
    return { ...progress, rows };
  };
  expect(search({ point: [151, 2.1] })).toEqual({ done: searchSteps, found: 1, rows: [1] });
  const circle = { shape: 'circle', values: [151.5, 2.1, 0.6] } as const;
  expect(search(circle)).toMatchObject({ found: 2, rows: [1, 2] });
  expect(search(circle, 1)).toMatchObject({ done: searchSteps, found: 2 });
  // A search that goes on holds what it searches.
  const late = index.search();
  expect(call('openIndex', join(folder, 'none'))).toThrow(expect.objectContaining({ kind: 'data' }));
  expect(() => index.row(4)).toThrow(expect.objectContaining({ kind: 'usage', code: 'NO_SUCH_ROW' }));
  index.close();
  index.close();
  for (const closed of [() => index.find(rows[0]?.uuid as string), () => index.search()])
    expect(closed).toThrow(expect.objectContaining({ kind: 'fatal', code: 'CLOSED' }));
  const task = { search: late.handle, searches: [{ region: circle }], most: 4 };
  expect(native.searchIndex(task, 0, new Int32Array(1), 1000).found).toBe(2);
  expect(native.overlaps(rows[0]?.footprint as number[], { point: [150, 2.1] })).toBe(true);
  expect(native.overlaps(rows[0]?.footprint as number[], { shape: 'circle', values: [160, 2, 1] })).toBe(
    false,
  );
});
