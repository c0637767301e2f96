// The rings skymap is Rubin's own, to the pixel: checked against published tracts and a real registry.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tractWcs } from '../../src/simulate/datasets.ts';
import { LSST_CELLS_V1, Skymap, type SkymapConfig, scaledSkymap } from '../../src/simulate/skymap.ts';
import { separation } from '../../src/simulate/sphere.ts';
import { toPixel, toSky } from '../../src/simulate/wcs.ts';

const HSC: SkymapConfig = {
  ...LSST_CELLS_V1,
  name: 'hsc_rings_v1',
  pixelScale: 0.168,
  inner: 4000,
  border: 100,
};

describe('the skymap', () => {
  const lsst = new Skymap(LSST_CELLS_V1);

  it.each([
    [5063, 53.0875576, -27.5206612],
    [9813, 150.2479339, 2.231405],
    [5428, 295.890411, -26.0330579],
  ])('has tract %i of lsst_cells_v1 where it is', (id, ra, dec) => {
    const tract = lsst.tract(id);
    expect(tract.center.ra).toBeCloseTo(ra, 7);
    expect(tract.center.dec).toBeCloseTo(dec, 7);
    expect(tract.size).toEqual([30000, 30000]);
    expect(tract.crpix).toEqual([14999, 14999]);
    expect(tract.patches).toEqual([10, 10]);
    expect(lsst.find(tract.center)).toBe(id);
    expect(lsst.patch(tract, 23)).toEqual({
      tract: id,
      id: 23,
      inner: { x0: 9000, y0: 6000, x1: 12000, y1: 9000 },
      outer: { x0: 8800, y0: 5800, x1: 12200, y1: 9200 },
    });
  });

  it('has as many tracts as it should, and HSC tract 9615', () => {
    expect(lsst.size).toBe(18938);
    const tract = new Skymap(HSC).tract(9615);
    expect(tract.center.ra).toBeCloseTo(216.2962963, 7);
    expect(tract.center.dec).toBeCloseTo(0.7438017, 7);
    expect(tract.size).toEqual([36000, 36000]);
    expect(tract.crpix).toEqual([17999, 17999]);
  });

  it('gives every position to a tract whose centre is among the nearest', () => {
    for (const skymap of [lsst, new Skymap(scaledSkymap(0.25))]) {
      const height = 180 / (skymap.config.rings + 1);
      fc.assert(
        fc.property(
          fc.double({ min: 0, max: 359.999, noNaN: true }),
          fc.double({ min: -1, max: 1, noNaN: true }),
          (ra, z) => {
            const point = { ra, dec: (Math.asin(z) * 180) / Math.PI };
            const tract = skymap.tract(skymap.find(point));
            expect(separation(point, tract.center)).toBeLessThan(height * 0.75);
            const [x, y] = toPixel(tractWcs(skymap, tract, 0, 0), point);
            if (tract.id > 0 && tract.id < skymap.size - 1) {
              expect(x > 0 && y > 0 && x < tract.size[0] && y < tract.size[1]).toBe(true);
            }
          },
        ),
      );
    }
  });

  it('keeps its proportions when scaled: the same patches of fewer pixels', () => {
    const skymap = new Skymap(scaledSkymap(0.25));
    const tract = skymap.tract(skymap.find({ ra: 150, dec: 2.3 }));
    expect(tract.size).toEqual([7500, 7500]);
    expect(tract.patches).toEqual([10, 10]);
    expect(skymap.patch(tract, 0).outer).toEqual({ x0: -50, y0: -50, x1: 800, y1: 800 });
  });
});

const registry = join(
  process.env.VIGNET_REAL_DATA ?? resolve(import.meta.dirname, '../../../shared/data'),
  'registry/hsc-rc2-subset.yaml',
);

describe.runIf(existsSync(registry))("a real registry's regions", () => {
  it('are the outer boxes of our tracts and patches, to a thousandth of a pixel', () => {
    const skymap = new Skymap(HSC);
    const text = existsSync(registry) ? readFileSync(registry, 'utf8') : '';
    const pattern =
      /skymap: hsc_rings_v1\n(?: {4}tract: (\d+)\n)? {4}id: (\d+)\n(?: {4}cell_.*\n)* {4}region: .*\n {6}encoded: 70([0-9a-f]+)/g;
    let checked = 0;
    for (const [, tractId, id, hex] of text.matchAll(pattern)) {
      const tract = skymap.tract(Number(tractId ?? id));
      const whole = { x0: 0, y0: 0, x1: tract.size[0], y1: tract.size[1] };
      const { outer } = tractId ? skymap.patch(tract, Number(id)) : { outer: whole };
      // That map clips its patches to the tract.
      const box = {
        x0: Math.max(0, outer.x0) - 0.5,
        y0: Math.max(0, outer.y0) - 0.5,
        x1: Math.min(whole.x1, outer.x1) - 0.5,
        y1: Math.min(whole.y1, outer.y1) - 0.5,
      };
      const corners = [
        [box.x0, box.y0],
        [box.x1, box.y0],
        [box.x1, box.y1],
        [box.x0, box.y1],
      ] as const;
      const bytes = Buffer.from(hex ?? '', 'hex');
      expect(bytes.length).toBe(96);
      const vertices = [0, 24, 48, 72].map((at) => {
        const [x, y, z] = [bytes.readDoubleLE(at), bytes.readDoubleLE(at + 8), bytes.readDoubleLE(at + 16)];
        return {
          ra: (Math.atan2(y, x) * 180) / Math.PI,
          dec: (Math.atan2(z, Math.hypot(x, y)) * 180) / Math.PI,
        };
      });
      for (const [x, y] of corners) {
        const corner = toSky(tractWcs(skymap, tract, 0, 0), x, y);
        const nearest = Math.min(...vertices.map((vertex) => separation(vertex, corner)));
        expect(nearest * 3600).toBeLessThan(0.168e-3);
      }
      checked++;
    }
    expect(checked).toBeGreaterThanOrEqual(4);
  });
});
