// Observations: calibrations and PSFs at a position, and what the tree of an lsst.images file says in header cards.
import { describe, expect, it } from 'vitest';
import type { ExposureInfo, LayoutInfo } from '../../src/addon/layout.ts';
import { photometryAt, psfAt } from '../../src/astronomy/observation.ts';
import { bandOf } from '../../src/ingest/describe/bands.ts';
import { whenTaken } from '../../src/ingest/describe/exposure-time.ts';
import { identify } from '../../src/ingest/describe/identity.ts';
import { factsOf, observationOf } from '../../src/ingest/describe/observation.ts';
import { geodeticOf, siteOf } from '../../src/ingest/describe/site.ts';
import { cardsOfTree, fieldsAt, parseTree } from '../../src/ingest/describe/tree.ts';
import { recognise } from '../../src/ingest/surveys.ts';

describe('calibrations', () => {
  it('are the same everywhere without fields', () => {
    expect(photometryAt({ scale: 2, error: 0.1 }, 5, 6)).toEqual({ scale: 2, error: 0.1 });
    expect(photometryAt({ scale: 2, error: null, fields: [] }, 5, 6)).toEqual({ scale: 2, error: null });
  });

  it('are products of Chebyshev fields with the mean’s relative error', () => {
    const field = { box: [100, -40, 299, 39], nx: 3, coefficients: [2, 0.5, -0.1, 0.3, 0.05, 0.02] } as const;
    // numpy.polynomial.chebyshev.chebval2d
    const one = photometryAt({ scale: 2, error: 0.02, fields: [field] }, 250.25, 13);
    expect(one.scale).toBeCloseTo(2.408779821875, 12);
    expect(one.error).toBeCloseTo(0.02408779821875, 12);
    const two = photometryAt({ scale: 4, error: null, fields: [field, field] }, 100, -40);
    expect(two.scale).toBeCloseTo(1.1380171375 ** 2, 12);
    expect(two.error).toBeNull();
  });
});

describe('PSFs', () => {
  const grid = {
    x0: 0,
    y0: 10,
    dx: 10,
    dy: 20,
    nx: 2,
    ny: 2,
    ixx: [1, 2, 3, 4],
    iyy: [5, 6, 7, 8],
    ixy: [0, 0.1, 0.2, 0.3],
  };

  it('are bilinear between nodes and constant beyond', () => {
    expect(psfAt(grid, 0, 10)).toEqual({ ixx: 1, iyy: 5, ixy: 0 });
    expect(psfAt(grid, 5, 20)).toEqual({ ixx: 2.5, iyy: 6.5, ixy: expect.closeTo(0.15, 12) });
    expect(psfAt(grid, -100, 15)).toEqual(psfAt(grid, 0, 15));
    expect(psfAt(grid, 1e9, 1e9)).toEqual({ ixx: 4, iyy: 8, ixy: 0.3 });
  });

  it('leave out nodes that have none', () => {
    const holed = { ...grid, ixx: [1, null, 3, 4] };
    expect(psfAt(holed, 9.9, 10)).toEqual({ ixx: 1, iyy: 5, ixy: 0 });
    expect(psfAt(holed, 10, 10)).toBeUndefined();
    expect(psfAt({ ...grid, ixx: [null, null, null, null] }, 5, 20)).toBeUndefined();
  });

  it('of one node are the same everywhere', () => {
    const one = { x0: 50, y0: 50, dx: 1, dy: 1, nx: 1, ny: 1, ixx: [3], iyy: [4], ixy: [0] };
    expect(psfAt(one, -7, 9000)).toEqual({ ixx: 3, iyy: 4, ixy: 0 });
  });
});

describe('sites', () => {
  it('come from geocentric metres as astropy gives them', () => {
    const rubin = geodeticOf(1818938.94, -5208470.95, -3195172.08);
    expect(rubin?.[0]).toBeCloseTo(-70.74941702851652, 9);
    expect(rubin?.[1]).toBeCloseTo(-30.2446389756252, 9);
    expect(rubin?.[2]).toBeCloseTo(2662.99616375, 6);
    expect(geodeticOf(0, 0, 6357752.314245179)?.[2]).toBeCloseTo(1000, 3);
    expect(geodeticOf(1, 2, 3)).toBeUndefined();
    expect(geodeticOf(Number.NaN, 0, 0)).toBeUndefined();
  });

  it('are afw’s, or those of observatories whose sign is known', () => {
    const afw = { EXPINFO_V: 2, 'OBS-LONG': -70.7494, 'OBS-LAT': -30.2446, 'OBS-ELEV': 2663 };
    expect(siteOf(afw)).toEqual([-70.7494, -30.2446, 2663]);
    expect(siteOf({ ...afw, 'OBS-LAT': 123 })).toBeNull();
    expect(siteOf({ 'OBS-LONG': 10, 'OBS-LAT': 20, 'OBS-ELEV': 30 })).toBeNull();
    expect(siteOf({ OBSERVAT: 'KPNO', 'OBS-LONG': '111:36.0', 'OBS-LAT': '31:57:48' })).toEqual([
      -111.6,
      expect.closeTo(31.963333, 6),
      2120,
    ]);
    // Coordinates of another place under a known name are not believed.
    expect(siteOf({ OBSERVAT: 'CTIO', 'OBS-LONG': 155, 'OBS-LAT': 20 })).toEqual([
      -70.81489, -30.16606, 2215,
    ]);
  });
});

/** As lsst.images writes a visit image, cut down; NaN and Infinity are Python's. */
const TREE = `{
 "image": {"data": {"value": {"source": "fits:IMAGE"}, "unit": "nJy"}},
 "sky_projection": {"pixel_to_sky": {"frames": [
   {"instrument": "LSSTCam", "visit": 2025052300201, "detector": 118, "frame_type": "DETECTOR"}, "ICRS"],
   "mappings": [{"ast": " \\"NaN\\" stays in a string: NaN, -Infinity \\\\"}]}},
 "obs_info": {"telescope": "Simonyi Survey Telescope", "instrument": "LSSTCam", "physical_filter": "i_39",
   "location": [1818938.94, -5208470.95, -3195172.08], "exposure_time": 30.0010924339294, "object": "COSMOS",
   "datetime_begin": [2460820.0, -0.4319612361999417], "datetime_end": [2460820.0, -0.4316140013338083],
   "boresight_airmass": 1.68728864463988, "temperature": NaN, "pressure": -Infinity},
 "summary_stats": {"psfSigma": 1.71, "psfIxx": 3.396454631163676, "psfIyy": 2.52675850161106,
   "psfIxy": 0.10814989442544305, "skyNoise": NaN},
 "psf": {"stamp_size": 27, "piff": {}},
 "band": "i"
}`;

const info = {
  planes: [{ kind: 'image', hdu: 1, file: 0, width: 4096, height: 4004, xy0: [0, 0] }],
  cards: {
    BUNIT: 'nJy',
    DATAMODL: 'https://images.lsst.io/schemas/visit_image-1.0.0',
    'DATE-BEG': '2001-01-01T00:00:00',
  },
} as unknown as LayoutInfo;

function observe(exposure: ExposureInfo, of: LayoutInfo = info) {
  const facts = factsOf(of, exposure);
  const identity = identify(facts.cards);
  const band = bandOf(facts.cards, identity.instrument);
  const file = { name: '', cards: facts.cards, extensions: [] };
  const when = whenTaken(facts.cards);
  return observationOf(of, exposure, facts, identity, band, when, recognise(file).survey, file);
}

describe('trees', () => {
  it('say when, where, through what and how sharp', () => {
    const found = observe({ tree: TREE, notes: [] });
    expect(found).toMatchObject({
      visit: 2025052300201,
      detector: 118,
      band: 'i',
      filter: 'i_39',
      exptime: 30.0010924339294,
      airmass: 1.68728864463988,
      unit: 'nJy',
      photometry: { scale: 1, error: null },
      psf: { nx: 1, ny: 1, ixx: [3.396455], iyy: [2.526759], ixy: [0.10815] },
      note: null,
    });
    // The middle of the two Julian dates, which are TAI.
    expect(((found.tMid ?? 0) - (60819.5 - 0.431787618766875)) * 86_400).toBeCloseTo(0, 5);
    expect(found.site?.[2]).toBeCloseTo(2663, 1);
  });

  it('give the ids of a coadd', () => {
    const cards = cardsOfTree({
      sky_projection: { pixel_to_sky: { frames: [{ skymap: 'lsst_cells_v2', tract: 5428 }, 'ICRS'] } },
      patch: { id: 76 },
      band: 'g',
      provenance: { instrument: 'LSSTCam', physical_filter: 'g_6' },
    });
    expect(identify(cards)).toMatchObject({
      skymap: 'lsst_cells_v2',
      tract: 5428,
      patch: 76,
      instrument: 'LSSTCam',
    });
    expect(bandOf(cards, 'LSSTCam')).toMatchObject({ band: 'g', filter: 'g_6', emMin: 4.026e-7 });
  });

  it('scale instrumental pixels to nJy', () => {
    const field = (data: unknown, unit: string | null) => ({
      field_type: 'CHEBYSHEV',
      bounds: { x: { start: 0, stop: 4096 }, y: { start: 0, stop: 4004 } },
      coefficients: { data, datatype: 'float64' },
      unit,
    });
    const scaling = {
      field_type: 'PRODUCT',
      operands: [field([[2, 0.5]], null), field([[0.25], [0.01]], 'nJy / electron')],
    };
    const of = { ...info, cards: { ...info.cards, BUNIT: 'electron' } };
    const tree = JSON.stringify({ photometric_scaling: scaling });
    const { photometry } = observe({ tree, notes: [] }, of);
    expect(photometry?.scale).toBeCloseTo(0.5, 12);
    if (!photometry) throw new Error('no calibration');
    const [x, y] = [4095.5, 4003.5];
    expect(photometryAt(photometry, x, y).scale).toBeCloseTo(2.5 * 0.26, 12);
    // In another unit than the pixels' it says nothing of them.
    expect(
      observe({ tree, notes: [] }, { ...info, cards: { ...info.cards, BUNIT: 'adu' } }).photometry,
    ).toBeNull();
    for (const bad of [
      { ...scaling, operands: [] },
      { ...scaling, operands: [{ field_type: 'SPLINE' }] },
      field([[1, 2], [3]], 'nJy / electron'),
      field([[1, 'x']], 'nJy / electron'),
      field(7, 'nJy / electron'),
      { field_type: 'PRODUCT', operands: 'x'.repeat(9) },
    ]) {
      expect(fieldsAt(bad), JSON.stringify(bad)).toBeUndefined();
    }
  });

  it('that are damaged say nothing', () => {
    for (const text of ['', '{', '[]', 'null', '7', `${TREE.slice(0, 400)}`, '{"a": nan}']) {
      expect(parseTree(text), text).toBeUndefined();
      expect(observe({ tree: text, notes: [] }).note).toBe(
        'expected a JSON object for the tree, received another value',
      );
    }
    const odd = {
      sky_projection: { pixel_to_sky: { frames: { 0: { visit: 'x', detector: [1] } } } },
      obs_info: { datetime_begin: 'never', location: [1e300, 'a'], exposure_time: {} },
      band: 'b'.repeat(5000),
      patch: { id: null },
      __proto__: { visit: 5 },
    };
    expect(cardsOfTree(odd)).toEqual({});
    // Deep nesting and endless strings are JSON's to refuse.
    expect(parseTree(`${'['.repeat(1e5)}`)).toBeUndefined();
    expect(parseTree(`{"a": "${'\\"'.repeat(1e6)}", "b": NaN}`)).toMatchObject({ b: null });
    // Strings that do not end took time by the square of their length: minutes for these.
    for (const half of ['\\"', '"', '-', 'N', '\\'])
      expect(parseTree(`NaN${half.repeat(4e5)}`), half).toBeUndefined();
    const words = '{"a": "NaN \\" -Infinity", "b": [-Infinity, NaN, "\\\\"]}';
    expect(parseTree(words)).toEqual({ a: 'NaN " -Infinity', b: [null, null, '\\'] });
  });
});

describe('cards of a fill', () => {
  it('count as nothing', () => {
    const cards = {
      EXPTIME: 0,
      AIRMASS: 0,
      FLUXMAG0: 0,
      PLVER: 'V5',
      FWHM: -1,
      PHOTCAL: 'Successful',
      MAGZERO: 99,
    };
    expect(observe({ notes: [] }, { ...info, cards })).toMatchObject({
      exptime: null,
      airmass: null,
      photometry: null,
      psf: null,
    });
  });

  it('of flux units are calibrations', () => {
    const scaleOf = (unit: string) =>
      observe({ notes: [] }, { ...info, cards: { BUNIT: unit } }).photometry?.scale;
    expect(['nJy', 'uJy', 'mJy', 'Jy'].map(scaleOf)).toEqual([1, 1e3, 1e6, 1e9]);
    expect(scaleOf('nanomaggy')).toBeCloseTo(3630.7805477, 6);
    expect(['MJy/sr', 'adu', 'electron/s', 'constructor'].map(scaleOf)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
