// The registry of a real survey: an export of HSC's, loaded into SQLite and into PostgreSQL, gives its 160 visits and 1,132 detectors with
// the corners (1e-9 degree), times (1e-10 day) and positions that PyYAML, numpy and astropy find in the export themselves.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { native } from '../../../src/addon/addon.ts';
import type { ExpandedDataset } from '../../../src/ingest/butler/registry/dimension-records.ts';
import { searchRegion } from '../../../src/ingest/butler/search-region.ts';
import { ButlerCandidates } from '../../../src/ingest/butler/source.ts';
import { timespanOf } from '../../../src/ingest/butler/timespan.ts';
import { ingestButler } from '../../../src/ingest/index.ts';
import { folder } from '../../support/archive.ts';
import {
  makeTables,
  postgresRegistry,
  putFile,
  sqliteRegistry,
  TestButler,
  type TestRegistry,
  uuidOf,
  writeConfig,
} from '../../support/butler.ts';
import { plainImage, wcsKeywords } from '../../support/fits.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { rows } from '../../support/rows.ts';

const real = process.env.VIGNET_REAL_DATA ?? resolve(import.meta.dirname, '../../../../shared/data');
const file = join(real, 'registry/hsc-rc2-subset.yaml');

type Row = Record<string, string | number | null | number[]>;
type Exported = Record<string, string | number | boolean | null>;
interface Oracle {
  /** Rows of the tables by the columns that an export has. */
  readonly tables: { visit: Row[]; detector: Row[]; tract: Row[]; patch: Row[] };
  readonly visits: { visit: number; begin: number; end: number; corners: number[] }[];
  readonly detectors: { visit: number; detector: number; corners: number[] }[];
  readonly points: [number, number][];
  /** Of each point the places of the detectors that hold it. */
  readonly inside: number[][];
}

/** `YYYY-MM-DD hh:mm:ss.sssssssss` TAI as nanoseconds since 1970 TAI. */
function nanoseconds(text: string): bigint {
  const [seconds = '', fraction = ''] = text.split('.');
  return BigInt(Date.parse(`${seconds.replace(' ', 'T')}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** Regions in base64 and times as text, by element. */
function exported(): ReadonlyMap<string, Exported[]> {
  const polygon = {
    tag: 'lsst.sphgeom.ConvexPolygon',
    collection: 'map' as const,
    resolve: (node: unknown) => {
      const { encoded } = (node as { toJSON(): { encoded: string } }).toJSON();
      return Buffer.from(encoded, 'hex').toString('base64');
    },
  };
  const time = { tag: '!butler_time/tai/iso', resolve: (text: string) => text };
  const { data } = parse(readFileSync(file, 'utf8'), { customTags: [polygon, time] }) as {
    data: { element?: string; records: Exported[] }[];
  };
  return new Map(data.map(({ element = '', records }) => [element, records]));
}

const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  physical_filter: ['instrument', 'name', 'band'],
  detector: ['instrument', 'id', 'full_name', 'raft'],
  visit: [
    ...['instrument', 'id', 'day_obs', 'physical_filter', 'name', 'seq_num', 'exposure_time', 'target_name'],
    ...['observation_reason', 'science_program', 'azimuth', 'zenith_angle', 'region'],
  ],
  visit_detector_region: ['instrument', 'detector', 'visit', 'region'],
  tract: ['skymap', 'id', 'region'],
  patch: ['skymap', 'tract', 'id', 'cell_x', 'cell_y', 'region'],
};

async function load(
  registry: TestRegistry,
  elements: ReadonlyMap<string, Exported[]>,
  repository: string,
): Promise<void> {
  await makeTables(registry, 6);
  for (const [element, columns] of Object.entries(COLUMNS)) {
    const rows = (elements.get(element) ?? []).map((row) => ({
      ...Object.fromEntries(columns.map((name) => [name, (row[name] ?? null) as string | number | null])),
      ...(typeof row.datetime_begin === 'string' && {
        timespan: [nanoseconds(row.datetime_begin), nanoseconds(String(row.datetime_end))] as const,
      }),
    }));
    await registry.insert(element, rows);
  }
  const butler = new TestButler(registry, 6);
  await butler.collection('HSC/runs/RC2', 'run');
  await butler.type('calexp', 'ExposureF', 'instrument:text detector:int visit:int');
  await butler.type('focal_plane', 'ImageF', 'instrument:text visit:int');
  const keysOf = (element: string, visit: string) =>
    (elements.get(element) ?? []).map((row) => ({ ...row, visit: Number(row[visit]) }));
  await butler.datasets(
    'calexp',
    'HSC/runs/RC2',
    keysOf('visit_detector_region', 'visit').map(({ visit, ...row }, n) => ({
      uuid: uuidOf(n),
      dataId: { instrument: 'HSC', detector: Number((row as Exported).detector), visit },
    })),
  );
  await butler.datasets(
    'focal_plane',
    'HSC/runs/RC2',
    keysOf('visit', 'id').map(({ visit }, n) => ({
      uuid: uuidOf(10_000 + n),
      dataId: { instrument: 'HSC', visit },
    })),
  );
  // One image of every visit and every patch has a file, without a WCS.
  await butler.type('coadd', 'ImageF', 'band:text skymap:text tract:int patch:int');
  await butler.type('mask', 'ImageF', 'instrument:text detector:int visit:int');
  const one = (elements.get('visit_detector_region') ?? []).filter(
    (row, n, all) => all.findIndex(({ visit }) => visit === row.visit) === n,
  );
  for (const [n, { visit, detector }] of one.entries()) {
    const dataId = { instrument: 'HSC', detector: Number(detector), visit: Number(visit) };
    putFile(repository, `${n}.fits`, plainImage(8, 8, {}, wcsKeywords));
    await butler.dataset('mask', 'HSC/runs/RC2', uuidOf(20_000 + n), dataId, `${n}.fits`);
  }
  for (const [n, { skymap, tract, id }] of (elements.get('patch') ?? []).entries()) {
    const dataId = { band: 'r', skymap: String(skymap), tract: Number(tract), patch: Number(id) };
    putFile(repository, `p${n}.fits`, plainImage(8, 8, {}, wcsKeywords));
    await butler.dataset('coadd', 'HSC/runs/RC2', uuidOf(30_000 + n), dataId, `p${n}.fits`);
  }
  await registry.close();
}

const footprintOf = (region: unknown) => searchRegion(String(region))?.footprint ?? [];

/** Every column that the export has, numbers to 1e-9. */
function expectRows(found: readonly object[], wanted: readonly Row[], count: number): void {
  expect(count).toBeGreaterThan(0);
  expect(found).toHaveLength(count);
  const near = (value: Row[string]): unknown =>
    typeof value === 'number' ? expect.closeTo(value, 9) : Array.isArray(value) ? value.map(near) : value;
  expect(found).toEqual(
    wanted.map((row) =>
      expect.objectContaining(
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, near(value)])),
      ),
    ),
  );
}

describe.skipIf(!existsSync(file))('the registry of HSC', () => {
  let oracle: Oracle;
  let server: TestPostgres;
  const elements = existsSync(file) ? exported() : new Map();

  beforeAll(async () => {
    const script = join(import.meta.dirname, '../../oracles/registry_oracle.py');
    const said = execFileSync('/usr/bin/python3', [script, file], { maxBuffer: 2 ** 26, encoding: 'utf8' });
    oracle = JSON.parse(said) as Oracle;
    server = await startPostgres();
    return () => server.stop();
  });

  it.each([
    'SQLite',
    'PostgreSQL',
  ])('in %s has the visits, detectors, times and regions of the export', async (engine) => {
    const repository = folder();
    const isSqlite = engine === 'SQLite';
    const url = isSqlite ? undefined : server.database();
    writeConfig(repository, url);
    const path = join(repository, 'gen3.sqlite3');
    await load(url === undefined ? sqliteRegistry(path) : await postgresRegistry(url), elements, repository);
    const source = await ButlerCandidates.open({ repository });
    const all: ExpandedDataset[] = [];
    for await (const page of source.datasets()) all.push(...page);
    await source.close();

    const detectors = all.filter(({ type }) => type.name === 'calexp');
    expect(detectors).toHaveLength(1132);
    const found = new Map(detectors.map((one) => [`${one.dataId.visit} ${one.dataId.detector}`, one]));
    const footprints = oracle.detectors.map(({ visit, detector, corners }) => {
      const footprint = footprintOf(found.get(`${visit} ${detector}`)?.records.visit_detector_region?.region);
      expect(footprint).toHaveLength(corners.length);
      const worst = Math.max(...corners.map((value, n) => Math.abs(value - (footprint[n] ?? 999))));
      expect(worst).toBeLessThan(1e-9);
      return footprint;
    });
    expect(footprints).toHaveLength(1132);

    const visits = new Map(
      all.filter(({ type }) => type.name === 'focal_plane').map((one) => [one.dataId.visit, one]),
    );
    expect(visits.size).toBe(160);
    for (const { visit, begin, end, corners } of oracle.visits) {
      const { records, fullId } = visits.get(visit) ?? {};
      const span = records?.visit && timespanOf(records.visit);
      expect(Math.abs((span?.begin ?? 0) - begin)).toBeLessThan(1e-10);
      expect(Math.abs((span?.end ?? 0) - end)).toBeLessThan(1e-10);
      expect(fullId?.band).toMatch(/^[grizy]$/);
      const footprint = footprintOf(records?.visit?.region);
      expect(Math.max(...corners.map((value, n) => Math.abs(value - (footprint[n] ?? 999))))).toBeLessThan(
        1e-9,
      );
    }

    // The tables beside the datasets.
    const archive = folder();
    const selection = { repository, datasetTypes: ['mask', 'coadd'] };
    const report = await ingestButler(archive, selection, { collection: 'HSC', repo: 'hsc' });
    const { tables } = oracle;
    expect(report).toMatchObject({ ingested: tables.visit.length + tables.patch.length, failed: 0 });
    expectRows(await rows(archive, 'visit'), tables.visit, 160);
    expectRows(await rows(archive, 'visit_detector'), tables.detector, 160);
    expectRows(await rows(archive, 'tract'), tables.tract, tables.tract.length);
    expectRows(await rows(archive, 'patch'), tables.patch, tables.patch.length);

    // Where each point is: the exact test of the catalog against numpy's.
    const inside = oracle.points.map((point) =>
      footprints.flatMap((footprint, n) => (native.overlaps(footprint, { point }) ? [n] : [])),
    );
    expect(inside).toEqual(oracle.inside);
    expect(inside.flat().length).toBeGreaterThan(500);
  });
});
