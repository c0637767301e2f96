// Tables beside `dataset`, as different people see them: a row is seen by whoever may know one of its datasets. Oracle: the rows given.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownRights } from '../../src/access/policy.ts';
import { ANONYMOUS, OPERATOR, type Principal } from '../../src/access/principal.ts';
import { type Archive, openArchive } from '../../src/archive/archive.ts';
import { EMPTY_CONFIG, keepConfig } from '../../src/archive/config.ts';
import {
  ALWAYS,
  equals,
  exists,
  not,
  of,
  type Predicate,
  type ScalarOf,
} from '../../src/catalog/predicate.ts';
import { rowFor } from '../../src/catalog/tables.ts';
import { publish } from '../../src/ingest/publish.ts';
import { rowOf, uuidOf } from '../catalog/rows.ts';

const anna: Principal = { name: 'anna', groups: ['survey'] };
const bert: Principal = { name: 'bert' };

/** Visit 1: a detector is public, another Anna's. Visit 2: Anna's group's. Visit 3: of the operator only. Visit 4: without datasets. */
const datasets = [
  { n: 1, visit: 1, detector: 1 },
  { n: 2, visit: 1, detector: 2, owner: 'anna' },
  { n: 3, visit: 2, detector: 1, grp: 'survey' },
  { n: 4, visit: 3, detector: 1, owner: 'nobody' },
].map(({ n, visit, detector, owner = null, grp = null }) =>
  rowOf({
    uuid: uuidOf(n),
    obs_collection: 'A',
    instrument_name: 'Cam',
    lsst_visit: visit,
    lsst_detector: detector,
    run: `run ${visit}`,
    data_rights: n === 1 ? 'public' : 'proprietary',
    owner,
    grp,
    footprint: [10, 10, 0.1],
  }),
);

const key = { obs_collection: 'A', instrument: 'Cam' };
const input = (output: number, of: number | null, named: string) =>
  rowFor('dataset_input', {
    output: uuidOf(output),
    position: 0,
    role: 'input',
    named,
    input: of === null ? null : uuidOf(of),
  });

const tables = {
  visit: [1, 2, 3, 4].map((visit) => rowFor('visit', { ...key, visit, seeing: visit / 2 })),
  visit_detector: datasets.map(({ lsst_visit, lsst_detector }) =>
    rowFor('visit_detector', { ...key, visit: lsst_visit ?? 0, detector: lsst_detector ?? 0 }),
  ),
  // From the public dataset to one of each owner, and to a file that the archive does not have.
  dataset_input: [
    input(1, 2, 'of anna'),
    input(2, 1, 'public'),
    input(3, 4, 'secret'),
    input(4, null, 'file'),
  ],
  run: [1, 2, 3].map((n) => rowFor('run', { obs_collection: 'A', name: `run ${n}` })),
};

const beside = [{ dataset_input: [], registry: tables }];

let archive: Archive;
const folder = mkdtempSync(join(tmpdir(), 'vignet-tables-'));
beforeAll(async () => {
  await keepConfig(folder, EMPTY_CONFIG);
  await publish(folder, { end: { pack: 1, offset: 0 }, drop: [], add: datasets, beside });
  archive = await openArchive(folder, { policy: ownRights });
});
afterAll(async () => {
  await archive.close();
  rmSync(folder, { recursive: true });
});

async function visits(principal: Principal, where: Predicate<ScalarOf<'visit'>> = ALWAYS): Promise<number[]> {
  const found: number[] = [];
  const query = { from: 'visit', columns: ['visit'], where, order: ['visit'] } as const;
  for await (const rows of archive.as(principal).rows(query)) found.push(...rows.map(({ visit }) => visit));
  return found;
}

describe('a row of another table', () => {
  it('is seen exactly by whoever may know a dataset of it', async () => {
    expect(await visits(ANONYMOUS)).toEqual([1]);
    expect(await visits(bert)).toEqual([1]);
    expect(await visits(anna)).toEqual([1, 2]);
    expect(await visits(OPERATOR)).toEqual([1, 2, 3]);
  });

  it('is of a detector only where that detector is known', async () => {
    const seen = async (principal: Principal) => {
      const found: string[] = [];
      const columns = ['visit', 'detector'] as const;
      const query = { from: 'visit_detector', columns, where: ALWAYS, order: columns } as const;
      for await (const rows of archive.as(principal).rows(query))
        found.push(...rows.map(({ visit, detector }) => `${visit}-${detector}`));
      return found;
    };
    expect(await seen(ANONYMOUS)).toEqual(['1-1']);
    expect(await seen(anna)).toEqual(['1-1', '1-2', '2-1']);
    expect(await seen(OPERATOR)).toEqual(['1-1', '1-2', '2-1', '3-1']);
  });

  it('that joins two datasets is seen where both may be known', async () => {
    const seen = async (principal: Principal) => {
      const found: string[] = [];
      const query = { from: 'dataset_input', columns: ['named'], where: ALWAYS, order: ['output'] } as const;
      for await (const rows of archive.as(principal).rows(query))
        found.push(...rows.map(({ named }) => named));
      return found;
    };
    expect(await seen(ANONYMOUS)).toEqual([]);
    expect(await seen(anna)).toEqual(['of anna', 'public']);
    expect(await seen(OPERATOR)).toEqual(['of anna', 'public', 'secret', 'file']);
  });

  it('cannot be asked about through a condition on datasets', async () => {
    const ofVisit = [['lsst_visit', 'visit']] as const;
    const seeing = (least: number) => exists('visit', ofVisit, not(of('visit').lessThan('seeing', least)));
    expect(await archive.as(anna).count(seeing(1))).toBe(1);
    expect(await archive.as(OPERATOR).count(seeing(1))).toBe(2);
    // Whether a dataset that Bert may not know of has an owner.
    const hidden = exists('dataset', [['obs_collection', 'obs_collection']], equals('owner', 'nobody'));
    expect(await archive.as(bert).count(hidden)).toBe(0);
    expect(await archive.as(bert).count(not(hidden))).toBe(1);
    expect(await archive.as(OPERATOR).count(hidden)).toBe(4);
    expect(await archive.as(bert).coverage(hidden, 5)).toEqual(new Uint32Array());
    expect((await archive.as(OPERATOR).coverage(hidden, 5)).length).toBeGreaterThan(0);
  });

  it('is narrowed by conditions on its own columns', async () => {
    expect(await visits(OPERATOR, of('visit').lessThan('seeing', 1.2))).toEqual([1, 2]);
  });
});
