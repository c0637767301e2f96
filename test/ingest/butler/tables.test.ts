// What a registry says of visits, detectors, tracts, patches, runs and validity is in the tables beside the datasets, before what files say.
// Expected values are those that went into the registry; MJD in TAI is nanoseconds / 86,400 s + 40,587 (daf_butler's epoch is 1970 TAI).
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type IngestOptions, type IngestReport, ingestButler } from '../../../src/ingest/index.ts';
import { folder, imageAt } from '../../support/archive.ts';
import {
  makeTables,
  newButler,
  polygonText,
  postgresRegistry,
  putFile,
  type Span,
  sqliteRegistry,
  TestButler,
  uuidOf,
  writeConfig,
} from '../../support/butler.ts';
import { plainImage, type Value } from '../../support/fits.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { rows } from '../../support/rows.ts';

const labels: IngestOptions = { collection: 'Test', repo: 'test' };
const dashed = (n: number) => uuidOf(n).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** 2026-01-01T00:00:37 TAI, seconds after it. */
const after = (seconds: number) => 1_767_225_637_000_000_000n + BigInt(seconds) * 1_000_000_000n;
const tai = (seconds: number) => 61_041 + (37 + seconds) / 86_400;
const LAST = 4_102_444_800_000_000_000n;
const DETECTOR = 'instrument:text detector:int visit:int';
const close = (value: number) => expect.closeTo(value, 9);

const exposure = (id: number, begin: number, more: object = {}) => ({
  ...{ instrument: 'Cam', id, physical_filter: 'r_57', obs_id: `E${id}`, exposure_time: 15, dark_time: 15.5 },
  ...{ observation_type: 'science', observation_reason: 'deep', seq_num: id % 100, target_name: 'M13' },
  ...{ science_program: 'B1', tracking_ra: 10.5, tracking_dec: -20.25, sky_angle: 33, zenith_angle: 30 },
  ...{ azimuth: 120, timespan: [after(begin), after(begin + 15)] as Span },
  ...more,
});

/** Visit 100 of exposures 100 and 101, visit 200 of exposures that point elsewhere, exposure 300 in no visit. */
async function fill(butler: TestButler): Promise<void> {
  const { registry, universe } = butler;
  const day = universe < 6 ? {} : { day_obs: 20_251_231 };
  await butler.collection('run/a', 'run', [], { host: 'node1', timespan: [after(0), after(3600)] });
  await butler.collection('run/raw', 'run');
  await butler.collection('calib/2025', 'calibration');
  await butler.collection('calib/2026', 'calibration');
  await butler.type('calexp', 'ExposureF', DETECTOR);
  await butler.type('raw', 'Exposure', 'instrument:text detector:int exposure:int');
  await butler.type('bias', 'ExposureF', 'instrument:text detector:int');
  await butler.type('deep_coadd', 'ExposureF', 'band:text skymap:text tract:int patch:int');
  await registry.insert('physical_filter', [{ instrument: 'Cam', name: 'r_57', band: 'r' }]);
  await registry.insert('detector', [
    { instrument: 'Cam', id: 7, full_name: 'R22_S11', name_in_raft: 'S11', raft: 'R22' },
  ]);
  const common = { instrument: 'Cam', physical_filter: 'r_57', target_name: 'M13', region: null, ...day };
  const said = { observation_reason: 'deep', science_program: 'B1', azimuth: 121, zenith_angle: 29.5 };
  await registry.insert('visit', [
    {
      ...{ ...common, ...said, id: 100, name: 'V100', seq_num: 5, exposure_time: 30 },
      timespan: [after(0), after(40)],
    },
    { ...common, id: 200, name: 'V200', exposure_time: 30, timespan: [0n, after(40)] },
  ]);
  await registry.insert('exposure', [
    ...[exposure(100, 0, day), exposure(101, 20, day)],
    ...[exposure(200, 50, day), exposure(201, 70, { ...day, tracking_ra: 11, observation_type: 'flat' })],
    exposure(300, 90, { ...day, zenith_angle: null, sky_angle: Number.NaN, target_name: '' }),
  ]);
  const pairs = [100, 101].map((id) => [id, 100]).concat([200, 201].map((id) => [id, 200]));
  await registry.insert(
    'visit_definition',
    pairs.map(([id = 0, visit = 0]) => ({ instrument: 'Cam', exposure: id, visit })),
  );
  await registry.insert('tract', [
    { skymap: 'own', id: 3, region: polygonText([9, 9], [12, 9], [12, 12], [9, 12]) },
  ]);
  await registry.insert('patch', [
    {
      ...{ skymap: 'own', tract: 3, id: 4, cell_x: 1, cell_y: 2 },
      region: polygonText([10, 10], [11, 10], [11, 11], [10, 11]),
    },
  ]);
}

async function addDatasets(butler: TestButler, repository: string): Promise<void> {
  const put = async (n: number, type: string, run: string, dataId: Record<string, string | number>) => {
    putFile(repository, `${n}.fits`, plainImage(8, 8));
    await butler.dataset(type, run, uuidOf(n), dataId, `${n}.fits`);
  };
  for (const [n, visit] of [100, 200].entries())
    await put(n, 'calexp', 'run/a', { instrument: 'Cam', detector: 7, visit });
  for (const [n, id] of [100, 101, 300].entries())
    await put(10 + n, 'raw', 'run/raw', { instrument: 'Cam', detector: 7, exposure: id });
  const bias = { instrument: 'Cam', detector: 7 };
  await put(20, 'bias', 'run/a', bias);
  await butler.certify('bias', 'calib/2025', 1, uuidOf(20), bias, [0n, after(0)]);
  await butler.certify('bias', 'calib/2026', 2, uuidOf(20), bias, [after(0), after(60)]);
  await butler.certify('bias', 'calib/2026', 3, uuidOf(20), bias, [after(90), LAST]);
  await put(30, 'deep_coadd', 'run/a', { band: 'r', skymap: 'own', tract: 3, patch: 4 });
}

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
  return () => server.stop();
});

describe.each(['SQLite', 'PostgreSQL'])('a registry in %s', (engine) => {
  it.each([8, 1])('of universe %i fills the tables beside the datasets', async (universe) => {
    const [repository, archive] = [folder(), folder()];
    const url = engine === 'SQLite' ? undefined : server.database();
    writeConfig(repository, url);
    const registry =
      url === undefined ? sqliteRegistry(join(repository, 'gen3.sqlite3')) : await postgresRegistry(url);
    await makeTables(registry, universe);
    const butler = new TestButler(registry, universe);
    await fill(butler);
    await addDatasets(butler, repository);
    await registry.close();
    expect(await ingestButler(archive, { repository }, labels)).toMatchObject({ ingested: 7, failed: 0 });

    const day = universe < 6 ? null : 20_251_231;
    const every = {
      obs_collection: 'Test',
      instrument: 'Cam',
      band: 'r',
      physical_filter: 'r_57',
      day_obs: day,
    };
    const nothing = { airmass: null, psf_fwhm: null, site_lon: null, described_by: null };
    expect(await rows(archive, 'visit')).toEqual([
      // Both exposures point to one place. The record of the visit goes before those of its exposures.
      expect.objectContaining({
        ...{ ...every, ...nothing, visit: 100, name: 'V100', seq_num: 5, exposure_time: 30, dark_time: null },
        ...{ ra: 10.5, dec: -20.25, rotation: 33, azimuth: 121, altitude: 60.5 },
        ...{ exposure_begin: close(tai(0)), exposure_end: close(tai(40)), target_name: 'M13' },
        ...{ observation_type: 'science', observation_reason: 'deep', science_program: 'B1' },
      }),
      // Part of visit 100, and a raw image of its own.
      expect.objectContaining({
        ...{ ...every, ...nothing, visit: 101, name: 'E101', seq_num: 1, exposure_time: 15, dark_time: 15.5 },
        ...{ ra: 10.5, altitude: 60, exposure_begin: close(tai(20)), exposure_end: close(tai(35)) },
      }),
      // Exposures that differ say nothing of their visit; a time without a bound is none.
      expect.objectContaining({
        ...{ ...every, ...nothing, visit: 200, name: 'V200', seq_num: null, exposure_time: 30 },
        ...{ ra: null, dec: -20.25, observation_type: null, altitude: null, observation_reason: null },
        ...{ exposure_begin: null, exposure_end: close(tai(40)) },
      }),
      expect.objectContaining({
        ...{
          ...every,
          ...nothing,
          visit: 300,
          name: 'E300',
          altitude: null,
          rotation: null,
          target_name: null,
        },
      }),
    ]);
    expect(
      (await rows(archive, 'visit_detector')).map(({ visit, name, raft, detector }) => [
        visit,
        detector,
        name,
        raft,
      ]),
    ).toEqual([100, 101, 200, 300].map((visit) => [visit, 7, 'R22_S11', 'R22']));
    expect(await rows(archive, 'run')).toEqual([
      expect.objectContaining({
        ...{ obs_collection: 'Test', name: 'run/a', host: 'node1', software: null },
        // UTC.
        ...{ run_begin: close(61_041), run_end: close(61_041 + 3600 / 86_400) },
      }),
      expect.objectContaining({ name: 'run/raw', host: null, run_begin: null, run_end: null }),
    ]);
    const validity = await rows(archive, 'calibration_validity');
    const ranges = validity.map((row) => [
      row.uuid,
      row.calibration_collection,
      row.valid_from,
      row.valid_to,
    ]);
    expect(ranges.sort((a, b) => Number(a[2]) - Number(b[2]))).toEqual([
      [dashed(20), 'calib/2025', null, close(tai(0))],
      [dashed(20), 'calib/2026', close(tai(0)), close(tai(60))],
      [dashed(20), 'calib/2026', close(tai(90)), null],
    ]);
    const [tract] = await rows(archive, 'tract');
    expect(tract).toMatchObject({ skymap: 'own', tract: 3, ra: null, width: null });
    expect(tract?.outer_region).toEqual([9, 9, 12, 9, 12, 12, 9, 12].map(close));
    const [patch] = await rows(archive, 'patch');
    expect(patch).toMatchObject({ skymap: 'own', tract: 3, patch: 4, cell_x: 1, cell_y: 2, x_min: null });
    expect(patch?.outer_region).toEqual([10, 10, 11, 10, 11, 11, 10, 11].map(close));
  });
});

async function small() {
  const repository = folder();
  const butler = await newButler(repository);
  await fill(butler);
  return { repository, butler, archive: folder() };
}

describe('a registry and files', () => {
  it('fill what the other leaves open; the registry goes first, but the outline is that of the WCS, and contradictions are said', async () => {
    const { repository, butler, archive } = await small();
    const cards: Record<string, Value> = {
      ...{
        'HIERARCH EXPINFO_V': 2,
        INSTRUME: 'Cam',
        'BORE-RA': 15,
        'BORE-DEC': -20.25,
        'HIERARCH BORE-AIRMASS': 1.2,
      },
      ...{ AIRTEMP: 11, PROGRAM: 'B2', OBSTYPE: 'science', DETNAME: 'R11_S00', CCDNUM: 7 },
    };
    putFile(repository, 'a.fits', imageAt(40, 5, cards));
    const [region] = [polygonText([9, -1], [11, -1], [11, 1], [9, 1])];
    await butler.registry.insert('visit_detector_region', [
      { instrument: 'Cam', detector: 7, visit: 100, region },
    ]);
    await butler.dataset(
      'calexp',
      'run/a',
      uuidOf(1),
      { instrument: 'Cam', detector: 7, visit: 100 },
      'a.fits',
    );
    await butler.registry.close();
    const report: IngestReport = await ingestButler(archive, { repository }, labels);
    const [visit] = await rows(archive, 'visit');
    expect(visit).toMatchObject({ ra: 10.5, airmass: 1.2, air_temperature: 11, science_program: 'B1' });
    const [detector] = await rows(archive, 'visit_detector');
    expect(detector).toMatchObject({ name: 'R22_S11', raft: 'R22', corners_origin: 'wcs' });
    expect(detector?.corners?.[0]).toBeCloseTo(40, 0);
    expect(report.notes.map(({ note }) => note.split(':')[0]).sort()).toEqual([
      ...['detector name', 'detector raft', 'ra', 's_region', 'science_program'],
    ]);
  });

  it('are told apart: what a later file says of the same visit does not replace what the registry said', async () => {
    const { repository, butler, archive } = await small();
    await addDatasets(butler, repository);
    await butler.registry.close();
    await ingestButler(archive, { repository }, labels);
    const { ingest } = await import('../../../src/ingest/index.ts');
    const files = folder();
    const cards = {
      INSTRUME: 'Cam',
      'HIERARCH LSST BUTLER DATAID VISIT': 100,
      OBJECT: 'Nothing',
      AIRMASS: 1.3,
    };
    putFile(files, 'b.fits', imageAt(40, 5, cards));
    await ingest(archive, [files], labels);
    expect((await rows(archive, 'visit'))[0]).toMatchObject({
      target_name: 'M13',
      airmass: 1.3,
      described_by: null,
    });
  });

  it('that was certified otherwise has the ranges of today at the next ingest', async () => {
    const { repository, butler, archive } = await small();
    await addDatasets(butler, repository);
    await ingestButler(archive, { repository }, labels);
    await butler.registry.run('DELETE FROM dataset_calibs_00000003 WHERE id < 3');
    await butler.registry.close();
    expect(await ingestButler(archive, { repository }, labels)).toMatchObject({ replaced: 1, unchanged: 6 });
    expect((await rows(archive, 'calibration_validity')).map((row) => row.valid_from)).toEqual([
      close(tai(90)),
    ]);
    // A dataset that is gone takes its ranges with it.
    rmSync(join(repository, '20.fits'));
  });

  it('damaged cells of a registry say nothing, and end nothing', async () => {
    const { repository, butler, archive } = await small();
    await addDatasets(butler, repository);
    const { registry } = butler;
    await registry.run("UPDATE exposure SET tracking_ra = 'east', sky_angle = 1e300, azimuth = x'00ff'");
    await registry.run(
      "UPDATE visit SET seq_num = 9007199254740993, zenith_angle = -5, exposure_time = 'long'",
    );
    await registry.run("UPDATE detector SET raft = x'01', full_name = x'07'");
    await registry.run("UPDATE run SET host = x'01', timespan_begin = 'yesterday'");
    await registry.run(
      "UPDATE tract SET region = 'AAAA'; UPDATE patch SET region = 'no base64!', cell_x = 'one'",
    );
    await registry.run('UPDATE dataset_calibs_00000003 SET timespan_end = timespan_begin WHERE id = 2');
    await registry.close();
    expect(await ingestButler(archive, { repository }, labels)).toMatchObject({ ingested: 7, failed: 0 });
    const [visit] = await rows(archive, 'visit');
    expect(visit).toMatchObject({ ra: null, rotation: null, azimuth: 121, altitude: null, seq_num: null });
    expect((await rows(archive, 'visit_detector'))[0]).toMatchObject({ name: null, raft: null });
    expect((await rows(archive, 'run'))[0]).toMatchObject({ host: null, run_begin: null });
    expect((await rows(archive, 'tract'))[0]).toMatchObject({ outer_region: null });
    expect((await rows(archive, 'patch'))[0]).toMatchObject({ cell_x: null, cell_y: 2 });
    expect(await rows(archive, 'calibration_validity')).toHaveLength(2);
  });
});
