// Every real file is ingested, or it is known why not.

import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { type Archive, openArchive } from '../../src/archive/archive.ts';
import type { ListedDataset } from '../../src/archive/dataset-search.ts';
import { equals } from '../../src/catalog/predicate.ts';
import { type IngestReport, ingest } from '../../src/ingest/index.ts';

const data = process.env.VIGNET_REAL_DATA ?? resolve(import.meta.dirname, '../../../shared/data');

describe.skipIf(!existsSync(data))('real files', () => {
  let report: IngestReport;
  let archive: Archive;
  const rows = new Map<string, ListedDataset>();

  beforeAll(async () => {
    const dir = mkdtempSync(join(tmpdir(), 'vignet-real-'));
    report = await ingest(dir, [data], { collection: 'Real', repo: 'real' });
    archive = await openArchive(dir);
    for await (const piece of archive.as(ANONYMOUS).list()) for (const row of piece) rows.set(row.path, row);
    return async () => {
      await archive.close();
      rmSync(dir, { recursive: true, force: true });
    };
  });

  it('fail only where they hold no image', () => {
    const failed = Object.fromEntries(
      report.failures.map(({ path, code }) => [relative(realpathSync(data), path), code]),
    );
    expect(failed).toEqual({
      'bok-mosaic-epochs/survey-ccds-1.kd.fits': 'NO_IMAGE',
      'decam-epochs/survey-ccds-1.fits.gz': 'NO_IMAGE',
      'decam-rice/survey-ccds-1.fits.gz': 'NO_IMAGE',
    });
  });

  it('bring their companions', () => {
    const decam = [...rows.values()].filter((row) => row.path.startsWith('decam-epochs/'));
    expect(
      decam
        .map((row) => row.lsst_band)
        .sort()
        .join(''),
    ).toBe('gggrrzzz');
    for (const row of decam) {
      expect(row.planes?.split(',').sort(), row.path).toEqual(['image', 'mask', 'weight']);
      expect(row.dataset_type).toBe('instcal');
    }
    const bok = [...rows.values()].filter((row) => row.path.startsWith('bok-mosaic-epochs/'));
    expect(bok).toHaveLength(12);
    for (const row of bok) expect(row.planes, row.path).toContain('weight');
  });

  it('are described as their headers say', () => {
    const epoch = rows.get(
      'decam-epochs/images/decam/CP/V4.8.2a/CP20150328/c4d_150329_083505_ooi_g_ls9.N11.fits',
    );
    expect(epoch).toMatchObject({
      lsst_band: 'g',
      lsst_visit: 425859,
      lsst_detector: 42,
      instrument_name: 'DECam',
      target_name: 'DECaLS_31037_g',
      facility_name: 'CTIO 4.0-m telescope',
      calib_level: 2,
      em_min: 3.96e-7,
      em_max: 5.48e-7,
      obs_id: 'ct4m20150329t083255',
    });
    expect(epoch?.t_min).toBeCloseTo(57110.35620083427, 8);
    expect((epoch?.t_max ?? 0) - (epoch?.t_min ?? 0)).toBeCloseTo(79 / 86_400, 9);
    const afw = rows.get('afw/exposure-version-0.fits');
    expect(afw).toMatchObject({
      planes: 'image,mask,variance',
      dataset_type: 'calexp',
      lsst_filter: 'ha',
      lsst_band: null,
    });
    const coadd = [...rows.values()].find((row) => row.path.startsWith('butler-dp2/'));
    expect(coadd).toMatchObject({
      dataset_type: 'deep_coadd',
      calib_level: 3,
      planes: 'image,mask,variance',
    });
  });

  it('lie where the survey says: all DECam epochs hold their common position', async () => {
    const found = await archive
      .as(ANONYMOUS)
      .find({ point: [244.78, 12.072] }, equals('obs_collection', 'Real'));
    const decam = [...rows.values()].filter((row) => row.path.startsWith('decam-epochs/'));
    expect(found.map((one) => one.id)).toEqual(expect.arrayContaining(decam.map((row) => row.id)));
    const near0h = await archive.as(ANONYMOUS).find({
      point: [rows.get('wcs/razero.fits')?.s_ra ?? -1, rows.get('wcs/razero.fits')?.s_dec ?? 0],
    });
    expect(near0h.map((one) => one.id)).toContain(rows.get('wcs/razero.fits')?.id);
  });

  it('all resolve, and nothing is read twice the second time', async () => {
    for (const row of rows.values())
      expect((await archive.as(ANONYMOUS).resolve(row.id)).layout.length, row.path).toBeGreaterThan(100);
  });
});
