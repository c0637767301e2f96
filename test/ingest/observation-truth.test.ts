// Simulated files say of their observations what the simulation's truth says.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { type Archive, openArchive } from '../../src/archive/archive.ts';
import type { ListedDataset } from '../../src/archive/dataset-search.ts';
import { psfAt } from '../../src/astronomy/observation.ts';

interface Truth {
  readonly id: string;
  readonly type: string;
  readonly path: string;
  readonly fwhm_arcsec: number;
  readonly exposure_s: number;
  readonly mjd_tai?: number;
  readonly airmass?: number;
  readonly dataId: Readonly<Record<string, string | number>>;
}

/** Weights and widths of the PSF's Gaussians (docs/simulate.md). */
const PSF = [
  [0.8, 1],
  [0.15, 2],
  [0.04, 5],
  [0.01, 14],
] as const;

/** Adaptive moment of the PSF with core 1: half of what a Gaussian weight of that moment sees of each part (products of Gaussians). */
function adaptive(): number {
  let w = 1;
  for (let step = 0; step < 200; step++) {
    let [sum, moment] = [0, 0];
    for (const [weight, sigma] of PSF) {
      const seen = (sigma ** 2 * w) / (sigma ** 2 + w);
      sum += (weight / sigma ** 2) * seen;
      moment += (weight / sigma ** 2) * seen * seen;
    }
    w = 2 * (moment / sum);
  }
  return w;
}

/** Half width at half maximum of the PSF with core 1. */
function halfWidth(): number {
  const height = (r: number) =>
    PSF.reduce((sum, [w, s]) => sum + (w / s ** 2) * Math.exp((-0.5 * r * r) / s ** 2), 0);
  let [low, high] = [0.5, 3];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (height(middle) > height(0) / 2) low = middle;
    else high = middle;
  }
  return low;
}

describe('simulated observations', () => {
  let archive: Archive;
  const rows = new Map<string, ListedDataset>();
  const truth: Truth[] = readFileSync(join(inject('sample'), '../files/truth/datasets.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

  beforeAll(async () => {
    archive = await openArchive(inject('sample'));
    for await (const piece of archive.as(ANONYMOUS).list()) for (const row of piece) rows.set(row.uuid, row);
  });
  afterAll(() => archive.close());

  it('have the truth’s times, ids, calibration and PSF', async () => {
    const core = adaptive() / halfWidth() ** 2 / 4;
    expect(truth.length).toBeGreaterThan(50);
    for (const one of truth) {
      const row = rows.get(one.id);
      if (!row) throw new Error(`${one.path} is not in the archive`);
      const { observation: found, id } = await archive.as(ANONYMOUS).resolve(row.id);
      const visit = one.mjd_tai !== undefined;
      expect(found, id).toMatchObject({
        visit: one.dataId.visit ?? one.dataId.exposure ?? null,
        detector: one.dataId.detector ?? null,
        band: one.dataId.band,
        unit: one.type === 'raw' ? 'adu' : 'nJy',
        airmass: one.airmass ?? null,
        photometry: one.type === 'raw' ? null : { scale: 1, error: null },
        note: null,
      });
      if (visit) {
        expect(Math.abs((found.tMid ?? 0) - (one.mjd_tai ?? 0)) * 86_400, id).toBeLessThan(2e-6);
        expect(found.exptime).toBe(one.exposure_s);
        expect(found.site?.[0]).toBeCloseTo(-70.75, 1);
      } else expect([found.tMid, found.site]).toEqual([null, null]);
      if (one.type === 'raw') expect(found.psf).toBeNull();
      else {
        const moments = found.psf && psfAt(found.psf, 100, 100);
        const expected = core * (one.fwhm_arcsec / 0.2) ** 2;
        // The kernel ends after 20 pixels, the formula does not.
        expect((moments?.ixx ?? 0) / expected, id).toBeCloseTo(1, 2);
        expect(moments?.iyy).toBeCloseTo(moments?.ixx ?? 0, 4);
        expect(moments?.ixy).toBeCloseTo(0, 4);
      }
    }
  });
});
