// Files of surveys in their own layouts: which datasets and planes they are, and when they were taken.
// Right answers: ../shared/cases/README.md; times by astropy.time.Time 5.2 (the comment beside each), to 1 µs unless said.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { type Archive, openArchive } from '../../src/archive/archive.ts';
import type { ListedDataset } from '../../src/archive/dataset-search.ts';
import { ingest } from '../../src/ingest/index.ts';
import { folder } from '../support/archive.ts';

const cases = process.env.VIGNET_CASES ?? resolve(import.meta.dirname, '../../../shared/cases');
const opened: Archive[] = [];

afterEach(async () => {
  for (const archive of opened.splice(0)) await archive.close();
});

async function ingested(path: string) {
  const dir = folder();
  const report = await ingest(dir, [join(cases, path)], { collection: 'Cases', repo: 'cases' });
  const archive = await openArchive(dir);
  opened.push(archive);
  const rows: ListedDataset[] = [];
  for await (const piece of archive.as(ANONYMOUS).list()) rows.push(...piece);
  return {
    report,
    archive,
    rows: rows.sort((a, b) => (a.hdu ?? -1) - (b.hdu ?? -1) || (a.path < b.path ? -1 : 1)),
  };
}

describe.skipIf(!existsSync(cases))('planes of surveys', () => {
  it.each([
    ['companions_ps1', [[0, 'image,mask,variance', 'stack']]],
    ['companions_ztf', [[0, 'image,mask', 'image']]],
    ['planes_des.fits.fz', [[1, 'image,mask,weight', 'image']]],
    ['jwst_i2d.fits', [[1, 'image,sigma', 'stack']]],
    [
      'euclid_quadrants.fits',
      [
        [1, 'image,mask,sigma', 'image'],
        [4, 'image,mask,sigma', 'image'],
      ],
    ],
    ['camera_of_four_ccds.fits', [1, 2, 3, 4].map((hdu) => [hdu, 'image', 'image'])],
  ] as const)('%s: science images with their planes, and nothing else', async (path, expected) => {
    const { rows, report } = await ingested(path);
    const found = rows.map(({ hdu, planes, dataset_type }) => [
      hdu,
      planes?.split(',').sort().join(),
      dataset_type,
    ]);
    expect(found).toEqual(expected);
    expect(report.failures).toEqual([]);
  });

  it('a position on the fourth CCD of a camera file is found', async () => {
    const { archive } = await ingested('camera_of_four_ccds.fits');
    const found = await archive.as(ANONYMOUS).find({ point: [150.0036, 2.003] });
    const hdus = [];
    for (const { id } of found) hdus.push((await archive.as(ANONYMOUS).resolve(id)).name);
    expect(hdus).toEqual(['camera_of_four_ccds-4']);
  });
});

describe.skipIf(!existsSync(cases))('times of surveys', () => {
  it.each([
    // DATE-OBS alone: nobody knows when in the night.
    ['time_midnight_dateonly.fits', null, 60],
    // Time('2002-09-05T05:39:27.11', scale='tai').utc.mjd
    ['time_midnight_sdss.fits', 52522.23536006945, 53.907456],
    // Time('2008-02-13T07:35:46.1').mjd
    ['time_midnight_utspace.fits', 54509.31650578704, 300],
    // Time(2457927.0194675927, format='jd').mjd
    ['time_unknown_jd.fits', 57926.51946759271, 10],
    // Time('2019-11-19T19:41:48.288').mjd
    ['time_unknown_nina.fits', 58806.82069777778, 120],
    // Time('2005-07-11T03:55:42.132').mjd
    ['time_unknown_spitzer.fits', 53562.16368208333, 96.8],
    // Time('2018-04-24T10:30:42').mjd
    ['time_unknown_ztf.fits', 58232.43798611111, 30],
  ])('%s begins at %d and lasts %d s', async (path, begin, exposure) => {
    const { rows, archive } = await ingested(path);
    const [row] = rows;
    expect(row?.t_exptime).toBe(exposure);
    if (begin === null) {
      expect([row?.t_min, row?.t_max]).toEqual([null, null]);
      const { observation } = await archive.as(ANONYMOUS).resolve(row?.id ?? '');
      expect(observation.note).toMatch(/DATE-OBS is a date without a time of day/);
      return;
    }
    expect(row?.t_min).toBeCloseTo(begin, 8);
    expect(((row?.t_max ?? 0) - (row?.t_min ?? 0)) * 86_400).toBeCloseTo(exposure, 3);
  });
});
