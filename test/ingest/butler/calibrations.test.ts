// /provenance tells calibrations that a file names from those that only could apply. The oracle of the latter is a statement on the
// registry, by hand, as Butler.find_dataset searches: the range holds the moment, the data ID agrees.
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { beforeAll, expect, it } from 'vitest';
import { ANONYMOUS } from '../../../src/access/principal.ts';
import { canonicalUuid } from '../../../src/base/uuid.ts';
import { ingestButler } from '../../../src/ingest/index.ts';
import { provenanceAnswer } from '../../../src/products/datasets/provenance-answer.ts';
import { Vignet } from '../../../src/products/vignet.ts';
import type { ProvenanceFormat } from '../../../src/vo/datasets/provenance.ts';
import { folder } from '../../support/archive.ts';
import { newButler, putFile, uuidOf } from '../../support/butler.ts';
import { plainImage } from '../../support/fits.ts';

const DAY = 86_400_000_000_000n;
/** 2026-01-01T00:00:37 TAI. */
const START = 1_767_225_637_000_000_000n;
const EXPOSURE = [START, START + 30_000_000_000n] as const;
/** In the middle of the exposure: a range that ends there does not hold it, one that begins there does. */
const MIDDLE = START + 15_000_000_000n;

const dashed = (n: number) => canonicalUuid(uuidOf(n)) ?? '';
let vignet: Vignet;
let repository: string;

beforeAll(async () => {
  repository = folder();
  const butler = await newButler(repository);
  await butler.collection('run', 'run');
  await butler.collection('calib', 'calibration');
  await butler.type('calexp', 'ExposureF', 'instrument:text detector:int visit:int');
  await butler.type('bias', 'ExposureF', 'instrument:text detector:int');
  await butler.type('flat', 'ExposureF', 'instrument:text detector:int physical_filter:text');
  await butler.registry.insert('physical_filter', [
    { instrument: 'Cam', name: 'r_57', band: 'r' },
    { instrument: 'Cam', name: 'g_57', band: 'g' },
  ]);
  await butler.registry.insert('visit', [
    {
      ...{ instrument: 'Cam', id: 100, physical_filter: 'r_57', name: 'V100', exposure_time: 30 },
      ...{ region: null, timespan: EXPOSURE },
    },
  ]);
  const cards = {
    'HIERARCH LSST BUTLER N_INPUTS': 1,
    'HIERARCH LSST BUTLER INPUT 0 ID': dashed(1),
    'HIERARCH LSST BUTLER INPUT 0 DATASETTYPE': 'bias',
  };
  putFile(repository, 'run/0.fits', plainImage(20, 16, cards));
  await butler.dataset(
    'calexp',
    'run',
    uuidOf(99),
    { instrument: 'Cam', detector: 7, visit: 100 },
    'run/0.fits',
  );
  const certified: readonly (readonly [
    string,
    Record<string, string | number>,
    readonly [bigint, bigint],
  ])[] = [
    ['bias', { detector: 7 }, [0n, MIDDLE + DAY]],
    ['bias', { detector: 7 }, [0n, MIDDLE]],
    ['bias', { detector: 7 }, [MIDDLE, 4_102_444_800_000_000_000n]],
    ['bias', { detector: 8 }, [0n, MIDDLE + DAY]],
    ['flat', { detector: 7, physical_filter: 'r_57' }, [START - DAY, START + DAY]],
    ['flat', { detector: 7, physical_filter: 'g_57' }, [START - DAY, START + DAY]],
    ['flat', { detector: 7, physical_filter: 'r_57' }, [START + DAY, START + 2n * DAY]],
  ];
  for (const [n, [type, more, span]] of certified.entries()) {
    const dataId = { instrument: 'Cam', ...more };
    putFile(repository, `run/${n + 1}.fits`, plainImage(20, 16, { FILTER: 'z', NUMBER: n }));
    // Several of one data ID are of several runs.
    await butler.collection(`run${n}`, 'run');
    await butler.dataset(type, `run${n}`, uuidOf(n + 1), dataId, `run/${n + 1}.fits`);
    await butler.certify(type, 'calib', n + 1, uuidOf(n + 1), dataId, span);
  }
  await butler.registry.close();
  const archive = folder();
  const report = await ingestButler(archive, { repository }, { collection: 'Test', repo: 'test' });
  expect(report).toMatchObject({ ingested: 8, failed: 0 });
  vignet = await Vignet.open(archive, { engine: { threads: 1 } });
  return () => vignet.close();
});

/** By the registry. */
function valid(): string[] {
  const database = new sqlite.Database(join(repository, 'gen3.sqlite3'), { readOnly: true });
  const of = (table: string, more: string) =>
    database
      .all(
        `SELECT dataset_id FROM ${table} WHERE instrument = 'Cam' AND detector = 7 ${more} AND timespan_begin <= ${MIDDLE} AND timespan_end > ${MIDDLE}`,
      )
      .map((row) => canonicalUuid(String(row.dataset_id)) ?? '');
  const found = [
    ...of('dataset_calibs_00000002', ''),
    ...of('dataset_calibs_00000003', "AND physical_filter = 'r_57'"),
  ];
  database.close();
  return found.sort();
}

const provenance = (direction: 'BACK' | 'FORTH' = 'BACK', n = 99) =>
  vignet.datasets.provenance(
    { id: { repo: 'test', uuid: dashed(n) }, depth: 1, direction, format: 'json' },
    { principal: ANONYMOUS },
  );

it('calibrations that a file names are used, others that are valid are applicable', async () => {
  const { calibrations } = await provenance();
  expect(calibrations.map(({ uuid }) => uuid).sort()).toEqual(valid());
  expect(calibrations.map(({ uuid, dataset_type, use }) => [uuid, dataset_type, use])).toEqual([
    [dashed(1), 'bias', 'used'],
    [dashed(3), 'bias', 'applicable'],
    [dashed(5), 'flat', 'applicable'],
  ]);
  expect(calibrations[0]).toMatchObject({ calibration_collection: 'calib', valid_from: null });
  expect((await provenance('FORTH')).calibrations).toEqual([]);
  // A calibration has no time.
  expect((await provenance('BACK', 1)).calibrations).toEqual([]);
});

it('the table and PROV-JSON have the same word', async () => {
  const text = async (format: ProvenanceFormat) => {
    const answer = provenanceAnswer(await provenance(), format);
    if ('content' in answer) return answer.content;
    const pieces: Buffer[] = [];
    for await (const piece of answer.body()) pieces.push(Buffer.from(piece));
    return Buffer.concat(pieces).toString('utf8');
  };
  const rows = (await text('jsonl'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((row) => 'use' in row);
  expect(rows.map(({ input, position, use }) => [input, position ?? null, use])).toEqual([
    [dashed(1), 0, 'used'],
    [dashed(3), null, 'applicable'],
    [dashed(5), null, 'applicable'],
  ]);
  const { entity, wasDerivedFrom, used } = JSON.parse(await text('prov-json')) as Record<
    string,
    Record<string, Record<string, unknown>>
  >;
  const uses = Object.values(entity ?? {}).map((one) => one['vignet:use'] ?? null);
  expect(uses.sort()).toEqual(['applicable', 'applicable', null, 'used']);
  expect(Object.keys(wasDerivedFrom ?? {})).toHaveLength(1);
  expect(Object.keys(used ?? {})).toHaveLength(1);
});
