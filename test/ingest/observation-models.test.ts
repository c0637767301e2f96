// Persisted calibrations and PSFs against numpy and scipy, which read the same numbers in their own way.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { native } from '../../src/addon/addon.ts';
import { needsBytes } from '../../src/addon/sources.ts';
import { type Archive, openArchive } from '../../src/archive/archive.ts';
import { type Observation, photometryAt, psfAt } from '../../src/astronomy/observation.ts';
import { ingest } from '../../src/ingest/index.ts';

interface Truth {
  readonly positions: readonly (readonly [number, number])[];
  readonly moments: readonly (readonly [number, number, number])[] | null;
  /** Seen by the weight of PSFFLUX and within the aperture; null where only moments are known. */
  readonly light: readonly (readonly [number, number])[] | null;
  readonly scale: readonly number[] | null;
  readonly error: number | null;
  readonly tolerance: number;
}

const script = resolve(import.meta.dirname, '../oracles/exposure_oracle.py');
const files = mkdtempSync(join(tmpdir(), 'vignet-exposures-'));
const held = new Map<string, Observation>();
let truth: Record<string, Truth>;
let archive: Archive;

beforeAll(async () => {
  truth = JSON.parse(execFileSync('/usr/bin/python3', ['-W', 'ignore', script, files], { encoding: 'utf8' }));
  const dir = mkdtempSync(join(tmpdir(), 'vignet-exposures-archive-'));
  const report = await ingest(dir, [files], { collection: 'Exposures', repo: 'exposures' });
  expect(report.failures).toEqual([]);
  archive = await openArchive(dir);
  for await (const piece of archive.as(ANONYMOUS).list())
    for (const row of piece) held.set(row.path, (await archive.as(ANONYMOUS).resolve(row.id)).observation);
  return async () => {
    await archive.close();
    rmSync(dir, { recursive: true, force: true });
  };
});

afterAll(() => rmSync(files, { recursive: true, force: true }));

const names = ['psfex', 'polynomial', 'chebyshev', 'analytic', 'double', 'gaussian', 'piff', 'tree'];

describe.each(names.map((name) => `${name}.fits`))('%s', (name) => {
  it('has the moments of its PSF', () => {
    const { positions, moments, tolerance } = truth[name] as Truth;
    const { psf } = held.get(name) as Observation;
    if (!psf || !moments) throw new Error('no PSF');
    positions.forEach(([x, y], n) => {
      const found = psfAt(psf, x, y);
      const [ixx, iyy, ixy] = moments[n] as [number, number, number];
      // The first four positions are nodes of the grid; the last lies between.
      const most = (n < 4 ? tolerance : 4e-3) * (ixx + iyy);
      expect(Math.abs((found?.ixx ?? 0) - ixx), `${x} ${y} ixx`).toBeLessThan(most);
      expect(Math.abs((found?.iyy ?? 0) - iyy), `${x} ${y} iyy`).toBeLessThan(most);
      expect(Math.abs((found?.ixy ?? 0) - ixy), `${x} ${y} ixy`).toBeLessThan(most);
    });
  });

  it('has the light that measurements see of its PSF', () => {
    const { positions, light, tolerance } = truth[name] as Truth;
    const { psf } = held.get(name) as Observation;
    if (!psf) throw new Error('no PSF');
    positions.forEach(([x, y], n) => {
      const found = psfAt(psf, x, y);
      const [weighted, enclosed] = light?.[n] ?? [undefined, undefined];
      if (weighted === undefined || enclosed === undefined) {
        expect(found).not.toHaveProperty('weighted');
        expect(found).not.toHaveProperty('enclosed');
        return;
      }
      const most = n < 4 ? Math.max(tolerance, 5e-4) : 4e-3;
      expect(Math.abs((found?.weighted ?? 0) / weighted - 1), `${x} ${y}`).toBeLessThan(most);
      expect(Math.abs((found?.enclosed ?? 0) / enclosed - 1), `${x} ${y}`).toBeLessThan(most);
    });
  });

  it('has its calibration', () => {
    const { positions, scale, error } = truth[name] as Truth;
    const { photometry } = held.get(name) as Observation;
    if (!scale) {
      expect(photometry).toBeNull();
      return;
    }
    positions.forEach(([x, y], n) => {
      if (!photometry) throw new Error('no calibration');
      const found = photometryAt(photometry, x, y);
      expect(found.scale / (scale[n] ?? 0)).toBeCloseTo(1, 12);
      if (error === null) expect(found.error).toBeNull();
      else expect((found.error ?? 0) / found.scale).toBeCloseTo(error / photometry.scale, 12);
    });
  });
});

describe('the tree of an lsst.images file', () => {
  it('says what its cards do not', () => {
    const found = held.get('tree.fits') as Observation;
    expect(found).toMatchObject({
      visit: 2025052300201,
      detector: 118,
      band: 'i',
      filter: 'i_39',
      note: null,
    });
    expect(found).toMatchObject({ exptime: 30.5, airmass: 1.25, unit: 'nJy' });
    expect(found.tMid).toBeCloseTo(60819.5 - 0.431787618766875, 8);
  });
});

describe('afw tables', () => {
  it('fill in what the cards lack', () => {
    expect(held.get('psfex.fits')).toMatchObject({ detector: 50, band: 'r', filter: 'HSC-R', note: null });
  });

  it('are never unpickled, and what cannot be read is named', () => {
    expect(held.get('piff.fits')?.note).toBe(
      "expected a ChebyshevBoundedField or ProductBoundedField for a field of the exposure, received 'PixelAreaBoundedField'; expected a Gaussian, DoubleGaussian, Kernel, Pca or PsfexPsf for the PSF, received 'PiffPsf'",
    );
  });
});

describe('the tables of a co-add’s inputs', () => {
  it('make a co-add, which has no time, only when they have rows', () => {
    // astropy: Time('2020-01-20T12:34:56', scale='tai').mjd = 58868.52425925926
    expect(held.get('no-inputs.fits')).toMatchObject({ exptime: 30, note: null });
    expect(held.get('no-inputs.fits')?.tMid).toBeCloseTo(58868.52425925926, 8);
    expect(held.get('inputs.fits')).toMatchObject({ tMid: null, exptime: null });
  });
});

describe('damaged tables', () => {
  /** A sequence of numbers in [0, 1) that is the same in every run. */
  function* numbers(seed: number): Generator<number, never> {
    for (let state = seed; ; ) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      yield state / 2 ** 32;
    }
  }

  it('give nulls and notes, never a crash', () => {
    const random = numbers(7);
    const one = () => random.next().value;
    const [path, root] = ['damaged.fits', mkdtempSync(join(tmpdir(), 'vignet-damaged-'))];
    let noted = 0;
    for (const name of [
      'psfex.fits',
      'polynomial.fits',
      'chebyshev.fits',
      'analytic.fits',
      'piff.fits',
      'tree.fits',
    ]) {
      const good = readFileSync(join(files, name));
      writeFileSync(join(root, path), good);
      const source = { root, path };
      const layout = native.readLayout([{ source }]).layout as Uint8Array;
      const info = native.describeLayout(layout);
      const start = info.hdus[4]?.offset ?? 0;
      const size = good.length;
      for (let round = 0; round < 120; round++) {
        const bad = Buffer.from(good);
        // Only the tables: headers keep their ends, so that the layout still fits the file.
        for (let hit = 0; hit < 1 + 8 * one(); hit++) {
          const at = start + Math.floor(one() * (size - start));
          if (bad[at] === 0x20 && one() < 0.8) continue;
          bad[at] = one() < 0.3 ? 0xff : Math.floor(one() * 256);
        }
        const extents = [{ offset: 0, bytes: new Uint8Array(bad) }];
        const found = native.describeExposure(layout, [{ size, extents }]);
        if (needsBytes(found)) throw new Error('all bytes were supplied');
        if (found.notes.length > 0) noted++;
        for (const moment of [...(found.psf?.ixx ?? []), ...(found.psf?.iyy ?? [])])
          expect(moment === null || (Number.isFinite(moment) && moment > 0)).toBe(true);
        if (found.photometry) expect(found.photometry.scale).toBeGreaterThan(0);
      }
    }
    rmSync(root, { recursive: true });
    expect(noted).toBeGreaterThan(100);
  });
});
