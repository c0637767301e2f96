// A Butler repository is ingested as it is: the registry's data IDs, times and regions are in the catalog, its files give pixels, what
// cannot be read is said for each dataset, and a second ingest follows what changed. The real repository is that of DP2 (one deep coadd
// in lsst.images format, with scrambled pixels); its oracle is astropy.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../../src/access/principal.ts';
import { openArchive } from '../../../src/archive/archive.ts';
import type { ListedDataset } from '../../../src/archive/dataset-search.ts';
import { and, equals } from '../../../src/catalog/predicate.ts';
import { type ButlerSelection, type IngestOptions, ingestButler } from '../../../src/ingest/index.ts';
import { Vignet } from '../../../src/products/vignet.ts';
import { folder } from '../../support/archive.ts';
import { newButler, polygonText, putFile, type TestButler, uuidOf } from '../../support/butler.ts';
import { data, floats, header, imageCards, plainImage, wcsKeywords } from '../../support/fits.ts';

const real = process.env.VIGNET_REAL_DATA ?? resolve(import.meta.dirname, '../../../../shared/data');
const dp2 = join(real, 'butler-dp2');
const labels: IngestOptions = { collection: 'Test', repo: 'test' };

async function rowsOf(archive: string): Promise<ListedDataset[]> {
  const opened = await openArchive(archive);
  const rows: ListedDataset[] = [];
  for await (const batch of opened.as(ANONYMOUS).list()) rows.push(...batch);
  await opened.close();
  return rows;
}

describe.skipIf(!existsSync(dp2))('the real Butler of DP2', () => {
  const state = () =>
    readdirSync(dp2, { recursive: true, encoding: 'utf8' }).map((name) => [
      name,
      statSync(join(dp2, name)).mtimeMs,
    ]);

  it('is ingested without a trace, found by region, tract and patch, and cut bit by bit', async () => {
    const before = state();
    const archive = folder();
    const report = await ingestButler(archive, { repository: dp2 }, { collection: 'LSST.DP2', repo: 'dp2' });
    expect(state()).toEqual(before);
    expect(report).toMatchObject({ ingested: 1, failed: 2 });
    // Its authors scrambled the WCS.
    expect(report.notes).toMatchObject([{ note: expect.stringContaining('puts it elsewhere') }]);
    expect(report.failures.map(({ path, code }) => [path.slice(0, 70), code])).toEqual(
      [
        ['deep_coadd {band: i, skymap: lsst_cells_v2, tract: 5428, patch: 76} (01', 'NO_ARTIFACT'],
        ['deep_coadd {band: r, skymap: lsst_cells_v2, tract: 5428, patch: 76} (01', 'NO_ARTIFACT'],
      ].map(([path, code]) => [path?.slice(0, 70), code]),
    );
    const [row] = await rowsOf(archive);
    expect(row).toMatchObject({
      uuid: '019ebd79-2ccb-7caf-bace-45028e943146',
      id: 'ivo://vignet.example/dp2?repo=dp2&id=019ebd79-2ccb-7caf-bace-45028e943146',
      dataset_type: 'deep_coadd',
      run: 'LSSTCam/runs/DRP/DP2/v30_0_8/DM-55060/deep_coadd_rewrite/20260612T200929Z',
      lsst_skymap: 'lsst_cells_v2',
      lsst_tract: 5428,
      lsst_patch: 76,
      lsst_band: 'g',
      em_min: 4.026e-7,
      s_region_origin: 'wcs',
      t_min: null,
    });
    const vignet = await Vignet.open(archive, { engine: { threads: 1 } });
    try {
      const view = vignet.archive.as(ANONYMOUS);
      const patch = and(equals('lsst_tract', 5428), equals('lsst_patch', 76));
      const point = [row?.s_ra ?? 0, row?.s_dec ?? 0] as const;
      const [found] = await view.find({ point }, patch);
      expect(found?.id).toBe(row?.id);
      const stencil = { shape: 'circle' as const, values: [...point, 0.002] };
      const cutout = await vignet.cutout(found?.id ?? '', { stencil }, { principal: ANONYMOUS });
      if (!cutout) throw new Error('the circle meets the image');
      const piece = join(folder(), 'piece.fits');
      writeFileSync(piece, await cutout.bytes());
      const { x0, y0, x1, y1 } = cutout.box ?? { x0: 0, y0: 0, x1: 0, y1: 0 };
      const script = `
import sys, numpy
from astropy.io import fits
piece, whole = (fits.getdata(path, 1).astype('>f4') for path in sys.argv[1:3])
x0, y0, x1, y1 = map(int, sys.argv[3:])
same = whole[y0:y1, x0:x1]
print(piece.shape == same.shape, piece.size > 100, numpy.array_equal(piece, same, equal_nan=True))`;
      const box = [x0, y0, x1, y1].map(String);
      const file = join(dp2, row?.path ?? '');
      const said = execFileSync('/usr/bin/python3', ['-c', script, piece, file, ...box], {
        encoding: 'utf8',
      });
      expect(said.trim()).toBe('True True True');
    } finally {
      await vignet.close();
    }
    const again = await ingestButler(archive, { repository: dp2 }, { collection: 'LSST.DP2', repo: 'dp2' });
    expect(again).toMatchObject({ ingested: 0, replaced: 0, unchanged: 1, gone: 0, failed: 2 });
  });
});

const VISIT = { instrument: 'Cam', detector: 7, visit: 100 };
const CORNERS = polygonText([10, 0], [10.2, 0], [10.2, 0.2], [10, 0.2]);
/** 2026-01-01T00:00:37 TAI, which is midnight UTC, and 30 s later. */
const SPAN = [1_767_225_637_000_000_000n, 1_767_225_667_000_000_000n] as const;

/** A repository with one run, one visit and the tables of its images. */
async function small(): Promise<{ repository: string; butler: TestButler }> {
  const repository = folder();
  const butler = await newButler(repository);
  await butler.collection('run', 'run');
  await butler.type('calexp', 'ExposureF', 'instrument:text detector:int visit:int');
  await butler.registry.insert('physical_filter', [{ instrument: 'Cam', name: 'r_57', band: 'r' }]);
  const visit = { instrument: 'Cam', id: 100, physical_filter: 'r_57', name: 'V100', exposure_time: 30 };
  await butler.registry.insert('visit', [{ ...visit, target_name: 'M13', region: null, timespan: SPAN }]);
  await butler.registry.insert('visit_detector_region', [
    { instrument: 'Cam', detector: 7, visit: 100, region: CORNERS },
  ]);
  return { repository, butler };
}

const run = (archive: string, selection: ButlerSelection) => ingestButler(archive, selection, labels);

describe('a dataset of a Butler', () => {
  it('is described by the registry before the cards of its file, and a contradiction is said', async () => {
    const { repository, butler } = await small();
    const cards = {
      FILTER: 'g',
      OBJECT: 'Nothing',
      'DATE-OBS': '2001-01-01T00:00:00',
      CCDNUM: 8,
      CRVAL1: 53,
    };
    putFile(repository, 'run/a.fits', plainImage(40, 30, cards));
    await butler.dataset('calexp', 'run', uuidOf(1), VISIT, 'run/a.fits');
    await butler.registry.close();
    const archive = folder();
    const report = await run(archive, { repository });
    expect(report).toMatchObject({ ingested: 1, failed: 0 });
    const [row] = await rowsOf(archive);
    expect(row).toMatchObject({
      ...{ dataset_type: 'calexp', run: 'run', instrument_name: 'Cam', obs_id: 'V100', target_name: 'M13' },
      ...{ lsst_visit: 100, lsst_detector: 7, lsst_band: 'r', lsst_filter: 'r_57', t_exptime: 30 },
      ...{ t_min: 61_041, s_region_origin: 'wcs', s_ra: expect.closeTo(53, 6) },
    });
    expect((row?.t_max ?? 0) - (row?.t_min ?? 0)).toBeCloseTo(30 / 86_400, 10);
    const notes = report.notes.map(({ note }) => note.slice(0, note.indexOf(',')));
    expect(notes.sort()).toEqual([
      ...["detector: expected '7' as the Butler has it", "filter: expected 'r_57' as the Butler has it"],
      ...['s_region: expected the image where the Butler searches for it'],
      ...["t_min: expected '61041' as the Butler has it"],
    ]);
  });

  it('has the filter of its data ID: of a calibration for all filters none, of a coadd one of its band', async () => {
    const { repository, butler } = await small();
    await butler.type('bias', 'ExposureF', 'instrument:text detector:int');
    await butler.type('deep_coadd', 'ExposureF', 'band:text skymap:text tract:int patch:int');
    // What was in the beam when the bias was taken, and three coadds of the band r.
    const filters = ['g DECam SDSS c0001 4720.0 1520.0', 'g_57', 'HSC-R', 'no band of that name'];
    filters.forEach((FILTER, n) => {
      putFile(repository, `run/${n}.fits`, plainImage(40, 30, { FILTER }));
    });
    await butler.dataset('bias', 'run', uuidOf(1), { instrument: 'Cam', detector: 7 }, 'run/0.fits');
    for (const n of [1, 2, 3]) {
      const dataId = { band: 'r', skymap: 's', tract: 1, patch: n };
      await butler.dataset('deep_coadd', 'run', uuidOf(n + 1), dataId, `run/${n}.fits`);
    }
    await butler.registry.close();
    const archive = folder();
    const report = await run(archive, { repository });
    expect(report).toMatchObject({ ingested: 4, failed: 0 });
    const rows = (await rowsOf(archive)).sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
    expect(rows.map((row) => [row.lsst_band, row.lsst_filter, row.em_min, row.calib_level])).toEqual([
      [null, null, null, 2],
      ['r', 'r', null, 3],
      ['r', 'HSC-R', null, 3],
      ['r', 'no band of that name', null, 3],
    ]);
    expect(report.notes.map(({ note }) => note)).toEqual([
      expect.stringContaining("filter: expected one of the band 'r' that the Butler has, received 'g_57'"),
    ]);
  });

  it('without a WCS lies where the Butler searches for it', async () => {
    const { repository, butler } = await small();
    putFile(repository, 'run/a.fits', plainImage(40, 30, {}, wcsKeywords));
    await butler.dataset('calexp', 'run', uuidOf(1), VISIT, 'run/a.fits');
    await butler.registry.close();
    const archive = folder();
    await run(archive, { repository });
    const [row] = await rowsOf(archive);
    expect(row).toMatchObject({
      s_region: 'POLYGON ICRS 10 0 10.2 0 10.2 0.2 10 0.2',
      s_region_origin: 'butler',
      s_ra: expect.closeTo(10.1, 6),
      s_dec: expect.closeTo(0.1, 6),
    });
    const opened = await openArchive(archive);
    expect(await opened.as(ANONYMOUS).find({ point: [10.15, 0.15] })).toHaveLength(1);
    await opened.close();
  });

  it('in one file with others is the image of its detector', async () => {
    const { repository, butler } = await small();
    const extension = (ccd: number, ra: number) => [
      header([
        ['XTENSION', 'IMAGE'],
        ...imageCards(40, 30, { CRVAL1: ra, CCDNUM: ccd }, ['SIMPLE']),
        ['PCOUNT', 0],
        ['GCOUNT', 1],
      ]),
      data(floats(1200)),
    ];
    const primary = header([
      ['SIMPLE', true],
      ['BITPIX', 8],
      ['NAXIS', 0],
    ]);
    putFile(repository, 'raw.fits', Buffer.concat([primary, ...extension(6, 20), ...extension(7, 30)]));
    await butler.dataset('calexp', 'run', uuidOf(1), VISIT, 'raw.fits');
    await butler.dataset('calexp', 'run', uuidOf(2), { ...VISIT, detector: 6 }, 'raw.fits');
    await butler.dataset('calexp', 'run', uuidOf(3), { ...VISIT, detector: 5 }, 'raw.fits');
    await butler.registry.close();
    const archive = folder();
    const report = await run(archive, { repository });
    expect(report.failures).toMatchObject([
      { code: 'NO_IMAGE', reason: expect.stringContaining('one image of detector 5') },
    ]);
    const places = (await rowsOf(archive)).map((row) => [
      row.lsst_detector,
      row.hdu,
      Math.round(row.s_ra ?? 0),
    ]);
    expect(places.sort()).toEqual([
      [6, 1, 20],
      [7, 2, 30],
    ]);
  });

  it('that was taken apart is its image with mask and variance', async () => {
    const { repository, butler } = await small();
    const parts = ['image', 'mask', 'variance', 'wcs'].map((component) => ({
      component,
      path: `${component}.fits`,
    }));
    for (const { path } of parts) putFile(repository, path, plainImage());
    const mask = imageCards(40, 30, { BITPIX: 32 });
    putFile(repository, 'mask.fits', Buffer.concat([header(mask), data(Buffer.alloc(4800))]));
    await butler.dataset('calexp', 'run', uuidOf(1), VISIT, parts);
    await butler.dataset('calexp', 'run', uuidOf(2), { ...VISIT, detector: 8 }, parts.slice(3));
    await butler.registry.close();
    const archive = folder();
    const report = await run(archive, { repository });
    expect(report.failures).toMatchObject([
      { code: 'NO_ARTIFACT', reason: expect.stringContaining('only its wcs') },
    ]);
    expect(await rowsOf(archive)).toMatchObject([{ planes: 'image,mask,variance', path: 'image.fits' }]);
  });

  it('follows the registry: new, changed and removed datasets, and files that are missing', async () => {
    const { repository, butler } = await small();
    const archive = folder();
    const dataIds = [1, 2, 3, 4].map((n) => ({ ...VISIT, detector: n }));
    for (const [n, dataId] of dataIds.entries()) {
      putFile(repository, `run/${n}.fits`, plainImage(40, 30, { CRVAL1: 50 + n }));
      await butler.dataset('calexp', 'run', uuidOf(n), dataId, `run/${n}.fits`);
    }
    rmSync(join(repository, 'run/3.fits'));
    const counts = async (selection: Omit<ButlerSelection, 'repository'> = {}) => {
      const { ingested, replaced, unchanged, gone, failures } = await run(archive, {
        repository,
        ...selection,
      });
      return [ingested, replaced, unchanged, gone, ...failures.map(({ path, code }) => `${path} ${code}`)];
    };
    expect(await counts()).toEqual([3, 0, 0, 0, 'run/3.fits FILE_GONE']);
    // Another file, another record, a dataset that is gone, and the missing file is there.
    utimesSync(join(repository, 'run/0.fits'), 1, 1);
    await butler.registry.run("UPDATE visit SET target_name = 'M42'");
    expect(await counts()).toEqual([0, 3, 0, 0, 'run/3.fits FILE_GONE']);
    utimesSync(join(repository, 'run/0.fits'), 2, 2);
    putFile(repository, 'run/3.fits', plainImage());
    await butler.registry.run(`DELETE FROM dataset WHERE id = '${uuidOf(1)}'`);
    await butler.registry.run(`DELETE FROM dataset_tags_00000001 WHERE dataset_id = '${uuidOf(1)}'`);
    expect(await counts()).toEqual([1, 1, 1, 1]);
    expect((await rowsOf(archive)).map((row) => [row.path, row.target_name]).sort()).toEqual([
      ['run/0.fits', 'M42'],
      ['run/2.fits', 'M42'],
      ['run/3.fits', 'M42'],
    ]);
    // What is not selected is not gone.
    await butler.collection('empty', 'run');
    expect(await counts({ collections: ['empty'] })).toEqual([0, 0, 0, 0]);
    expect(await rowsOf(archive)).toHaveLength(3);
    await butler.registry.close();
  });

  it('goes on where it was stopped, and takes nothing for gone that it has not looked at', async () => {
    const { repository, butler } = await small();
    for (let n = 0; n < 300; n++) {
      putFile(repository, `run/${n}.fits`, plainImage(8, 8));
      await butler.dataset('calexp', 'run', uuidOf(n), { ...VISIT, detector: n }, `run/${n}.fits`);
    }
    await butler.registry.close();
    const archive = folder();
    const first = await run(archive, { repository });
    expect(first.ingested).toBe(300);
    const stop = new AbortController();
    const stopped = await ingestButler(
      archive,
      { repository },
      { ...labels, force: true, signal: stop.signal },
      ({ done }) => {
        if (done === 20) stop.abort();
      },
    );
    expect(stopped.replaced).toBeLessThan(300);
    expect(stopped.gone).toBe(0);
    expect(await run(archive, { repository })).toMatchObject({ unchanged: 300, gone: 0, failed: 0 });
  });

  it('publishes what was done when the registry fails on the way', async () => {
    const { repository, butler } = await small();
    for (let n = 0; n < 520; n++) {
      putFile(repository, `run/${n}.fits`, plainImage(8, 8));
      await butler.dataset('calexp', 'run', uuidOf(n), { ...VISIT, detector: n }, `run/${n}.fits`);
    }
    await butler.registry.close();
    const archive = folder();
    const registry = join(repository, 'gen3.sqlite3');
    const whole = readFileSync(registry);
    const failing = ingestButler(archive, { repository }, labels, ({ done }) => {
      if (done === 10) writeFileSync(registry, whole.subarray(0, 4096));
    });
    await expect(failing).rejects.toMatchObject({ code: 'BAD_BUTLER_DATABASE' });
    const done = (await rowsOf(archive)).length;
    expect(done).toBeGreaterThan(10);
    expect(done).toBeLessThan(520);
    writeFileSync(registry, whole);
    expect(await run(archive, { repository })).toMatchObject({
      unchanged: done,
      ingested: 520 - done,
      gone: 0,
    });
  });

  it('leaves datasets of other Butlers and plain files in the same collection alone', async () => {
    const archive = folder();
    for (const n of [1, 2]) {
      const { repository, butler } = await small();
      putFile(repository, 'run/a.fits', plainImage());
      await butler.dataset('calexp', 'run', uuidOf(n), VISIT, 'run/a.fits');
      await butler.registry.close();
      expect(await run(archive, { repository })).toMatchObject({ ingested: 1, gone: 0 });
    }
    expect(await rowsOf(archive)).toHaveLength(2);
  });

  it('is not half ingested where the registry cannot be read: nothing is made', async () => {
    const archive = join(folder(), 'archive');
    const broken = folder();
    mkdirSync(join(broken, 'run'));
    writeFileSync(join(broken, 'butler.yaml'), 'registry: {db: "sqlite:///<butlerRoot>/gen3.sqlite3"}');
    await expect(run(archive, { repository: broken })).rejects.toMatchObject({ code: 'BAD_BUTLER_DATABASE' });
    expect(existsSync(archive)).toBe(false);
  });
});
