// Seek points: made at ingest, found by ID, and of no effect on any byte of an answer.

import {
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { native } from '../../src/addon/addon.ts';
import { openArchive } from '../../src/archive/archive.ts';
import type { ReadableDataset } from '../../src/archive/dataset-search.ts';
import { type IngestOptions, ingest } from '../../src/ingest/index.ts';
import { simulate } from '../../src/simulate/index.ts';
import { folder } from '../support/archive.ts';

const labels: IngestOptions = { collection: 'Test', repo: 'test' };
const out = mkdtempSync(join(tmpdir(), 'vignet-seek-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

let file = '';
beforeAll(async () => {
  const { files } = await simulate({
    out,
    scale: 0.3,
    visits: 1,
    detectors: 1,
    fullSize: 0,
    bands: ['r'],
    types: ['visit_image'],
    workers: 0,
  });
  file = join(out, files[0]?.path as string);
});

async function only(dir: string): Promise<ReadableDataset> {
  const archive = await openArchive(dir);
  try {
    for await (const [row] of archive.as(ANONYMOUS).list())
      return await archive.as(ANONYMOUS).resolve(row?.id ?? '');
    throw new Error('the archive is empty');
  } finally {
    await archive.close();
  }
}

const control = new Int32Array(1);

/** A masked image of a box; `seek` as the dataset has it, unless told otherwise. */
function cut({ layout, sources, seek: held }: ReadableDataset, x: number, y: number, seek = held): Buffer {
  const request = { box: { x0: x, y0: y, x1: x + 51, y1: y + 51 }, detail: 'MaskedImage' } as const;
  const answer = new Uint8Array(native.planCutout(layout, request).size);
  const task = { layout, sources, request, begin: 0, ...(seek && { seek }) };
  expect(native.fillCutout(task, answer, 0, control, 10_000).done).toBe(answer.length);
  return Buffer.from(answer);
}

const places = [
  [0, 0],
  [600, 300],
  [1170, 1149],
  [255, 1100],
] as const;

function expectSame(dataset: ReadableDataset, seek = dataset.seek): void {
  for (const [x, y] of places) {
    const plain = cut({ ...dataset, seek: undefined } as unknown as ReadableDataset, x, y);
    expect(cut(dataset, x, y, seek).equals(plain), `${x},${y}`).toBe(true);
  }
}

describe('an ingest', () => {
  it('makes seek points of row-tiled files, a few per cent of them, and answers are the same', async () => {
    const dir = folder();
    expect(await ingest(dir, [out], labels)).toMatchObject({ ingested: 1, failed: 0 });
    const dataset = await only(dir);
    expect(dataset.seek).toMatchObject({ root: join(dir, 'packs'), path: '1.pack' });
    expect(dataset.seek?.length).toBeGreaterThan(1000);
    expect(dataset.seek?.length).toBeLessThan(statSync(file).size * 0.04);
    expectSame(dataset);
  });

  it('is idempotent, makes none with seek: false, and adds them to unchanged files with seek: true', async () => {
    const dir = folder();
    expect(await ingest(dir, [out], { ...labels, seek: false })).toMatchObject({ ingested: 1 });
    const before = await only(dir);
    expect(before.seek).toBeUndefined();
    expectSame(before);
    expect(await ingest(dir, [out], labels)).toMatchObject({ unchanged: 1, replaced: 0 });
    expect((await only(dir)).seek).toBeUndefined();
    expect(await ingest(dir, [out], { ...labels, seek: true })).toMatchObject({ replaced: 1, failed: 0 });
    const after = await only(dir);
    expect(after.seek).toBeDefined();
    expect(after.version).toBe(before.version);
    expect(await ingest(dir, [out], { ...labels, seek: true })).toMatchObject({ unchanged: 1, replaced: 0 });
    expect(await ingest(dir, [out], labels)).toMatchObject({ unchanged: 1, replaced: 0 });
    expect(await only(dir)).toEqual(after);
  });

  it('remembers that a file has nothing worth storing', async () => {
    const [dir, plain] = [folder(), folder()];
    const { plainImage } = await import('../support/fits.ts');
    writeFileSync(join(plain, 'a.fits'), plainImage(40, 30, {}));
    expect(await ingest(dir, [plain], { ...labels, seek: true })).toMatchObject({ ingested: 1 });
    expect((await only(dir)).seek).toBeUndefined();
    expect(await ingest(dir, [plain], { ...labels, seek: true })).toMatchObject({ unchanged: 1 });
  });

  it('asks whoever it is told to, and lets no failure of theirs cost the dataset', async () => {
    const dir = folder();
    const failing = async () => {
      native.fillCutout({} as never, new Uint8Array(1), 0, control, 1000);
      return undefined;
    };
    await expect(ingest(dir, [out], { ...labels, seekOf: failing })).resolves.toMatchObject({ failed: 1 });
    const damaged = async (layout: Uint8Array) => {
      native.describeLayout(layout.slice(1));
      return undefined;
    };
    await expect(ingest(dir, [out], { ...labels, seekOf: damaged })).resolves.toMatchObject({ ingested: 1 });
    expect((await only(dir)).seek).toBeUndefined();
  });
});

describe('seek points that cannot be used', () => {
  it('are ignored: damaged, cut short, elsewhere, or gone with their pack', async () => {
    const dir = folder();
    await ingest(dir, [out], labels);
    const dataset = await only(dir);
    const seek = dataset.seek as NonNullable<typeof dataset.seek>;
    const pack = readFileSync(join(seek.root, seek.path));
    const copy = (bytes: Buffer) => {
      writeFileSync(join(dir, 'copy.pack'), bytes);
      return { ...seek, root: dir, path: 'copy.pack' };
    };
    for (let at = 0; at < seek.length; at += Math.ceil(seek.length / 97)) {
      const bytes = Buffer.from(pack);
      bytes[seek.offset + at] = (bytes[seek.offset + at] as number) ^ (1 << (at % 8));
      expectSame(dataset, copy(bytes));
    }
    expectSame(dataset, copy(pack.subarray(0, seek.offset + seek.length / 2)));
    expectSame(dataset, { ...seek, length: seek.length - 1 });
    expectSame(dataset, { ...seek, length: 10 });
    expectSame(dataset, { ...seek, offset: seek.offset + 1 });
    expectSame(dataset, { ...seek, offset: Number.MAX_SAFE_INTEGER });
    expectSame(dataset, { ...seek, path: 'no.pack' });
    expectSame(dataset, { ...seek, root: join(dir, 'none') });
    expectSame(dataset, { ...seek, path: '../copy.pack' });
    truncateSync(join(seek.root, seek.path), 0);
    expectSame(dataset);
  });

  it('are not those of a file that has changed: the file itself says so', async () => {
    const [dir, root] = [folder(), folder()];
    const moved = join(root, 'image.fits');
    writeFileSync(moved, readFileSync(file));
    await ingest(dir, [root], labels);
    const before = await only(dir);
    utimesSync(moved, new Date(), new Date(Date.now() - 60_000));
    expect(() => cut(before, 0, 0)).toThrow(/changed/);
    await ingest(dir, [root], labels);
    const after = await only(dir);
    // The points of before, held against the layout of after: stale.
    expectSame(after, before.seek);
    expectSame(after);
  });
});
