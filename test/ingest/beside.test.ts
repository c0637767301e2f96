// Tables beside the datasets, as ingest fills them from files. Oracles: the simulation's truth, astropy's times, and numbers
// computed here.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { rowFor } from '../../src/catalog/tables.ts';
import { FileCandidates } from '../../src/ingest/files/source.ts';
import { ingest, ingestFrom } from '../../src/ingest/ingest.ts';
import type { Found, SourceFacts } from '../../src/ingest/source.ts';
import { folder, imageAt } from '../support/archive.ts';
import type { Value } from '../support/fits.ts';
import { rows } from '../support/rows.ts';

/** An image with keywords of any length. */
const fileOf = (cards: Record<string, Value>) =>
  imageAt(
    10,
    -20,
    Object.fromEntries(
      Object.entries(cards).map(([name, value]) => [name.length > 8 ? `HIERARCH ${name}` : name, value]),
    ),
  );

const UUID = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
const labels = { collection: 'Test', repo: 'test' };

/** afw's cards of a visit. */
const VISIT: Record<string, Value> = {
  EXPINFO_V: 2,
  INSTRUME: 'Cam',
  'LSST BUTLER DATAID VISIT': 7,
  'LSST BUTLER DATASETTYPE': 'visit_image',
  'BORE-RA': 10.5,
  'BORE-DEC': -20.25,
  'BORE-ROTANG': 33,
  ROTTYPE: 'SKY',
  'BORE-AIRMASS': 1.25,
  AIRTEMP: 11.5,
  AIRPRESS: 73_950,
  HUMIDITY: 35,
  EXPTIME: 30,
  DARKTIME: 30.5,
  TIMESYS: 'TAI',
  // Across the leap second of 2016-12-31: UTC is 23:59:60.5.
  'DATE-AVG': '2017-01-01T00:00:36.500',
  PROGRAM: 'BLOCK-1',
  REASON: 'deep',
  OBSTYPE: 'science',
  OBJECT: 'COSMOS',
};

describe('the simulated archive', () => {
  const archive = inject('sample');

  it('has each visit as it was simulated', async () => {
    const visits = await rows(archive, 'visit');
    const truth = readFileSync(join(archive, '../files/truth/datasets.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ dataId }) => dataId.visit !== undefined);
    const ofTruth = new Map(truth.map((one) => [one.dataId.visit, one.dataId]));
    expect(visits.map(({ visit }) => visit).sort()).toEqual([...ofTruth.keys()].sort());
    for (const visit of visits) {
      const { band, day_obs, physical_filter, instrument } = ofTruth.get(visit.visit);
      expect(visit).toMatchObject({
        band,
        day_obs,
        physical_filter,
        instrument,
        described_by: 'visit_image',
      });
      // The simulation's UT1 is UTC; microseconds are lost in MJD.
      expect(Math.abs(visit.dut1 ?? 1)).toBeLessThan(1e-5);
      expect(visit.rotation).not.toBeNull();
      const { exposure_begin: begin, exposure_end: end, exposure_time: time } = visit;
      expect(((end ?? 0) - (begin ?? 0)) * 86_400).toBeCloseTo(time ?? 0, 4);
      // Neither weather nor a zero point of counts is in these files.
      expect([visit.air_pressure, visit.zero_point, visit.seeing]).toEqual([null, null, null]);
    }
  });

  it('has the detectors of each visit, with outline, raft and PSF, whose median the visit has', async () => {
    const detectors = await rows(archive, 'visit_detector');
    const visits = await rows(archive, 'visit');
    for (const one of detectors) {
      expect(one.name).toMatch(/^R22_S\d\d$/);
      expect([one.raft, one.corners_origin]).toEqual(['R22', 'wcs']);
      expect(one.corners?.length).toBeGreaterThanOrEqual(8);
    }
    for (const visit of visits) {
      const own = detectors.filter((one) => one.visit === visit.visit).map(({ psf_fwhm }) => psf_fwhm ?? 0);
      const sorted = own.toSorted((a, b) => a - b);
      const [a = 0, b = 0] = [sorted[(own.length - 1) >> 1], sorted[own.length >> 1]];
      expect(visit.psf_fwhm).toBeCloseTo((a + b) / 2, 12);
      expect(visit.psf_fwhm).toBeGreaterThan(0.3);
      expect(visit.psf_fwhm).toBeLessThan(3);
    }
  });

  it('has the tracts and patches of its co-adds: an inner box lies within the image of the patch', async () => {
    const [tracts, patches] = [await rows(archive, 'tract'), await rows(archive, 'patch')];
    expect(new Set(patches.map(({ tract }) => tract))).toEqual(new Set(tracts.map(({ tract }) => tract)));
    expect(patches.length).toBeGreaterThan(4);
    for (const { inner_region: inner, outer_region: outer } of patches) {
      const range = (of: readonly number[] | null, axis: number) => {
        const values = (of ?? []).filter((_, n) => n % 2 === axis);
        return [Math.min(...values), Math.max(...values)] as const;
      };
      for (const axis of [0, 1]) {
        expect(range(inner, axis)[0]).toBeGreaterThan(range(outer, axis)[0]);
        expect(range(inner, axis)[1]).toBeLessThan(range(outer, axis)[1]);
      }
    }
  });
});

describe('files', () => {
  it('give a visit what their cards say, the leap second included, and nothing else', async () => {
    const [root, archive] = [folder(), folder()];
    // UT1 - UTC of that night was -0.408 s (IERS): MJD of UT1 counts days of 86,400 s.
    const ut1 = 57_753 + (86_400.5 - 0.408) / 86_400;
    const cards = { ...VISIT, 'MJD-AVG-UT1': ut1, 'LSST BUTLER DATAID DETECTOR': 4, DETNAME: 'R11_S21' };
    writeFileSync(join(root, 'a.fits'), fileOf(cards));
    await ingest(archive, [root], labels);
    const [visit] = await rows(archive, 'visit');
    expect(visit).toMatchObject({
      obs_collection: 'Test',
      instrument: 'Cam',
      visit: 7,
      ra: 10.5,
      dec: -20.25,
      rotation: 33,
      airmass: 1.25,
      air_temperature: 11.5,
      air_pressure: 73_950,
      humidity: 35,
      exposure_time: 30,
      dark_time: 30.5,
      science_program: 'BLOCK-1',
      observation_reason: 'deep',
      observation_type: 'science',
      target_name: 'COSMOS',
      seeing: null,
      psf_fwhm: null,
      azimuth: null,
    });
    expect(visit?.dut1).toBeCloseTo(-0.408, 5);
    const middle = ((visit?.exposure_begin ?? 0) + (visit?.exposure_end ?? 0)) / 2;
    const script = `from astropy.time import Time; print(Time('2017-01-01T00:00:36.500', scale='tai').mjd)`;
    expect(middle).toBeCloseTo(
      Number(execFileSync('/usr/bin/python3', ['-c', script], { encoding: 'utf8' })),
      9,
    );
    expect(await rows(archive, 'visit_detector')).toMatchObject([
      { detector: 4, name: 'R11_S21', raft: 'R11' },
    ]);
  });

  it('of a visit are believed in the order calibrated, raw, difference, whenever they come', async () => {
    const [root, archive] = [folder(), folder()];
    const of = (type: string, target: string, n: number) =>
      fileOf({
        ...VISIT,
        'LSST BUTLER DATASETTYPE': type,
        'LSST BUTLER DATAID DETECTOR': 4,
        'LSST BUTLER ID': UUID(n),
        OBJECT: target,
        ...(type === 'raw' ? { DAYOBS: 20_170_101 } : {}),
      });
    writeFileSync(join(root, 'visit.fits'), of('visit_image', 'calibrated', 1));
    await ingest(archive, [root], labels);
    writeFileSync(join(root, 'raw.fits'), of('raw', 'raw', 2));
    writeFileSync(join(root, 'diff.fits'), of('difference_image', 'difference', 3));
    await ingest(archive, [root], labels);
    const [visit, ...others] = await rows(archive, 'visit');
    expect(others).toEqual([]);
    // The raw image alone knows the day.
    expect(visit).toMatchObject({
      target_name: 'calibrated',
      described_by: 'visit_image',
      day_obs: 20_170_101,
    });
  });

  it('without visit or instrument have no row', async () => {
    const [root, archive] = [folder(), folder()];
    writeFileSync(join(root, 'a.fits'), fileOf({ EXPNUM: 5 }));
    writeFileSync(join(root, 'b.fits'), fileOf({ INSTRUME: 'Cam' }));
    await ingest(archive, [root], labels);
    expect(await rows(archive, 'visit')).toEqual([]);
  });

  it('name their run and inputs: resolved where the archive has them, whenever these come or go', async () => {
    const [root, archive] = [folder(), folder()];
    const made = fileOf({
      'LSST BUTLER ID': UUID(1),
      'LSST BUTLER RUN': 'u/anna/run',
      PLVER: 'V9',
      'LSST BUTLER INPUT 0 ID': UUID(2),
      'LSST BUTLER INPUT 0 DATASETTYPE': 'raw',
      'LSST BUTLER INPUT 1 ID': UUID(3),
    });
    writeFileSync(join(root, 'made.fits'), made);
    await ingest(archive, [root], labels);
    const inputs = async () =>
      (await rows(archive, 'dataset_input')).map(({ named, input }) => [named, input]);
    expect(await inputs()).toEqual([
      [UUID(2), null],
      [UUID(3), null],
    ]);
    const raw = join(root, 'raw.fits');
    writeFileSync(raw, fileOf({ 'LSST BUTLER ID': UUID(2) }));
    await ingest(archive, [root], labels);
    expect(await inputs()).toEqual([
      [UUID(2), UUID(2)],
      [UUID(3), null],
    ]);
    expect((await rows(archive, 'dataset_input'))[0]).toMatchObject({ role: 'input', input_type: 'raw' });
    expect(await rows(archive, 'run')).toEqual([
      expect.objectContaining({ name: 'u/anna/run', software: '{"NOIRLab community pipeline":"V9"}' }),
    ]);
    // The file of the input becomes another dataset.
    rmSync(raw);
    writeFileSync(raw, fileOf({ 'LSST BUTLER ID': UUID(4) }));
    await ingest(archive, [root], labels);
    expect(await inputs()).toEqual([
      [UUID(2), null],
      [UUID(3), null],
    ]);
  });
});

/** Files of a folder, with what a registry knows of them. */
class Registry extends FileCandidates {
  override async *candidates(): AsyncGenerator<Found> {
    for await (const found of super.candidates()) {
      if ('problem' in found) yield found;
      else yield { candidate: { ...found.candidate, facts: FACTS } };
    }
  }
}

const FACTS: SourceFacts = {
  ...{ uuid: UUID(1), type: 'visit_image', run: 'r', instrument: 'Cam', visit: 7, detector: 4 },
  ...{ skymap: undefined, tract: undefined, patch: undefined, band: 'r', filter: 'r_1', obsId: undefined },
  ...{ time: undefined, exposure: undefined, target: undefined, region: undefined, record: 'a', notes: [] },
  tables: {
    visit: [
      rowFor('visit', {
        ...{ obs_collection: labels.collection, instrument: 'Cam', visit: 7 },
        ...{ name: 'seven', target_name: 'M31' },
      }),
    ],
    calibration_validity: [
      rowFor('calibration_validity', { uuid: UUID(1), calibration_collection: 'calib', valid_from: 60_000 }),
    ],
    dataset_input: [rowFor('dataset_input', { output: UUID(1), position: 0, role: 'bias', named: UUID(9) })],
  },
};

describe('a registry', () => {
  it('goes before files, which fill what it leaves open', async () => {
    const [root, archive] = [folder(), folder()];
    writeFileSync(join(root, 'a.fits'), fileOf({ ...VISIT, DETNAME: 'R11_S21' }));
    const report = await ingestFrom(archive, new Registry([root]), labels);
    expect(report).toMatchObject({ ingested: 1, failed: 0 });
    expect(await rows(archive, 'visit')).toMatchObject([
      {
        name: 'seven',
        target_name: 'M31',
        described_by: null,
        physical_filter: 'r_1',
        airmass: 1.25,
        ra: 10.5,
      },
    ]);
    expect(await rows(archive, 'visit_detector')).toMatchObject([{ detector: 4, raft: 'R11' }]);
    expect(await rows(archive, 'calibration_validity')).toMatchObject([
      { uuid: UUID(1), valid_from: 60_000, valid_to: null },
    ]);
    expect(await rows(archive, 'dataset_input')).toMatchObject([
      { role: 'bias', named: UUID(9), input: null },
    ]);
  });
});

describe('a co-add of lsst.images', () => {
  const data = process.env.VIGNET_REAL_DATA ?? resolve(import.meta.dirname, '../../../shared/data');
  const real = join(data, 'butler-dp2');
  const found = (existsSync(real) ? readdirSync(real, { recursive: true }) : [])
    .map(String)
    .filter((path) => /\/deep_coadd_[^/]*\.fits$/.test(path))
    .map((path) => join(real, path));

  it.skipIf(found.length === 0)(
    'names its images: resolved where one image of the collection can be meant',
    async () => {
      const [archive, root] = [folder(), folder()];
      const [file = ''] = found;
      const script = `
from astropy.io import fits
t = fits.open('${file}')['PROVENANCE/INPUTS'].data
print([[int(r['visit']), int(r['detector'])] for r in t])`;
      const expected: [number, number][] = JSON.parse(
        execFileSync('/usr/bin/python3', ['-W', 'ignore', '-c', script], { encoding: 'utf8' }),
      );
      await ingest(archive, [file], labels);
      const inputs = async () =>
        (await rows(archive, 'dataset_input')).filter(({ role }) => role === 'exposure');
      expect((await inputs()).map(({ visit, detector, input }) => [visit, detector, input])).toEqual(
        expected.map(([visit, detector]) => [visit, detector, null]),
      );
      const [[visit, detector] = [0, 0]] = expected;
      const image = (n: number, type: string) =>
        writeFileSync(
          join(root, `${n}.fits`),
          fileOf({
            INSTRUME: 'LSSTCam',
            'LSST BUTLER ID': UUID(n),
            'LSST BUTLER DATASETTYPE': type,
            'LSST BUTLER DATAID VISIT': visit,
            'LSST BUTLER DATAID DETECTOR': detector,
          }),
        );
      image(1, 'raw');
      await ingest(archive, [root], { ...labels, collection: 'Another release' });
      image(2, 'visit_image');
      await ingest(archive, [root], { ...labels, collection: 'Another release' });
      expect((await inputs())[0]?.input).toBeNull();
      rmSync(join(root, '2.fits'));
      image(3, 'visit_image');
      await ingest(archive, [join(root, '3.fits')], labels);
      expect((await inputs())[0]?.input).toBe(UUID(3));
      // Two that can be meant: neither is.
      image(4, 'visit_image');
      await ingest(archive, [join(root, '4.fits')], labels);
      expect((await inputs())[0]?.input).toBeNull();
    },
  );
});
