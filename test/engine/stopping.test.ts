// Every kind of task, stopped at polls of its control word that are chosen at random: what the addon does between two polls is bounded by
// native/test/39.polls.cc. Polls are counted, so that nothing depends on speed.
import { closeSync, ftruncateSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { ANONYMOUS as principal } from '../../src/access/principal.ts';
import type { DatasetIndex } from '../../src/addon/dataset-index.ts';
import type { ListedDataset } from '../../src/archive/dataset-search.ts';
import { currentGeneration, generationPath, openIndexIn } from '../../src/archive/generation.ts';
import { ALWAYS } from '../../src/catalog/predicate.ts';
import { Engine } from '../../src/engine/engine.ts';
import { oneCall } from '../../src/engine/task-kind.ts';
import { describeTask } from '../../src/engine/tasks/describe.ts';
import { digestTask } from '../../src/engine/tasks/digest.ts';
import { imagesTask } from '../../src/engine/tasks/images.ts';
import { taskKinds } from '../../src/engine/tasks/index.ts';
import { layoutTask } from '../../src/engine/tasks/layout.ts';
import { previewTask } from '../../src/engine/tasks/preview.ts';
import { rawCardsTask } from '../../src/engine/tasks/raw-cards.ts';
import { readyTask } from '../../src/engine/tasks/ready.ts';
import { seekTask } from '../../src/engine/tasks/seek.ts';
import { Vignet } from '../../src/products/vignet.ts';
import { parseMosaic } from '../../src/vo/mosaic/request.ts';
import { parseSodaSync } from '../../src/vo/soda/request.ts';
import { parseStack } from '../../src/vo/stack/request.ts';
import { nothingUnderWay, underWay } from '../support/engine-totals.ts';
import { until } from '../support/until.ts';

/** Tasks that products gave to threads: the last of each kind. */
const seen = vi.hoisted(() => new Map<string, Record<string, unknown>>());
vi.mock('../../src/engine/perform.ts', async (original) => {
  const real = await original<typeof import('../../src/engine/perform.ts')>();
  return {
    perform: (...[order, words]: Parameters<typeof real.perform>) => {
      seen.set(order.kind, order.task as Record<string, unknown>);
      return real.perform(order, words);
    },
  };
});

const folder = mkdtempSync(join(tmpdir(), 'vignet-stopping-'));
let vignet: Vignet;
/** Of the sample. */
let index: DatasetIndex;
let file: number;
/** More than the mosaic has. */
const FILE_BYTES = 5_000_000;

/** The file holds zeros only. */
function emptied(): void {
  ftruncateSync(file, 0);
  ftruncateSync(file, FILE_BYTES);
}

beforeAll(async () => {
  file = openSync(join(folder, 'mosaic.fits'), 'w+');
  const sample = inject('sample');
  index = openIndexIn(generationPath(sample, currentGeneration(sample)));
  vignet = await Vignet.open(sample, { engine: { threads: 0 } });
  const all: ListedDataset[] = [];
  for await (const rows of vignet.archive.as(principal).list()) all.push(...rows);
  const visit = all.find((row) => row.dataset_type === 'visit_image') as ListedDataset;
  const coadd = all.find((row) => row.dataset_type === 'deep_coadd') as ListedDataset;
  const circle = ({ s_ra, s_dec }: ListedDataset, radius: number) => `${s_ra} ${s_dec} ${radius}`;
  const cutout = (more: Record<string, string>) => {
    const { id, ...request } = parseSodaSync(
      Object.entries({ ID: visit.id, CIRCLE: circle(visit, 0.01), ...more }),
    );
    return vignet.cutout(id, request, { principal });
  };
  const stack = (more: Record<string, string>) =>
    vignet.stack(parseStack(Object.entries({ RA: `${visit.s_ra}`, DEC: `${visit.s_dec}`, ...more })), {
      principal,
    });
  const mosaic = (more: Record<string, string>) =>
    vignet.mosaic(
      parseMosaic(Object.entries({ CIRCLE: circle(coadd, 0.01), DPSUBTYPE: 'deep_coadd', ...more })),
      { principal },
    );
  const combined = { BAND: 'r', COMBINE: 'weighted', BACKGROUND: 'match', ROTATION: '20' };
  for (const answer of [
    await cutout({ CUTOUTDETAIL: 'MaskedImage' }),
    await cutout({ COMPRESS: 'rice' }),
    await cutout({ RESPONSEFORMAT: 'image/png' }),
    await stack({ CUTOUTDETAIL: 'MaskedImage', SIZE: '101' }),
    await stack({ RESPONSEFORMAT: 'png' }),
    await mosaic({ RGB: 'i,r,g', RESPONSEFORMAT: 'image/png' }),
    await mosaic(combined),
  ])
    await answer?.bytes();
  const toFile = await mosaic({ BAND: 'r', ROTATION: '20' });
  const handle = await (await import('node:fs/promises')).open(join(folder, 'first.fits'), 'w+');
  await toFile?.save?.(handle);
  await handle.close();
  await vignet.archive.as(principal).coverage(ALWAYS, 10);
  const { layout, sources } = await vignet.archive.as(principal).resolve(visit.id);
  await vignet.engine.run(seekTask, { layout, sources });
  await vignet.engine.run(describeTask, { layout });
  await vignet.engine.run(rawCardsTask, { layout, sources, most: 1e7 });
  await vignet.engine.run(previewTask, { layout, sources, maxSide: 256 });
  emptied();
  await vignet.engine.run(digestTask, { descriptor: file, offset: 0, size: FILE_BYTES });
  await vignet.engine.run(imagesTask, sources[0] as (typeof sources)[0]);
  await vignet.engine.run(layoutTask, [{ source: sources[0] as (typeof sources)[0] }]);
  await vignet.engine.run(readyTask, undefined);
}, 120_000);

afterAll(async () => {
  await vignet.close();
  index.close();
  closeSync(file);
  rmSync(folder, { recursive: true, force: true });
});

/** Kinds whose calls take some 10 µs, or, for a layout, are bounded by the size of a file's headers: they run to their end. */
const short = ['plan', 'images', 'layout', 'ready', 'describe', 'raw-cards'];

const shared = (bytes: number) => new Uint8Array(new SharedArrayBuffer(bytes));

/** The task with fresh memory to write into, and how what it writes is read. */
function fresh(kind: string): { task: unknown; written: () => Uint8Array } {
  const task = seen.get(kind) as Record<string, unknown>;
  if (kind === 'index-search') {
    const search = index.search();
    return { task: { ...task, search: search.handle }, written: () => new Uint8Array(search.rows().buffer) };
  }
  for (const name of ['out', 'cells'] as const) {
    const memory = task?.[name];
    if (!(memory instanceof Uint8Array)) continue;
    const own = shared(memory.byteLength);
    return { task: { ...task, [name]: own }, written: () => own };
  }
  if (kind === 'mosaic-save') {
    emptied();
    return { task: { ...task, file }, written: () => readFileSync(join(folder, 'mosaic.fits')) };
  }
  return { task, written: () => new Uint8Array() };
}

interface Turned {
  readonly result?: unknown;
  readonly error?: string;
  readonly polls: number;
}

/** One call; at poll `at` the control word becomes `word`. Polls of our own code are counted as the addon's are. */
function turn(kind: string, task: unknown, { at = 0, word = 0, cursor = 0, deadlineMs = 1e9 } = {}): Turned {
  const control = new Int32Array(new SharedArrayBuffer(16));
  control.set([0, 0, at, word]);
  const polls = control.subarray(1, 2) as Int32Array & { 0: number };
  const load = Atomics.load as (array: Int32Array, index: number) => number;
  const counted = (array: Int32Array, index: number) => {
    if (array.buffer === control.buffer && ++polls[0] === at) control[0] = word;
    return load(array, index);
  };
  const spy = vi.spyOn(Atomics as { load: typeof load }, 'load').mockImplementation(counted);
  try {
    const result = taskKinds.get(kind)?.run(task, { cursor, control, deadlineMs });
    return { result, polls: polls[0] };
  } catch (error) {
    return { error: (error as { code?: string }).code ?? String(error), polls: polls[0] };
  } finally {
    spy.mockRestore();
  }
}

const source = (kind: string) =>
  readFileSync(new URL(`../../src/engine/tasks/${kind}.ts`, import.meta.url), 'utf8');

const kinds = readdirSync(new URL('../../src/engine/tasks', import.meta.url))
  .map((name) => name.replace(/\.ts$/, ''))
  .filter((name) => /kind: '/.test(source(name)));

/**
 * Calls that come back with a cursor when they are asked to, and polls that these tasks make at most until they do: to the end of a team of
 * rows, of a search's cells, of a footprint, of a stamp. A mosaic ends what it has begun of its inputs.
 */
const mostPolls = {
  coverage: 1024,
  fill: 128,
  'index-search': 64,
  mosaic: Number.POSITIVE_INFINITY,
  'mosaic-save': Number.POSITIVE_INFINITY,
  stack: 128,
} as const;
const yielding = Object.keys(mostPolls) as (keyof typeof mostPolls)[];

it('every kind of the folder is known, and was given a task', () => {
  expect([...taskKinds.keys()].sort()).toEqual(kinds.toSorted());
  expect([...seen.keys()].sort()).toEqual(kinds.toSorted());
  expect(yielding.toSorted()).toEqual(kinds.filter((kind) => /yields: true/.test(source(kind))).toSorted());
});

describe.each(kinds.filter((kind) => !short.includes(kind)))('%s', (kind) => {
  it('stops at the very poll at which it is cancelled, and says so', () => {
    const whole = turn(kind, fresh(kind).task);
    expect(whole.error).toBeUndefined();
    expect(whole.polls).toBeGreaterThan(0);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: whole.polls }), (at) => {
        expect(turn(kind, fresh(kind).task, { at, word: 2 })).toEqual({ error: 'CANCELLED', polls: at });
      }),
      { numRuns: 12 },
    );
  });

  it('stops at its first poll when its time is over', () => {
    expect(turn(kind, fresh(kind).task, { deadlineMs: 0 })).toEqual({ error: 'DEADLINE', polls: 1 });
  });
});

const done = ({ result }: Turned) => (result as { readonly done: number }).done;

describe.each(yielding)('%s', (kind) => {
  it('makes way within some polls of being asked, and goes on from there to the same bytes', () => {
    const at = fresh(kind);
    const whole = turn(kind, at.task);
    const expected = Buffer.from(at.written());
    const most: number[] = [];
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: whole.polls }), { minLength: 1, maxLength: 4 }),
        (polls) => {
          const { task, written } = fresh(kind);
          let cursor = 0;
          for (const at of polls) {
            const call = turn(kind, task, { at, word: 1, cursor });
            expect(call.error).toBeUndefined();
            most.push(call.polls - at);
            expect(done(call)).toBeGreaterThanOrEqual(cursor);
            cursor = done(call);
          }
          if (cursor < done(whole)) expect(done(turn(kind, task, { cursor }))).toBe(done(whole));
          expect(Buffer.compare(written(), expected)).toBe(0);
        },
      ),
      { numRuns: 12 },
    );
    expect(Math.max(...most)).toBeLessThanOrEqual(mostPolls[kind]);
  });
});

describe('an engine', () => {
  it.each(
    kinds.filter((kind) => kind !== 'ready'),
  )('has nothing left of a %s that was given up', async (kind) => {
    const engine = new Engine({ threads: 1 });
    const given = (run: string) => oneCall<unknown, unknown>({ kind: run, run: () => expect.unreachable() });
    const [first, second] = [engine.request(), engine.request()];
    const runs = [first.run(given(kind), fresh(kind).task), second.run(given(kind), fresh(kind).task)];
    const lease = await first.buffer(1000);
    await until(() => underWay(engine).running > 0);
    first.close();
    second.close();
    // Whether the first was still running when it was given up is a matter of luck; the second was queued.
    const [, queued] = await Promise.allSettled(runs);
    expect(queued).toMatchObject({ status: 'rejected', reason: { code: 'CANCELLED' } });
    lease.release();
    expect(underWay(engine)).toEqual(nothingUnderWay);
    await engine.close();
  });
});
