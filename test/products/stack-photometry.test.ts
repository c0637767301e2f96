// Fluxes of point sources in stacks: against their definitions on the files' own PSFs (numpy, astropy) and the truth.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../../src/ingest/index.ts';
import type { Vignet } from '../../src/products/vignet.ts';
import { Oracle } from '../accuracy/oracle.ts';
import { folder } from '../support/archive.ts';
import { plainImage } from '../support/fits.ts';
import { ask, csv, filesOf, openVignet, truthFolder, variableStar, written } from './stack-support.ts';

interface Range {
  readonly rows: number;
  readonly chi2: number;
  readonly median: number;
  readonly raw: number;
  readonly corrected: number;
}

const oracle = new Oracle('photometry_oracle.py');
let vignet: Vignet;

beforeAll(async () => {
  vignet = await openVignet();
});
afterAll(() => oracle.close());

/** Constant stars, bright enough in r, without a source nearby that adds a thousandth of their light. */
function isolatedStars() {
  const all = csv(join(truthFolder(), 'sources.csv')).map((row) => ({
    ...{ id: row.id ?? '', constant: row.type === 'star' && row.variability === '' },
    ...{ ra: Number(row.ra), dec: Number(row.dec), r: Number(row.flux_r) },
    fluxes: Object.fromEntries([...'ugrizy'].map((band) => [band, Number(row[`flux_${band}`])])),
  }));
  return all.filter((star) => {
    if (!star.constant || star.r < 1500) return false;
    let [near, onIt] = [0, 0];
    for (const other of all) {
      const east = (other.ra - star.ra) * Math.cos((star.dec * Math.PI) / 180) * 3600;
      const distance = Math.hypot(east, (other.dec - star.dec) * 3600);
      if (other.id === star.id || distance > 8) continue;
      near += other.r / star.r;
      onIt += (other.r / star.r) * Math.exp(-0.5 * (distance / 1.2) ** 2);
    }
    return near < 0.05 && onIt < 1e-3;
  });
}

describe('the flux of a point source', () => {
  it('is what its definition gives on the row’s own pixels and PSF, in the unit of the pixels', async () => {
    const { place } = variableStar();
    const path = await written(await ask(vignet, { ...place, CUTOUTDETAIL: 'MaskedImage', UNIT: 'nJy' }));
    const { rows, worst, units } = await oracle.ask<{
      rows: number;
      worst: Record<string, number>;
      units: Record<string, string>;
    }>('definitions', { stack: path, files: await filesOf(vignet.archive) });
    expect(rows).toBeGreaterThanOrEqual(8);
    expect(worst.PSFFLUX).toBeLessThan(2e-5);
    expect(worst.PSFFLUX_ERR).toBe(0);
    // The oracle's circle is 400 points a pixel.
    expect(worst.APCORR).toBeLessThan(5e-4);
    expect(worst.PSFMAG).toBeLessThan(5e-6);
    expect(worst.PSFMAG_ERR).toBeLessThan(1e-6);
    const pixels = { APFLUX: 'nJy', PSFFLUX: 'nJy', PSFFLUX_ERR: 'nJy' };
    expect(units).toEqual({ ...pixels, PSFMAG: 'mag', PSFMAG_ERR: 'mag', APCORR: '' });
  });

  it('is constant and true for isolated constant stars at every seeing', async () => {
    const stars = [];
    for (const { id, ra, dec, fluxes } of isolatedStars()) {
      const asked = { RA: String(ra), DEC: String(dec), CUTOUTDETAIL: 'MaskedImage', UNIT: 'nJy' };
      const stack = await ask(vignet, asked);
      if (stack.observations > 0) stars.push({ stack: await written(stack, `${id}.fits`), fluxes });
    }
    const { rows, chi2, median, ranges } = await oracle.ask<{
      rows: number;
      chi2: number;
      median: number;
      ranges: Range[];
    }>('constancy', { stars });
    expect(rows).toBeGreaterThan(300);
    expect(chi2).toBeLessThan(1.5);
    expect(Math.abs(median - 1)).toBeLessThan(0.01);
    for (const range of ranges) {
      expect(range.chi2, JSON.stringify(range)).toBeLessThan(1.5);
      expect(Math.abs(range.median - 1), JSON.stringify(range)).toBeLessThan(0.01);
      expect(Math.abs(range.corrected - 1), JSON.stringify(range)).toBeLessThan(0.01);
    }
    // What the correction is for.
    expect((ranges[0]?.raw ?? 0) - (ranges.at(-1)?.raw ?? 1)).toBeGreaterThan(0.08);
  });
});

describe('what is not known is NULL', () => {
  it('the flux and the correction without the profile of a PSF: a width alone is none', async () => {
    const dir = folder();
    const header = { CRVAL1: 53, CRVAL2: -27, PLVER: 'V5.0', FWHM: 4.2, BUNIT: 'nJy' };
    mkdirSync(join(dir, 'files'));
    writeFileSync(join(dir, 'files', 'width.fits'), plainImage(60, 50, header));
    await ingest(join(dir, 'archive'), [join(dir, 'files')], { collection: 'C', repo: 'c' });
    const stack = await ask(await openVignet(join(dir, 'archive')), { RA: '53', DEC: '-27' });
    const names = [
      'PSF_FWHM',
      'DEPTH5',
      'APFLUX',
      'PSFFLUX',
      'PSFFLUX_ERR',
      'PSFMAG',
      'PSFMAG_ERR',
      'APCORR',
    ];
    const row = await oracle.ask<Record<string, number | null>>('columns', {
      stack: await written(stack, 'width.fits'),
      names,
    });
    const unknown = { PSFFLUX: null, PSFFLUX_ERR: null, PSFMAG: null, PSFMAG_ERR: null, APCORR: null };
    expect(row).toMatchObject(unknown);
    expect([row.PSF_FWHM, row.DEPTH5, row.APFLUX]).not.toContain(null);
  });
});
