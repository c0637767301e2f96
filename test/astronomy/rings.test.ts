// Tracts of rings skymaps. Oracles: RingsSkyMap's numbers of real registries (specs of lsst_cells_v1), and wcslib's TAN, to 1e-9 degree.
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { boxOnSky, ringsTract } from '../../src/astronomy/rings.ts';
import { skymapNamed } from '../../src/astronomy/skymaps.ts';

describe('rings skymaps', () => {
  // From real registries: centres of tracts of lsst_cells_v1 and hsc_rings_v1, 30,000 and 36,000 pixels wide.
  it.each([
    ['lsst_cells_v1', 5063, 53.0875576, -27.5206612, 14_999, 30_000],
    ['lsst_cells_v1', 9813, 150.2479339, 2.231405, 14_999, 30_000],
    ['lsst_cells_v2', 5428, 295.890411, -26.0330579, 14_999, 30_000],
    ['hsc_rings_v1', 9615, 216.2962963, 0.7438017, 17_999, 36_000],
  ])('%s has tract %i where the registries have it', (name, tract, ra, dec, crpix, size) => {
    const config = skymapNamed(name);
    const found = config && ringsTract(config, tract);
    expect(found?.ra).toBeCloseTo(ra, 7);
    expect(found?.dec).toBeCloseTo(dec, 7);
    expect(found?.crpix).toBe(crpix);
    expect((found?.patches ?? 0) * (config?.inner ?? 0)).toBe(size);
  });

  it('number all tracts, and no more', () => {
    const config = skymapNamed('lsst_cells_v1');
    if (!config) throw new Error('unknown skymap');
    expect(ringsTract(config, 18_937)).toMatchObject({ dec: 90, inner: undefined });
    expect(ringsTract(config, 0)).toMatchObject({ dec: -90, inner: undefined });
    expect(ringsTract(config, 18_938)).toBeUndefined();
    expect(ringsTract(config, -1)).toBeUndefined();
  });

  it('place pixels as the TAN of wcslib does', () => {
    const config = skymapNamed('lsst_cells_v1');
    const tract = config && ringsTract(config, 5063);
    if (!config || !tract) throw new Error('unknown skymap');
    const box = [100, 200, 29_000, 15_000] as const;
    const script = `
from astropy.wcs import WCS
w = WCS(naxis=2); w.wcs.ctype = ['RA---TAN', 'DEC--TAN']; w.wcs.crval = [${tract.ra}, ${tract.dec}]
w.wcs.crpix = [${tract.crpix} + 1, ${tract.crpix} + 1]; w.wcs.cd = [[-0.2/3600, 0], [0, 0.2/3600]]
print([float(v) for p in ((100,200),(29000,200),(29000,15000),(100,15000)) for v in w.wcs_pix2world([p], 0)[0]])`;
    const expected: number[] = JSON.parse(
      execFileSync('/usr/bin/python3', ['-c', script], { encoding: 'utf8' }),
    );
    boxOnSky(config, tract, box).forEach((value, n) => {
      expect(value).toBeCloseTo(expected[n] ?? 0, 9);
    });
  });
});
