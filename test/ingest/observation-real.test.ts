// What is known of the observations of real files. The numbers were written down from the headers as astropy reads them (times by
// astropy.time, moments as (FWHM / 2.3548)^2), not from Vignet.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { type Archive, openArchive } from '../../src/archive/archive.ts';
import type { ListedDataset } from '../../src/archive/dataset-search.ts';
import { type Observation, psfAt } from '../../src/astronomy/observation.ts';
import { ingest } from '../../src/ingest/index.ts';

const data = process.env.VIGNET_REAL_DATA ?? resolve(import.meta.dirname, '../../../shared/data');

type Known = Partial<Omit<Observation, 'psf'>> & { readonly fwhm?: number };

const NOTHING: Known = {
  visit: null,
  detector: null,
  band: null,
  filter: null,
  tMid: null,
  exptime: null,
  airmass: null,
  unit: null,
  site: null,
  photometry: null,
  note: null,
};

/** CTIO's own cards say `70.81489 [deg] Observatory east longitude`: it lies west of Greenwich. */
const CTIO = [-70.81489, -30.16606, 2215] as const;
const FILTERS: Record<string, string> = {
  g: 'g DECam SDSS c0001 4720.0 1520.0',
  r: 'r DECam SDSS c0002 6415.0 1480.0',
  z: 'z DECam SDSS c0004 9260.0 1520.0',
};

const decam = (
  visit: number,
  detector: number,
  band: string,
  tMid: number,
  exptime: number,
  airmass: number,
  fwhm: number,
): Known => ({
  ...NOTHING,
  visit,
  detector,
  band,
  filter: FILTERS[band] ?? null,
  tMid,
  exptime,
  airmass,
  site: CTIO,
  fwhm,
});

/** DATE_OBS = 2007-06-29T03:15:33.555, which astropy reads as UTC. */
const SPITZER: Known = { ...NOTHING, tMid: 54280.13624716435, exptime: 10.4, unit: 'MJy/sr' };

const bok = (band: string, detector: number, tMid: number, airmass: number): Known => ({
  ...NOTHING,
  detector,
  band,
  filter: band === 'g' ? 'g' : 'bokr',
  tMid,
  exptime: 100,
  airmass,
  site: [-111.6, 31.98, 2120],
});

/**
 * MAGZERO1 is the CCD's own zero point: 26.121 and 26.150, where the Legacy Surveys found 26.113 and 26.116 (`ccdzpt` of
 * survey-ccds-1.kd.fits). The scale is 10^(12.56 - 0.4 MAGZERO1), the error 0.4 ln 10 MAGZSIG1 of it.
 */
const mosaic = (visit: number, tMid: number, exptime: number, airmass: number, fwhm: number): Known => ({
  ...NOTHING,
  visit,
  detector: 2,
  band: 'z',
  filter: 'zd DECam k1038',
  tMid,
  exptime,
  airmass,
  unit: 'counts/s',
  site: [-111.6, 31 + 57.8 / 60, 2120],
  fwhm,
});

const afw = (band: string | null, photometry: Observation['photometry']): Known => ({
  ...NOTHING,
  detector: 1,
  band,
  filter: 'ha',
  tMid: 58868.52425925926,
  exptime: 30,
  unit: 'adu',
  // The file says OBS-LAT = 123.45, which no place has.
  photometry,
});

const known: Record<string, Known> = {
  'c4d_140818_232043_ooi_z_ls9.N12.fits': decam(349590, 43, 'z', 56887.97181797304, 118, 1.36, 3.260759),
  'c4d_150329_083320_ooi_r_ls9.N11.fits': decam(425858, 42, 'r', 57110.355878584065, 68, 1.36, 3.606337),
  'c4d_150329_083505_ooi_g_ls9.N11.fits': decam(425859, 42, 'g', 57110.35706310279, 79, 1.36, 4.412512),
  'c4d_150412_073257_ooi_z_ls9.N11.fits': decam(432164, 42, 'z', 57124.313899605324, 80, 1.36, 2.729449),
  'c4d_180218_090701_ooi_z_ls9.N10.fits': decam(722778, 41, 'z', 58167.38088424492, 99, 1.62, 3.299198),
  'c4d_180518_044138_ooi_r_ls9.N12.fits': decam(747382, 43, 'r', 58256.19644974185, 75, 1.38, 4.057153),
  'c4d_180809_002630_ooi_g_ls9.N12.fits': decam(763152, 43, 'g', 58339.01937845564, 93, 1.37, 5.452105),
  'c4d_180908_000426_ooi_g_ls9.N10.fits': decam(770496, 41, 'g', 58369.004086720044, 100, 1.64, 4.460941),
  'c4d_171113_060340_ooi_r_ls9.N6.fits': decam(695765, 37, 'r', 58070.253235384575, 45, 1.87, 4.022961),
  'deep2g_ra352_1-ccd1.fits': bok('g', 1, 57338.16689966435, 1.18),
  'deep2g_ra352_2-ccd3.fits': bok('g', 3, 57338.16871381945, 1.18),
  'deep2g_ra352_3-ccd4.fits': bok('g', 4, 57338.17052847222, 1.18),
  'deep2g_ra352_4-ccd2.fits': bok('g', 2, 57338.17234428241, 1.19),
  'deep2g_ra352_6-ccd3.fits': bok('g', 3, 57338.17604201389, 1.19),
  'deep2r_ra352_1-ccd1.fits': bok('r', 1, 57338.14805939815, 1.18),
  'deep2r_ra352_2-ccd3.fits': bok('r', 3, 57338.149865694446, 1.18),
  'deep2r_ra352_3-ccd4.fits': bok('r', 4, 57338.15168582176, 1.17),
  'deep2r_ra352_4-ccd2.fits': bok('r', 2, 57338.153502824076, 1.17),
  'deep2r_ra352_6-ccd3.fits': bok('r', 3, 57338.15720025463, 1.18),
  'k4m_151214_021723_oki_zd_v0-ccd2.fits': {
    ...mosaic(62785, 57370.096545740744, 125.104, 1.206, 3.51),
    photometry: { scale: 129.30043918, error: 10.122658968 },
  },
  'k4m_151214_023308_oki_zd_v0-ccd2.fits': {
    ...mosaic(62791, 57370.10748322916, 125.102, 1.23, 3.65),
    photometry: { scale: 125.892541179, error: 8.696348659 },
  },
  // FLUXMAG0 = 1e6 and its error 2e4; 3630.780548 Jy is AB magnitude 0.
  'exposure-version-0.fits': afw(null, { scale: 3630780.5477, error: 72615.610954 }),
  'exposure-version-1.fits': afw(null, { scale: 1e6, error: 2e4 }),
  'exposure-version-2.fits': afw('N656', { scale: 1e6, error: 2e4 }),
  'HSC-0908120-056-small.fits': NOTHING,
  'parent.fits': NOTHING,
  'ticketdm26260.fits.fz': NOTHING,
  'pole.fits': SPITZER,
  'razero.fits': SPITZER,
  'sipsample.fits': SPITZER,
  'region.fits': { ...NOTHING, tMid: 51629.01417148148, exptime: 3.2 },
  'tpv.fits.gz': {
    ...NOTHING,
    detector: 1,
    band: 'I',
    filter: 'I',
    tMid: 54384.189086805556,
    exptime: 420,
    airmass: 1.185,
    site: CTIO,
  },
};
for (const name of ['comp', 'compressed_with_nan', 'm13', 'm13_gzip', 'm13_hcomp', 'm13_plio', 'm13_rice'])
  known[`${name}.fits`] = NOTHING;
for (const name of ['m13real', 'm13real_rice']) known[`${name}.fits`] = NOTHING;

describe.skipIf(!existsSync(data))('observations of real files', () => {
  let archive: Archive;
  const rows: ListedDataset[] = [];
  const held = new Map<string, Observation>();
  const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

  beforeAll(async () => {
    const dir = mkdtempSync(join(tmpdir(), 'vignet-observations-'));
    await ingest(dir, [data], { collection: 'Real', repo: 'real' });
    archive = await openArchive(dir);
    for await (const piece of archive.as(ANONYMOUS).list())
      for (const row of piece) {
        rows.push(row);
        held.set(nameOf(row.path), (await archive.as(ANONYMOUS).resolve(row.id)).observation);
      }
    return async () => {
      await archive.close();
      rmSync(dir, { recursive: true, force: true });
    };
  });

  it.each(Object.keys(known))('%s', (name) => {
    const found = held.get(name) as Observation;
    const { fwhm, tMid, photometry, site, ...rest } = known[name] as Known;
    expect(found).toMatchObject(rest);
    if (tMid === null) expect(found.tMid).toBeNull();
    else expect(Math.abs((found.tMid ?? 0) - (tMid ?? 0)) * 86_400).toBeLessThan(2e-6);
    if (site === null) expect(found.site).toBeNull();
    else for (const [n, value] of (site ?? []).entries()) expect(found.site?.[n]).toBeCloseTo(value, 9);
    if (photometry === null) expect(found.photometry).toBeNull();
    else {
      expect((found.photometry?.scale ?? 0) / (photometry?.scale ?? 1)).toBeCloseTo(1, 7);
      expect((found.photometry?.error ?? 0) / (photometry?.error ?? 1)).toBeCloseTo(1, 6);
    }
    if (fwhm === undefined) expect(found.psf).toBeNull();
    else {
      const moments = found.psf && psfAt(found.psf, 5, 5);
      expect(moments?.ixx).toBeCloseTo((fwhm / 2.3548200450309493) ** 2, 4);
      expect(moments).toMatchObject({ iyy: moments?.ixx, ixy: 0 });
    }
  });

  it('none was forgotten', () => {
    const others = [...held.keys()].filter((name) => !(name in known));
    expect(others).toEqual([expect.stringMatching(/^deep_coadd_5428_76_g_/)]);
  });

  it('a DP2 coadd knows from its tree what it is, and the PSFs of its cells', () => {
    const row = rows.find(({ path }) => path.startsWith('butler-dp2/'));
    expect(row).toMatchObject({
      lsst_skymap: 'lsst_cells_v2',
      lsst_tract: 5428,
      lsst_patch: 76,
      lsst_band: 'g',
      lsst_filter: 'g_6',
      instrument_name: 'LSSTCam',
      facility_name: 'Rubin:Simonyi',
      obs_id: 'lsst_cells_v2-5428-76',
      obs_title: 'deep_coadd - g - tract=5428 patch=76',
      em_min: 4.026e-7,
    });
    const found = held.get(nameOf(row?.path ?? '')) as Observation;
    expect(found).toMatchObject({
      ...NOTHING,
      band: 'g',
      filter: 'g_6',
      unit: 'nJy',
      photometry: { scale: 1, error: null },
    });
    if (!found.psf) throw new Error('no PSF');
    // Four cells of 32 pixels from (128, 0) on; only cell i = 1, j = 4 has data. Its one visit has, by PROVENANCE/CONTRIBUTIONS,
    // a PSF of psf_shape_xx, _yy, _xy = 10.58462546, 9.4137973, -0.29625477, measured by other software.
    expect(found.psf).toMatchObject({ x0: 143.5, y0: 15.5, dx: 32, dy: 32, nx: 2, ny: 2 });
    const cell = psfAt(found.psf, 143.5, 47.5);
    expect(cell?.ixx).toBeCloseTo(10.58462546, 1);
    expect(cell?.iyy).toBeCloseTo(9.4137973, 1);
    expect(cell?.ixy).toBeCloseTo(-0.29625477, 2);
    expect(psfAt(found.psf, 175.5, 15.5)).toBeUndefined();
  });
});
