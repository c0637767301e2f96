// What a registry holds is read the same from SQLite and from PostgreSQL, of the universes of 2021 and of today. The registries are made
// table by table in test/support/butler.ts; expected values are those that went in, times by astropy (see each).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExpandedDataset } from '../../../src/ingest/butler/registry/dimension-records.ts';
import { ButlerCandidates, type ButlerSelection } from '../../../src/ingest/butler/source.ts';
import { ingestDateOf } from '../../../src/ingest/butler/timespan.ts';
import { folder } from '../../support/archive.ts';
import {
  makeTables,
  polygonText,
  postgresRegistry,
  type Span,
  sqliteRegistry,
  TestButler,
  type TestRegistry,
  uuidOf,
  writeConfig,
} from '../../support/butler.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';

const DETECTOR = 'instrument:text detector:int visit:int';
const dashed = (uuid: string) => uuid.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** 2026-06-15T21:42:00.761809 UTC as MJD: astropy.time.Time('2026-06-15T21:42:00.761809').mjd. */
const INGESTED = 61_206.904175483905;
/** 2016-12-31T23:59:59 to 2017-01-01T00:00:01 UTC, with a leap second between; TAI − UTC is 36 s, then 37 s. */
const LEAP: Span = [1_483_228_835_000_000_000n, 1_483_228_838_000_000_000n];
const LAST = 4_102_444_800_000_000_000n;

async function fill(butler: TestButler): Promise<void> {
  const { registry, universe } = butler;
  const isOld = universe < 6;
  await butler.collection('run/a', 'run');
  await butler.collection('run/b', 'run');
  await butler.collection('run/raw', 'run');
  await butler.collection('best', 'tagged');
  await butler.collection('calib', 'calibration');
  await butler.collection('inner', 'chained', ['run/b', 'run/a']);
  await butler.collection('release', 'chained', ['inner', 'best', 'run/raw', 'calib']);
  await butler.type('calexp', 'ExposureF', DETECTOR);
  await butler.type('raw', 'Exposure', 'instrument:text detector:int exposure:int');
  await butler.type('bias', 'ExposureF', 'instrument:text detector:int');
  await butler.type('deep_coadd', 'CellCoadd', 'band:text skymap:text tract:int patch:int');
  await butler.type('src', 'SourceCatalog', DETECTOR);
  await registry.insert('instrument', [{ name: 'Cam', class_name: 'lsst.Cam' }]);
  await registry.insert('physical_filter', [{ instrument: 'Cam', name: 'r_57', band: 'r' }]);
  await registry.insert('detector', [{ instrument: 'Cam', id: 7, full_name: 'R22_S11', raft: 'R22' }]);
  await registry.insert('skymap', [{ name: 'rings' }]);
  await registry.insert('tract', [
    { skymap: 'rings', id: 3, region: polygonText([9, 9], [12, 9], [10, 12]) },
  ]);
  await registry.insert('patch', [
    { skymap: 'rings', tract: 3, id: 4, region: polygonText([10, 10], [11, 10], [11, 11], [10, 11]) },
  ]);
  const common = { instrument: 'Cam', physical_filter: 'r_57', exposure_time: 30 };
  const day = isOld ? {} : { day_obs: 20_161_231 };
  await registry.insert('visit', [
    {
      ...{ ...common, ...day, id: 100, name: 'V100', target_name: 'M13', timespan: LEAP },
      region: polygonText([9, -1], [11, -1], [11, 1], [9, 1]),
    },
    { ...common, ...day, id: 101, name: 'V101', target_name: null, region: null, timespan: [0n, LAST] },
  ]);
  await registry.insert('exposure', [
    { ...common, ...day, id: 900, obs_id: 'E900', target_name: 'M13', timespan: LEAP },
  ]);
  await registry.insert('visit_definition', [{ instrument: 'Cam', exposure: 900, visit: 100 }]);
  await registry.insert('visit_detector_region', [
    ...[{ instrument: 'Cam', detector: 7, visit: 100, region: polygonText([10, 0], [10.2, 0], [10.1, 0.2]) }],
  ]);
  if (!isOld) await registry.insert('day_obs', [{ instrument: 'Cam', id: 20_161_231, timespan: LEAP }]);
  const first = { instrument: 'Cam', detector: 7, visit: 100 };
  const second = { instrument: 'Cam', detector: 7, visit: 101 };
  await butler.dataset('calexp', 'run/a', uuidOf(1), first, 'run/a/1.fits');
  await butler.dataset('calexp', 'run/a', uuidOf(2), second, 'run/a/2.fits');
  await butler.dataset('calexp', 'run/b', uuidOf(3), first, 'run/b/3.fits');
  await butler.tag('calexp', 'best', [{ uuid: uuidOf(2), dataId: second }]);
  await butler.dataset('raw', 'run/raw', uuidOf(4), { instrument: 'Cam', detector: 7, exposure: 900 });
  const bias = { instrument: 'Cam', detector: 7 };
  await butler.dataset('bias', 'run/raw', uuidOf(5), bias, 'bias.fits');
  await butler.certify('bias', 'calib', 1, uuidOf(5), bias, [LEAP[0], LAST]);
  const coadd = { band: 'r', skymap: 'rings', tract: 3, patch: 4 };
  await butler.dataset('deep_coadd', 'run/b', uuidOf(6), coadd, 'coadd.fits');
  await butler.dataset('src', 'run/a', uuidOf(7), first, 'src.fits');
}

/** A registry of some kind, with the repository that leads to it. */
interface Made {
  readonly repository: string;
  readonly registry: TestRegistry;
}

/** Folders that last as long as the file's tests. */
const made: string[] = [];
function ownFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'vignet-registry-test-'));
  made.push(path);
  return path;
}
afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
  return () => server.stop();
});

const engines: readonly [string, () => Promise<Made>][] = [
  [
    'SQLite',
    async () => {
      const repository = ownFolder();
      writeConfig(repository);
      return { repository, registry: sqliteRegistry(join(repository, 'gen3.sqlite3')) };
    },
  ],
  [
    'PostgreSQL',
    async () => {
      const repository = ownFolder();
      const url = server.database();
      const files = 'datastore: {root: <butlerRoot>}\n';
      writeConfig(repository, url, `${files}includeConfigs: namespace.yaml\n`);

      writeFileSync(join(repository, 'namespace.yaml'), 'registry: {namespace: "Odd name"}\n');
      return { repository, registry: await postgresRegistry(url, 'Odd name') };
    },
  ],
];

async function listed(selection: ButlerSelection): Promise<ExpandedDataset[]> {
  const source = await ButlerCandidates.open(selection);
  try {
    const all: ExpandedDataset[] = [];
    for await (const page of source.datasets()) all.push(...page);
    return all;
  } finally {
    await source.close();
  }
}

/** Type and number of each dataset, in the order of the list. */
const names = (all: readonly ExpandedDataset[]) =>
  all.map(
    ({ type, uuid }) => `${type.name} ${[1, 2, 3, 4, 5, 6, 7].find((n) => dashed(uuidOf(n)) === uuid)}`,
  );

describe.each(engines)('a registry in %s', (_, make) => {
  describe.each([8, 1])('of universe %i', (universe) => {
    let repository = '';
    beforeAll(async () => {
      const { repository: path, registry } = await make();
      repository = path;
      await makeTables(registry, universe);
      await fill(new TestButler(registry, universe));
      await registry.close();
    });

    it('lists every image of all collections, with its records', async () => {
      const all = await listed({ repository });
      // Tagged and calibration collections list theirs once more.
      expect(names(all).sort()).toEqual([
        ...['bias 5', 'bias 5', 'calexp 1', 'calexp 2', 'calexp 2', 'calexp 3', 'deep_coadd 6', 'raw 4'],
      ]);
      const calexp = all.find(({ uuid }) => uuid === dashed(uuidOf(1)));
      const isOld = universe < 6;
      expect(calexp).toMatchObject({
        run: 'run/a',
        dataId: { instrument: 'Cam', detector: 7, visit: 100 },
        fullId: { physical_filter: 'r_57', band: 'r', ...(isOld ? {} : { day_obs: 20_161_231 }) },
        records: {
          visit: { name: 'V100' },
          detector: { full_name: 'R22_S11' },
          physical_filter: { band: 'r' },
          visit_detector_region: { region: polygonText([10, 0], [10.2, 0], [10.1, 0.2]) },
        },
      });
      expect(ingestDateOf(calexp?.ingestDate)).toBeCloseTo(INGESTED, 9);
      const bias = all.filter(({ type }) => type.name === 'bias').map(({ validity }) => validity);
      // 2016-12-31T23:59:59 UTC is second 86,399 of a day of 86,401.
      const begin = expect.closeTo(57_753 + 86_399 / 86_401, 11);
      expect(bias).toEqual(expect.arrayContaining([undefined, { begin, end: null }]));
    });

    it('searches chains depth first, and takes of one data ID what it finds first', async () => {
      const calexps = { repository, datasetTypes: ['calexp'] };
      expect(names(await listed({ ...calexps, collections: ['release'] }))).toEqual(['calexp 3', 'calexp 2']);
      expect(names(await listed({ ...calexps, collections: ['run/a', 'run/b'] }))).toEqual([
        ...['calexp 1', 'calexp 2'],
      ]);
      expect(names(await listed({ ...calexps, collections: ['run/?'] })).sort()).toEqual([
        ...['calexp 1', 'calexp 2', 'calexp 3'],
      ]);
      expect(names(await listed({ ...calexps, collections: ['best'] }))).toEqual(['calexp 2']);
    });

    it('selects dataset types by patterns, also those that are no images', async () => {
      const of = async (...datasetTypes: string[]) => names(await listed({ repository, datasetTypes }));
      expect(await of('src')).toEqual(['src 7']);
      expect(await of('*p_co?dd', 'src')).toEqual(['deep_coadd 6', 'src 7']);
      await expect(of('nothing*')).rejects.toMatchObject({
        ...{ kind: 'usage', code: 'UNKNOWN_TYPE', message: expect.stringContaining('calexp') },
      });
      await expect(listed({ repository, collections: ['run/z'] })).rejects.toMatchObject({
        ...{ kind: 'usage', code: 'UNKNOWN_COLLECTION', message: expect.stringContaining('run/a') },
      });
    });

    it('says what a dataset is: times in UTC, filter, region', async () => {
      const source = await ButlerCandidates.open({ repository });
      const files: unknown[] = [];
      for await (const found of source.candidates('C')) files.push('problem' in found && found.problem);
      await source.close();
      // No file was made. Each dataset is reported once, in however many collections it is.
      expect(files).toHaveLength(6);
      expect(files).toEqual(
        expect.arrayContaining([
          {
            ...{ path: 'run/a/1.fits', uuid: dashed(uuidOf(1)) },
            error: expect.objectContaining({ code: 'FILE_GONE' }),
          },
          {
            path: `raw {instrument: Cam, detector: 7, exposure: 900} (${dashed(uuidOf(4))})`,
            uuid: dashed(uuidOf(4)),
            error: expect.objectContaining({ code: 'NO_ARTIFACT' }),
          },
        ]),
      );
    });

    it('knows which datasets it no longer has', async () => {
      const source = await ButlerCandidates.open({ repository });
      const gone = dashed(uuidOf(99));
      expect(await source.registry.gone([dashed(uuidOf(1)), gone])).toEqual([gone]);
      await source.close();
    });
  });

  it('reads more datasets than a page, each once', async () => {
    const { repository, registry } = await make();
    await makeTables(registry);
    const butler = new TestButler(registry);
    await butler.collection('run', 'run');
    await butler.collection('other', 'run');
    await butler.type('calexp', 'ExposureF', DETECTOR);
    const all = Array.from({ length: 1203 }, (_, n) => ({
      uuid: uuidOf(n),
      dataId: { instrument: n % 2 === 0 ? 'Cam' : 'cam', detector: n % 7, visit: n },
    }));
    await butler.datasets('calexp', 'run', all);
    await butler.datasets('calexp', 'other', [{ uuid: uuidOf(5000), dataId: all[3]?.dataId ?? {} }]);
    await registry.close();
    const found = await listed({ repository, collections: ['other', 'run'] });
    expect(found).toHaveLength(1203);
    expect(new Set(found.map(({ uuid }) => uuid)).size).toBe(1203);
    expect(found[0]?.uuid).toBe(dashed(uuidOf(5000)));
    expect(found.some(({ uuid }) => uuid === dashed(uuidOf(3)))).toBe(false);
  });

  it.each<[string, (butler: TestButler) => Promise<unknown>, string, string]>([
    [
      'a chain that holds itself',
      async (butler) => {
        await butler.collection('a', 'chained');
        await butler.collection('b', 'chained', ['a']);
        await butler.chain('a', ['b']);
      },
      ...(['BAD_BUTLER', 'a → b → a'] as const),
    ],
    [
      'a universe of the future',
      ({ registry }) =>
        registry.run(
          `UPDATE butler_attributes SET value = '{"version": 9, "namespace": "daf_butler"}' WHERE name LIKE 'config%'`,
        ),
      ...(['BAD_BUTLER', 'received daf_butler 9'] as const),
    ],
    [
      "a universe of somebody's own",
      ({ registry }) =>
        registry.run(`UPDATE butler_attributes SET value = '{"version": 8, "namespace": "mine"}'`),
      ...(['BAD_BUTLER', 'received mine 8'] as const),
    ],
    ['no universe', ({ registry }) => registry.run('DELETE FROM butler_attributes'), 'BAD_BUTLER', 'none'],
    ['no table of datasets', ({ registry }) => registry.run('DROP TABLE dataset'), 'BAD_BUTLER_DATABASE', ''],
    [
      'a table of datasets that is another',
      async (butler) => {
        await butler.collection('run', 'run');
        await butler.type('calexp', 'ExposureF', DETECTOR);
        await butler.registry.run("UPDATE dataset_type SET tag_association_table = 'butler_attributes'");
      },
      ...(['BAD_BUTLER_DATABASE', 'butler_attributes'] as const),
    ],
    [
      'collections of a kind that is not known',
      async (butler) => {
        await butler.collection('run', 'run');
        await butler.registry.run('UPDATE collection SET type = 9');
      },
      ...(['BAD_BUTLER', '1 to 4'] as const),
    ],
  ])('is refused with %s', async (__, change, code, words) => {
    const { repository, registry } = await make();
    await makeTables(registry);
    await change(new TestButler(registry));
    await registry.close();
    await expect(listed({ repository })).rejects.toMatchObject({
      ...{ code, message: expect.stringContaining(words) },
    });
  });
});

describe('a registry in PostgreSQL', () => {
  it('is not written to, whoever the user is, and a statement has its time', async () => {
    const { openDatabase } = await import('../../../src/ingest/butler/open-database.ts');
    const { sql } = await import('../../../src/ingest/butler/sql.ts');
    const url = server.database();
    const database = await openDatabase({ kind: 'postgresql', url, namespace: undefined }, []);
    try {
      await expect(database.rows(sql`CREATE TABLE t (id INTEGER)`)).rejects.toMatchObject({
        ...{ code: 'BAD_BUTLER_DATABASE', message: expect.stringContaining('25006') },
      });
      expect(await database.rows(sql`SHOW statement_timeout`)).toEqual([{ statement_timeout: '1min' }]);
    } finally {
      await database.close();
    }
  });

  it('is asked only on hosts that are allowed, and may be away', async () => {
    const repository = folder();
    writeConfig(repository, 'postgresql://reader:secret@db.example.org/lsst');
    const refused = expect(ButlerCandidates.open({ repository })).rejects;
    await refused.toMatchObject({
      ...{ kind: 'usage', code: 'HOST_NOT_ALLOWED', message: expect.not.stringContaining('secret') },
    });
    writeConfig(repository, `postgresql://reader@/lsst?host=${encodeURIComponent(folder())}`);
    await expect(ButlerCandidates.open({ repository })).rejects.toMatchObject({
      ...{ kind: 'transient', code: 'REGISTRY_BUSY' },
    });
  });
});
