// What an ingest asks of an archive: of files that it does not meet nothing. Counted. Oracle: the files as they were written.
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PackReader } from '../../src/archive/pack-reader.ts';
import { DuckCatalog } from '../../src/catalog/duckdb/catalog.ts';
import { ingest } from '../../src/index.ts';
import { imageAt } from '../support/archive.ts';

const labels = { collection: 'Lookups', repo: 'lookups' };
let top: string;
const path = (n: number) => join(top, 'files', `${n}.fits`);
const write = (n: number, visit = n) => writeFileSync(path(n), imageAt(150 + n, 2, { EXPNUM: visit }));

beforeEach(async () => {
  top = mkdtempSync(join(tmpdir(), 'vignet-lookups-'));
  mkdirSync(join(top, 'files'));
  for (const n of [1, 2, 3, 4]) write(n);
  expect(await ingest(join(top, 'archive'), [join(top, 'files')], labels)).toMatchObject({ ingested: 4 });
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(top, { recursive: true, force: true });
});

/** Questions for rows of datasets, and entries that were read, while files are ingested. */
async function asked(...numbers: number[]) {
  const select = vi.spyOn(DuckCatalog.prototype, 'select');
  const read = vi.spyOn(PackReader.prototype, 'read');
  const report = await ingest(join(top, 'archive'), numbers.map(path), {
    ...labels,
    root: join(top, 'files'),
  });
  const datasets = select.mock.calls.filter(([{ from = 'dataset' }]) => from === 'dataset');
  return { report, datasets: datasets.length, entries: read.mock.calls.length };
}

it('nothing of a new file', async () => {
  write(5);
  const { report, datasets, entries } = await asked(5);
  expect(report).toMatchObject({ ingested: 1, replaced: 0, unchanged: 0 });
  expect([datasets, entries]).toEqual([0, 0]);
});

it('nothing of an unchanged file but its row of the index', async () => {
  const { report, datasets, entries } = await asked(1, 2);
  expect(report).toMatchObject({ ingested: 0, replaced: 0, unchanged: 2 });
  expect([datasets, entries]).toEqual([0, 0]);
});

it('nothing of a changed file, which replaces what was there', async () => {
  utimesSync(path(3), 1_000_000, 1_000_000);
  const { report, datasets, entries } = await asked(3, 4);
  expect(report).toMatchObject({ ingested: 0, replaced: 1, unchanged: 1 });
  expect([datasets, entries]).toEqual([0, 0]);
});

it('nothing of the same file in another collection, where it is another dataset', async () => {
  const other = { ...labels, collection: 'Other', root: join(top, 'files') };
  expect(await ingest(join(top, 'archive'), [path(1)], other)).toMatchObject({ ingested: 1, replaced: 0 });
  expect((await asked(1, 2)).report).toMatchObject({ ingested: 0, replaced: 0, unchanged: 2 });
});
