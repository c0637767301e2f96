// The survey descriptions that come with Vignet: valid, with a public source, and each recognises the names its survey gives.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VignetError } from '../../src/base/errors.ts';
import { FolderFiles } from '../../src/ingest/files/companions.ts';
import { checkSurvey } from '../../src/ingest/survey/check.ts';
import { readSurvey, recognise } from '../../src/ingest/surveys.ts';

const shipped = resolve(import.meta.dirname, '../../surveys');

describe('every description', () => {
  for (const file of readdirSync(shipped)) {
    it(`${file} is valid and says where it is documented`, () => {
      const survey = checkSurvey(JSON.parse(readFileSync(join(shipped, file), 'utf8')));
      expect(`${survey.name}.json`).toBe(file);
      if (survey.name !== 'plain') expect(survey.source).toMatch(/https?:\/\/|\b(?:ApJS|PASP|PASA)\b/);
    });
  }

  it('is read by its name, or from a file that is checked', async () => {
    expect((await readSurvey('ztf')).name).toBe('ztf');
    await expect(readSurvey('/nowhere.json')).rejects.toMatchObject({ kind: 'usage', code: 'BAD_SURVEY' });
    for (const bad of [
      {},
      { name: 'x', title: 'x', source: 'x', planes: [{ is: 'picture', name: 'X' }] },
      { name: 'x', title: 'x', source: 'x', planes: [{ is: 'mask', name: '(' }] },
      { name: 'x', title: 'x', source: 'x', mask: [{ pixels: 'bits', names: { A: 63 } }] },
    ])
      expect(() => checkSurvey(bad)).toThrow(VignetError);
  });
});

describe('files of a survey', () => {
  it.each([
    ['ztf', 'ztf_20180424437986_000812_zr_c04_o_q3', ['_sciimg.fits', '_mskimg.fits mask']],
    [
      'panstarrs',
      'rings.v3.skycell.2069.026.stk.r.unconv',
      ['.fits', '.mask.fits mask', '.wt.fits variance', '.num.fits', '.exp.fits'],
    ],
    ['panstarrs', 'rings.v3.skycell.2069.020.wrp.r.57510_40000', ['.fits', '.mask.fits mask']],
    [
      'unwise',
      'unwise-0000p000-w1',
      ['-img-m.fits', '-invvar-m.fits.gz weight', '-n-m.fits.gz', '-std-m.fits.gz'],
    ],
    [
      'legacy-survey',
      'legacysurvey-0001m002',
      [
        ...['-image-r.fits.fz', '-invvar-r.fits.fz weight', '-maskbits.fits.fz mask', '-nexp-r.fits.fz'],
        '-psfsize-r.fits.fz',
      ],
    ],
    ['hst', 'hst_12345_01_acs_wfc_f606w_drz', ['_sci.fits', '_wht.fits', '_ctx.fits']],
    ['skymapper', 'skymapper_20140425_g_5', ['.fits', '_mask.fits mask']],
  ])('%s %s: one image, its planes, and what is none', (_, stem, files) => {
    const names = files.map((file) => `${stem}${file.split(' ')[0]}`);
    const found = new FolderFiles([...names].reverse());
    const [image = ''] = names;
    const expected = files
      .filter((file) => file.includes(' '))
      .map((file) => ({ name: `${stem}${file.split(' ')[0]}`, role: file.split(' ')[1] }));
    expect(found.companionsOf(image).sort((a, b) => (a.role < b.role ? -1 : 1))).toEqual(
      expected.sort((a, b) => ((a.role ?? '') < (b.role ?? '') ? -1 : 1)),
    );
    for (const name of names.slice(1)) {
      expect(found.is(name), name).not.toBe('science');
      expect(found.imageOf(name), name).toBe(image);
    }
  });

  it.each([
    ['hsc', 'calexp-HSC-G.fits', { INSTRUME: 'HSC', EXPINFO_V: 1 }, []],
    ['lsst-afw', 'visit_image.fits', { EXPINFO_V: 2, INSTRUME: 'LSSTCam' }, []],
    ['lsst-images', 'deep_coadd.fits', { DATAMODL: 'https://images.lsst.io/schemas/cell_coadd-1.0.0' }, []],
    ['decam', 'c4d_1_ooi_g_v1.fits', { INSTRUME: 'DECam', PLVER: 'V4.8.2a' }, ['N4']],
    ['mosaic', 'k4m_1_oki_zd_v1.fits', { INSTRUME: 'Mosaic3', PLVER: 'V2.3' }, ['ccd1']],
    ['bok', 'deep.fits', { DETNAME: '90prime' }, ['ccd1']],
    ['des', 'D00241125_i_c22_r2378p01_immasked.fits', {}, ['SCI', 'MSK', 'WGT']],
    ['sdss', 'frame-r-002738-4-0120.fits', {}, ['']],
    ['hst', 'j8xi0d010_drz.fits', { TELESCOP: 'HST' }, ['SCI', 'WHT', 'CTX']],
    ['jwst', 'jw01_nrca1_cal.fits', { TELESCOP: 'JWST' }, ['SCI', 'ERR', 'DQ']],
    ['euclid-vis', 'EUC_VIS_SWL-DET.fits', {}, ['1-1.E.SCI', '1-1.E.RMS', '1-1.E.FLG']],
    ['euclid-mer', 'EUC_MER_BGSUB-MOSAIC-VIS_TILE102018211-ACB.fits', {}, ['']],
    ['tess', 'tess2018_ffic.fits', { TELESCOP: 'TESS' }, ['CAMERA.CCD 1.1 cal']],
    ['skymapper', 'x.fits', { INSTRUME: 'SkyMapper' }, ['']],
    ['general', 'x.fits', { INSTRUME: 'Somecam' }, ['']],
  ])('of %s are recognised', (name, file, cards, extensions) => {
    expect(recognise({ name: file, cards: cards as Record<string, string>, extensions }).survey.name).toBe(
      name,
    );
  });
});
