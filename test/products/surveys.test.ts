// Planes of surveys in products: codes of masks, standard deviations, asinh pixels, unknown times. Oracle: astropy 5.2
// (test/oracles/survey_oracle.py); tolerances beside each.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import type { ListedDataset } from '../../src/archive/dataset-search.ts';
import { ingest } from '../../src/ingest/index.ts';
import type { Answer } from '../../src/products/answers/answer.ts';
import { Vignet } from '../../src/products/vignet.ts';
import { parseMosaic } from '../../src/vo/mosaic/request.ts';
import { parseSodaSync } from '../../src/vo/soda/request.ts';
import { parseStack } from '../../src/vo/stack/request.ts';
import { Oracle } from '../accuracy/oracle.ts';

const shared = resolve(import.meta.dirname, '../../../shared');
const cases = process.env.VIGNET_CASES ?? join(shared, 'cases');
const data = process.env.VIGNET_REAL_DATA ?? join(shared, 'data');
const scratch = mkdtempSync(join(tmpdir(), 'vignet-surveys-'));
const oracle = new Oracle('survey_oracle.py');
const open: Vignet[] = [];
const caller = { principal: ANONYMOUS };

afterAll(async () => {
  await Promise.all([oracle.close(), ...open.map((vignet) => vignet.close())]);
  rmSync(scratch, { recursive: true, force: true });
});

let made = 0;

async function archived(...paths: string[]): Promise<{ vignet: Vignet; rows: ListedDataset[] }> {
  const archive = join(scratch, `archive-${++made}`);
  await ingest(archive, paths, { collection: 'surveys', repo: 'surveys' });
  const vignet = await Vignet.open(archive, { engine: { threads: 1 } });
  open.push(vignet);
  const rows: ListedDataset[] = [];
  for await (const piece of vignet.archive.as(ANONYMOUS).list()) rows.push(...piece);
  return { vignet, rows: rows.sort((a, b) => (a.path < b.path ? -1 : 1) || (a.hdu ?? -1) - (b.hdu ?? -1)) };
}

async function written(answer: Answer | undefined): Promise<string> {
  const path = join(scratch, `answer-${++made}.fits`);
  writeFileSync(path, (await answer?.bytes()) ?? '');
  return path;
}

const stackOf = (vignet: Vignet, asked: Record<string, string>) =>
  vignet.stack(parseStack(Object.entries(asked)), caller);
const mosaicOf = (vignet: Vignet, asked: Record<string, string>) =>
  vignet.mosaic(parseMosaic(Object.entries(asked)), caller);

const epoch = join(
  data,
  'decam-epochs/images/decam/CP/V4.8.2a/CP20150328/c4d_150329_083505_ooi_g_ls9.N11.fits',
);

describe.skipIf(!existsSync(data))('masks of DECam', () => {
  it.each([
    // NOIRLab Data Handbook: 3 is saturated, 4 a bleed trail, 5 a cosmic ray.
    [3, undefined, ['SATURATED'], 'SATURATED'],
    [4, undefined, ['BLEED', 'SATURATED'], 'SATURATED'],
    [5, undefined, ['COSMIC_RAY'], 'COSMIC_RAY'],
    [0, undefined, [], undefined],
    // Before PLVER V3.5 they are bits: 3 is bad and saturated.
    [3, 'V2.2.0', ['BAD', 'SATURATED'], 'SATURATED'],
  ])('%d of PLVER %s is %j in a stack, and flagged', async (code, plver, names, flag) => {
    const folder = join(scratch, `codes-${++made}`);
    await oracle.ask('codes', { folder, image: epoch, code, ...(plver && { plver }) });
    const { vignet } = await archived(folder);
    const asked = { RA: '244.7797', DEC: '12.0723', SIZE: '9', CUTOUTDETAIL: 'MaskedImage' };
    const stack = await written(await stackOf(vignet, asked));
    const [row] = await oracle.ask<[string[], string[]][]>('masks', { stack });
    expect(row?.[0].sort()).toEqual(names);
    if (flag) expect(row?.[1]).toContain(flag);
    else expect(row?.[1]).not.toContain('SATURATED');
  });
});

describe.skipIf(!existsSync(cases))('standard deviations', () => {
  it.each([
    ['jwst_i2d.fits', 1, 2],
    ['euclid_quadrants.fits', 4, 5],
  ])('of %s HDU %d are SIGMA in a cutout and their squares in a mosaic (1e-7)', async (name, hdu, sigma) => {
    const file = join(cases, name);
    const { vignet, rows } = await archived(file);
    const id = rows.find((row) => row.hdu === hdu)?.id ?? '';
    const soda = parseSodaSync([
      ['ID', id],
      ['CUTOUTDETAIL', 'MaskedImage'],
    ]);
    const cutout = await written(await vignet.cutout(id, soda, caller));
    const planes = { IMAGE: hdu, SIGMA: sigma };
    const [names, same] = await oracle.ask<[string[], boolean]>('pixels', { cutout, file, planes });
    expect(names).toContain('SIGMA');
    expect(same).toBe(true);
    const mosaic = await written(await mosaicOf(vignet, { ID: id, CUTOUTDETAIL: 'MaskedImage' }));
    const [difference] = await oracle.ask<[number]>('squares', { mosaic, file, hdu: sigma });
    expect(difference).toBeLessThan(1e-7);
  });
});

describe.skipIf(!existsSync(cases))('asinh pixels of Pan-STARRS', () => {
  it('are linear before they are averaged (1e-6), and stay as they are in a cutout', async () => {
    const { vignet, rows } = await archived(join(cases, 'ps1_asinh'));
    const [one, two] = rows;
    const pairs = [one, two].map((row): [string, string] => ['ID', row?.id ?? '']);
    // The grid of both inputs, so that nothing is resampled.
    const grid = [
      ...["CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'", 'CRVAL1  = 351.88', 'CRVAL2  = 34.5'],
      ...['CRPIX1  = 60.5', 'CRPIX2  = 50.5', 'CD1_1   = -6.94444E-05', 'CD2_2   = 6.94444E-05'],
    ].join('\n');
    const where: [string, string][] = [
      ['COMBINE', 'mean'],
      ['UNIT', 'native'],
      ['WCS', grid],
      ['CIRCLE', '351.88 34.5 0.0015'],
    ];
    const asked = parseMosaic([...pairs, ...where]);
    const mosaic = await written(await vignet.mosaic(asked, caller));
    const files = rows.map(({ absolutePath }) => absolutePath);
    const found = await oracle.ask<[number, number, number]>('asinh', { mosaic, files });
    expect(found[0]).toBeLessThan(1e-6);
    expect(found[1]).toBeGreaterThan(1000);
    expect(found[2]).toBeGreaterThan(0.9);
    const cutout = await written(await vignet.cutout(one?.id ?? '', { detail: 'Image' }, caller));
    const cards = { keys: ['BSOFTEN', 'BOFFSET', 'BSCALE'], file: cutout };
    expect(await oracle.ask('header', cards)).toEqual({ BSOFTEN: 200, BOFFSET: 3, BSCALE: 0.00021 });
    const planes = { file: one?.absolutePath ?? '', cutout, planes: { IMAGE: 1 } };
    expect((await oracle.ask<[string[], boolean]>('pixels', planes))[1]).toBe(true);
  });
});

describe.skipIf(!existsSync(cases))('images without a known time', () => {
  const place = { RA: '150', DEC: '2', SIZE: '9' };

  it('are rows of a stack, and are counted by one that asks for a time', async () => {
    const names = ['time_midnight_dateonly.fits', 'time_unknown_jd.fits', 'time_midnight_utspace.fits'];
    const { vignet } = await archived(...names.map((name) => join(cases, name)));
    const all = await stackOf(vignet, place);
    expect([all.observations, all.note]).toEqual([3, undefined]);
    const some = await stackOf(vignet, { ...place, TIME: '57926 57927' });
    expect([some.observations, some.note]).toEqual([1, '1 image there has no known time and was left out']);
    const file = await written(some);
    expect(await oracle.ask('header', { file, keys: ['NUNTIMED', 'NOBS'] })).toEqual({
      NUNTIMED: 1,
      NOBS: 1,
    });
    const elsewhere = await stackOf(vignet, { ...place, DEC: '2.5', TIME: '57926 57927' });
    expect(elsewhere.inputs).toBe(0);
    expect(elsewhere.note).not.toMatch(/known time/);
    const none = await stackOf(vignet, { ...place, TIME: '1 2', RESPONSEFORMAT: 'votable' });
    expect(none.inputs).toBe(0);
    expect(Buffer.from(await none.bytes()).toString()).toMatch(
      /<INFO name="untimed" value="1 image there has no known time and was left out"/,
    );
  });

  it('are counted by a mosaic that asks for a time', async () => {
    const names = ['time_midnight_dateonly.fits', 'time_unknown_jd.fits'];
    const { vignet } = await archived(...names.map((name) => join(cases, name)));
    const asked = { CIRCLE: '150 2 0.0005', DPSUBTYPE: 'image', TIME: '57926 57927' };
    const file = await written(await mosaicOf(vignet, asked));
    expect(await oracle.ask('header', { file, keys: ['VIGNETNT'] })).toEqual({ VIGNETNT: '1' });
    expect(await mosaicOf(vignet, { ...asked, TIME: '1 2' })).toBeUndefined();
  });
});
