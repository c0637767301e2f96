// What headers say: when, in which band, of what.
import { describe, expect, it } from 'vitest';
import { bandOf, bandOfFilter } from '../../src/ingest/describe/bands.ts';
import { whenTaken } from '../../src/ingest/describe/exposure-time.ts';
import { calibLevel, identify, subtypeOf } from '../../src/ingest/describe/identity.ts';

describe('when', () => {
  it('is centred on DATE-AVG in TAI (afw)', () => {
    const when = whenTaken({
      'DATE-AVG': '2020-01-20T12:34:56.000000000',
      TIMESYS: 'TAI',
      EXPTIME: 30,
      'MJD-OBS': 51544.5,
    });
    // astropy: Time('2020-01-20T12:34:56', scale='tai').utc.mjd = 58868.523831018516
    expect(when.tMin).toBeCloseTo(58868.523831018516 - 15 / 86_400, 9);
    expect(when.tMax).toBeCloseTo(58868.523831018516 + 15 / 86_400, 9);
    expect(when.exposure).toBe(30);
  });

  it('starts at DATE-OBS in UTC (DECam)', () => {
    const when = whenTaken({
      'DATE-OBS': '2015-03-29T08:32:55.752081',
      TIMESYS: 'UTC',
      EXPTIME: 79,
      'MJD-OBS': 57110.35620083,
    });
    expect(when.tMin).toBeCloseTo(57110.35620083427, 9);
    expect(when.tMax).toBeCloseTo(57110.35620083427 + 79 / 86_400, 9);
  });

  it('goes by DATE-BEG and DATE-END, or MJD, or a date and a clock', () => {
    expect(whenTaken({ 'MJD-BEG': 60000, 'MJD-END': 60000.5 })).toMatchObject({ tMin: 60000, tMax: 60000.5 });
    expect(whenTaken({ 'MJD-OBS': '54384.5' }).tMin).toBe(54384.5);
    expect(whenTaken({ 'DATE-OBS': '2007-10-11', 'TIME-OBS': '12:00:00.0' }).tMin).toBe(54384.5);
    expect(whenTaken({ 'DATE-OBS': '2007-10-11', 'MJD-OBS': 54384.25 }).tMin).toBe(54384.25);
  });

  it('lasts as long as an exposure can, or is said to be unknown', () => {
    const at = { 'DATE-OBS': '2015-03-29T08:32:55' };
    for (const EXPTIME of [-1, 1e300, 4e7, '-5'])
      expect(whenTaken({ ...at, EXPTIME }), String(EXPTIME)).toMatchObject({
        exposure: null,
        notes: [`expected 0 s to a year for EXPTIME, received ${Number(EXPTIME)}`],
      });
    expect(whenTaken({ ...at, EXPTIME: 'NaN' })).toMatchObject({ exposure: null });
    const { tMin, tMax } = whenTaken({ ...at, EXPTIME: 1e300 });
    expect(tMin).toBe(tMax);
    expect(whenTaken({ ...at, EXPTIME: 3e7 }).exposure).toBe(3e7);
  });

  it('needs a time of day, of whichever card', () => {
    const date = { 'DATE-OBS': '2008-02-13', EXPTIME: 10 };
    expect(whenTaken(date)).toMatchObject({
      tMin: null,
      notes: ['DATE-OBS is a date without a time of day'],
    });
    // astropy: Time('2008-02-13T07:35:46.1').mjd
    for (const card of ['TIME-OBS', 'UT', 'UTSTART', 'UTC-OBS', 'UTC'])
      expect(whenTaken({ ...date, [card]: ' 7:35:46.1' }).tMin, card).toBeCloseTo(54509.316505787036, 9);
    expect(whenTaken({ ...date, UT: '25:00:00' }).tMin).toBeNull();
    // A true midnight is one.
    expect(whenTaken({ 'DATE-OBS': '2008-02-13T00:00:00' }).tMin).toBe(54509);
  });

  it('is unknown rather than wrong', () => {
    for (const cards of [
      {},
      { 'DATE-OBS': 'yesterday' },
      { 'DATE-AVG': '1969-12-31T23:59:51.99', TIMESYS: 'TAI' },
      { 'MJD-OBS': Number.NaN },
      { 'DATE-OBS': '2015-03-29T08:32:55', TIMESYS: 'LOCAL' },
      { 'MJD-BEG': 60001, 'MJD-END': 60000 },
      { 'MJD-OBS': true },
    ]) {
      expect(whenTaken(cards), JSON.stringify(cards)).toMatchObject({ tMin: null, tMax: null });
    }
  });
});

describe('bands', () => {
  it.each([
    ['g', 'g'],
    ['HSC-G', 'g'],
    ['bokr', 'r'],
    ['i_sim_1.4', 'i'],
    ['g_6', 'g'],
    ['r DECam SDSS c0002 6415.0 1480.0', 'r'],
    ['zd DECam k1038', 'z'],
    ['I', 'I'],
    ['VR DECam c0007 6300.0 2600.0', 'VR'],
    ['ha', null],
    ['N708', null],
    ['', null],
    ['green', null],
  ])('of filter %s is %s', (filter, band) => expect(bandOfFilter(filter)).toBe(band));

  it('have the wavelengths of their instrument', () => {
    const lsst = bandOf(
      { 'LSST BUTLER DATAID BAND': 'g', 'LSST BUTLER DATAID PHYSICAL_FILTER': 'g_6' },
      'LSSTCam',
    );
    expect(lsst).toEqual({ band: 'g', filter: 'g_6', emMin: 4.026e-7, emMax: 5.483e-7 });
    expect(
      bandOf({ 'LSST BUTLER DATASETTYPE': 'deep_coadd', 'LSST BUTLER DATAID BAND': 'y' }, null),
    ).toMatchObject({ emMin: 9.278e-7 });
    const decam = bandOf({ FILTER: 'g DECam SDSS c0001 4720.0 1520.0', BAND: 'g' }, 'DECam');
    expect(decam).toMatchObject({ band: 'g', emMin: 3.96e-7, emMax: 5.48e-7 });
    expect(bandOf({ FILTER: 'I' }, null)).toMatchObject({ band: 'I', emMin: 7.21e-7, emMax: 8.75e-7 });
    expect(bandOf({ FILTER: 'g' }, 'Some camera')).toMatchObject({ band: 'g', emMin: null, emMax: null });
    expect(bandOf({ FILTER: '_unknown_' }, null)).toEqual({
      band: null,
      filter: null,
      emMin: null,
      emMax: null,
    });
  });
});

describe('identity', () => {
  it('is the Butler’s where its cards are', () => {
    const found = identify({
      'LSST BUTLER ID': '58f56d2e-cfd8-44e7-a343-20ebdc1f4127',
      'LSST BUTLER DATASETTYPE': 'visit_image',
      'LSST BUTLER RUN': 'run/1',
      'LSST BUTLER DATAID INSTRUMENT': 'LSSTCam',
      'LSST BUTLER DATAID VISIT': 2025061400123,
      'LSST BUTLER DATAID DETECTOR': 94,
      PROCTYPE: 'raw',
    });
    expect(found).toEqual({
      type: 'visit_image',
      uuid: '58f56d2e-cfd8-44e7-a343-20ebdc1f4127',
      run: 'run/1',
      instrument: 'LSSTCam',
      visit: 2025061400123,
      detector: 94,
      skymap: null,
      tract: null,
      patch: null,
    });
    expect([calibLevel('visit_image', true), subtypeOf('visit_image')]).toEqual([2, 'lsst.visit_image']);
  });

  it.each([
    [{ DATAMODL: 'https://images.lsst.io/schemas/cell_coadd-1.0.0' }, 'deep_coadd'],
    [{ DATAMODL: 'https://images.lsst.io/schemas/visit_image-1.0.0' }, 'visit_image'],
    [{ EXPINFO_V: 1, DETNAME: 'S00', BUNIT: 'nJy' }, 'visit_image'],
    [{ EXPINFO_V: 0, DETECTOR_ID: 2 }, 'calexp'],
    [{ AR_HDU: 5, COADD_INPUTS_ID: 7, DETNAME: 'x' }, 'deep_coadd'],
    [{ PROCTYPE: 'InstCal' }, 'instcal'],
    [{ PROCTYPE: 'raw', OBSTYPE: 'object' }, 'raw'],
    [{ PROCTYPE: 'raw', OBSTYPE: 'object', CCDPROC: 'done' }, 'image'],
    [{ PROCTYPE: 'Stacked' }, 'stack'],
    [{}, 'image'],
  ])('of %j is %s', (cards, type) =>
    expect(identify(cards as Record<string, string | number>).type).toBe(type));

  it('takes a visit and a detector where numbers are', () => {
    expect(identify({ EXPNUM: 425859, CCDNUM: 42, INSTRUME: 'DECam ' })).toMatchObject({
      visit: 425859,
      detector: 42,
      instrument: 'DECam',
    });
    expect(identify({ EXTNAME: 'ccd1' })).toMatchObject({ visit: null, detector: 1 });
    expect(identify({ EXPNUM: 1e300, CCDNUM: 'N4', 'LSST BUTLER ID': 'no uuid' })).toMatchObject({
      visit: null,
      detector: null,
      uuid: undefined,
    });
  });
});
