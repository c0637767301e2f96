/** A Butler repository of any size in SQLite, filled by statements of its own: its datasets share a thousand files. */
import { join } from 'node:path';
import { newButler, polygonText, putFile } from '../../test/support/butler.ts';

/** Of the simulated camera; a visit has each once. */
const DETECTORS = 189;
const REGIONS = 10_000;
export const FILES = 1000;

const numbers = (count: number) =>
  `WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ${count})`;

/** `count` visit images, each with a region of its visit and detector. */
export async function largeButler(repository: string, count: number): Promise<void> {
  const butler = await newButler(repository);
  const { registry } = butler;
  await butler.collection('run', 'run');
  await butler.type('visit_image', 'ExposureF', 'instrument:text detector:int visit:int');
  await registry.insert('physical_filter', [{ instrument: 'LSSTCam', name: 'r_57', band: 'r' }]);
  await registry.table('region', 'n:int region:text');
  await registry.insert(
    'region',
    Array.from({ length: REGIONS }, (_, n) => {
      const [ra, dec] = [(n * 137.508) % 360, (n % 120) - 60] as const;
      return {
        n,
        region: polygonText([ra, dec], [ra + 0.2, dec], [ra + 0.2, dec + 0.2], [ra, dec + 0.2]),
      };
    }),
  );
  await registry.run('CREATE UNIQUE INDEX region_n ON region (n)');
  const id = `substr('01' || printf('%010x', n) || '${'4'.repeat(20)}', 1, 32)`;
  const visit = `2026000000 + n / ${DETECTORS}`;
  const begin = `1767225637000000000 + (n / ${DETECTORS}) * 40000000000`;
  const visits = `${numbers(Math.ceil(count / DETECTORS))}`;
  const begun = '1767225637000000000 + n * 40000000000';
  for (const sql of [
    `INSERT INTO visit (instrument, id, day_obs, physical_filter, name, exposure_time, target_name, region, timespan_begin, timespan_end)
     ${visits} SELECT 'LSSTCam', 2026000000 + n, 20260101, 'r_57', 'V' || n, 30.0, 'field', NULL, ${begun}, ${begun} + 30000000000 FROM numbers`,
    `INSERT INTO visit_detector_region (instrument, detector, visit, region)
     ${numbers(count)} SELECT 'LSSTCam', numbers.n % ${DETECTORS}, 2026000000 + numbers.n / ${DETECTORS}, region.region
     FROM numbers JOIN region ON region.n = numbers.n % ${REGIONS}`,
    `INSERT INTO dataset (id, dataset_type_id, ingest_date, run_id)
     ${numbers(count)} SELECT ${id}, 1, ${begin}, 1 FROM numbers`,
    `INSERT INTO dataset_tags_00000001 (dataset_type_id, dataset_id, collection_id, instrument, detector, visit)
     ${numbers(count)} SELECT 1, ${id}, 1, 'LSSTCam', n % ${DETECTORS}, ${visit} FROM numbers`,
    `INSERT INTO file_datastore_records (dataset_id, path, formatter, storage_class, component, checksum, file_size)
     ${numbers(count)} SELECT ${id}, 'run/visit_image/' || (n % ${FILES}) || '.fits', 'f', 's', '__NULL_STRING__', NULL, 2880 FROM numbers`,
    'INSERT INTO collection_summary_dataset_type (collection_id, dataset_type_id) VALUES (1, 1)',
    // As lsst.daf.butler has them.
    'CREATE UNIQUE INDEX records_key ON file_datastore_records (dataset_id, component)',
    'CREATE UNIQUE INDEX dataset_key ON dataset (id)',
    'CREATE UNIQUE INDEX visit_key ON visit (instrument, id)',
    'CREATE UNIQUE INDEX region_key ON visit_detector_region (instrument, detector, visit)',
  ])
    await registry.run(sql);
  await registry.close();
  for (let n = 0; n < FILES; n++)
    putFile(repository, join('run/visit_image', `${n}.fits`), Buffer.alloc(2880, 0x20));
}
