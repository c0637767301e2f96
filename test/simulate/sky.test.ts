// The simulated sky, camera and clock, apart from any file.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integer, logical, real, text } from '../../src/fits/cards.ts';
import { centralDetectors, detectorsOf, detectorWcs } from '../../src/simulate/camera.ts';
import { datasetsOf } from '../../src/simulate/datasets.ts';
import { ditherSeedOf, uuidOf } from '../../src/simulate/identity.ts';
import { settingsOf } from '../../src/simulate/options.ts';
import { evaluate } from '../../src/simulate/polynomial.ts';
import { Sky } from '../../src/simulate/sources.ts';
import { separation } from '../../src/simulate/sphere.ts';
import { dayObsOf, isoOf } from '../../src/simulate/time.ts';
import { brightness } from '../../src/simulate/variability.ts';
import { toPixel, toSky } from '../../src/simulate/wcs.ts';

const options = { seed: 3, density: 1, variables: 0.2 };

describe('the sky', () => {
  it('is the same whoever looks, and from wherever', () => {
    const center = { ra: 359.99, dec: 40 };
    const wide = new Sky(options).around(center, 0.3);
    const near = new Sky(options).around({ ra: 0.05, dec: 40.05 }, 0.05);
    const byId = new Map(wide.map((source) => [source.id, source]));
    expect(near.length).toBeGreaterThan(100);
    for (const source of near) expect(byId.get(source.id)).toEqual(source);
    expect(byId.size).toBe(wide.length);
  });

  it.each([0, 60, -89.9, 90])('has its densities at declination %i', (dec) => {
    const center = { ra: 10, dec };
    const found = new Sky(options).around(center, 0.4).filter((source) => separation(center, source) < 0.4);
    const area = 2 * Math.PI * (1 - Math.cos((0.4 * Math.PI) / 180)) * (10800 / Math.PI) ** 2;
    const stars = found.filter((source) => source.type === 'star');
    expect(stars.length / area).toBeGreaterThan(6 * 0.95);
    expect(stars.length / area).toBeLessThan(6 * 1.05);
    expect((found.length - stars.length) / area).toBeGreaterThan(40 * 0.97);
    expect((found.length - stars.length) / area).toBeLessThan(40 * 1.03);
    const variable = stars.filter((source) => source.variability).length / stars.length;
    expect(Math.abs(variable - 0.2)).toBeLessThan(0.03);
  });

  it('varies periodically, about its mean', () => {
    const variables = new Sky(options).around({ ra: 10, dec: 0 }, 0.2).filter((source) => source.variability);
    for (const { variability } of variables) {
      if (!variability) continue;
      const curve = Array.from({ length: 400 }, (_, i) =>
        brightness(variability, 'g', 61000 + (variability.period * i) / 400),
      );
      const magnitudes = curve.map((factor) => -2.5 * Math.log10(factor));
      const mean = magnitudes.reduce((sum, value) => sum + value, 0) / 400;
      expect(Math.abs(mean)).toBeLessThan(0.01);
      const range = Math.max(...magnitudes) - Math.min(...magnitudes);
      expect(range / variability.amplitude).toBeGreaterThan(0.95);
      expect(range / variability.amplitude).toBeLessThan(1.0001);
      expect(brightness(variability, 'g', 61000 + variability.period)).toBeCloseTo(curve[0] ?? 0, 6);
    }
  });
});

describe('the camera', () => {
  it('has 189 detectors that do not overlap, the central one in the middle', () => {
    const all = detectorsOf(1);
    expect(all).toHaveLength(189);
    expect(all[94]).toMatchObject({ id: 94, name: 'R22_S11', x: 0, y: 0, width: 4072, height: 4000 });
    const clash = all.some((a) =>
      all.some((b) => a !== b && Math.abs(a.x - b.x) < 4072 && Math.abs(a.y - b.y) < 4000),
    );
    expect(clash).toBe(false);
    expect(centralDetectors(0.25, 1).map((d) => d.name)).toEqual(['R22_S11']);
    expect(centralDetectors(0.25, 4).map((d) => d.name)).toEqual([
      'R22_S11',
      'R22_S12',
      'R22_S21',
      'R22_S22',
    ]);
    expect(centralDetectors(1, 9).every((d) => d.name.startsWith('R22'))).toBe(true);
  });

  it('maps pixels to the sky and back, and its inverse SIP agrees to a thousandth of a pixel everywhere', () => {
    for (const scale of [0.25, 1]) {
      for (const detector of detectorsOf(scale).filter((d) => d.id % 23 === 2)) {
        const wcs = detectorWcs(detector, { center: { ra: 0.01, dec: -60 }, rotation: 33 }, scale, 5);
        const { sip } = wcs;
        if (!sip) throw new Error('a detector has a SIP');
        fc.assert(
          fc.property(
            fc.double({ min: 0, max: 1, noNaN: true }),
            fc.double({ min: 0, max: 1, noNaN: true }),
            (s, t) => {
              const [x, y] = [s * detector.width - 0.5, t * detector.height - 0.5];
              const [bx, by] = toPixel(wcs, toSky(wcs, x, y));
              expect(Math.hypot(bx - x, by - y)).toBeLessThan(1e-7);
              const [u, v] = [x + 1 - wcs.crpix[0], y + 1 - wcs.crpix[1]];
              const [f, g] = [u + evaluate(sip.a, u, v), v + evaluate(sip.b, u, v)];
              expect(Math.abs(f + evaluate(sip.ap, f, g) - u)).toBeLessThan(1e-3);
              expect(Math.abs(g + evaluate(sip.bp, f, g) - v)).toBeLessThan(1e-3);
            },
          ),
          { numRuns: 30 },
        );
      }
    }
  });
});

describe('names and cards', () => {
  it('are the same every time and all different', () => {
    const settings = settingsOf({ out: 'x', visits: 30 });
    const list = datasetsOf(settings);
    expect(datasetsOf(settings)).toEqual(list);
    expect(new Set(list.map((d) => d.uuid)).size).toBe(list.length);
    expect(new Set(list.map((d) => d.path)).size).toBe(list.length);
    for (const { uuid } of list)
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const other = datasetsOf(settingsOf({ out: 'x', visits: 30, seed: 2 }));
    expect(new Set([...list, ...other].map((d) => d.uuid)).size).toBe(2 * list.length);
    expect(uuidOf('a')).toBe(uuidOf('a'));
    expect(ditherSeedOf(['r', 1])).toBeGreaterThan(0);
  });

  it('cover two adjoining tracts by default, and many nights', () => {
    for (const scale of [0.25, 1]) {
      const list = datasetsOf(settingsOf({ out: 'x', scale }));
      const tracts = [...new Set(list.flatMap((d) => d.tract ?? []))];
      expect(tracts).toHaveLength(2);
      expect(Math.abs((tracts[0] ?? 0) - (tracts[1] ?? 0))).toBe(1);
      expect(
        new Set(list.flatMap((d) => (d.visit ? Math.floor(d.visit.id / 1e5) : []))).size,
      ).toBeGreaterThan(10);
    }
  });

  it('write numbers that read back as they were', () => {
    expect(real('CRPIX1', 5)).toBe('CRPIX1  =                  5.0');
    expect(real('A_3_0', 1e-21)).toBe('A_3_0   =              1.0E-21');
    expect(integer('EXPID', 2025110100001)).toBe('EXPID   =        2025110100001');
    expect(logical('INHERIT', true, 'yes')).toBe(`INHERIT = ${'T'.padStart(20)} / yes`);
    expect(text('A', "it's")).toBe("A       = 'it''s   '");
    expect(text('LSST BUTLER RUN', 'a')).toBe("HIERARCH LSST BUTLER RUN = 'a       '");
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(real('X', value).slice(10))).toBe(value + 0);
      }),
    );
    expect(() => text('X', 'x'.repeat(80))).toThrow(RangeError);
  });

  it('tell TAI times', () => {
    expect(isoOf(60980.5)).toBe('2025-11-01T12:00:00.000000000');
    expect(dayObsOf(60980.49)).toBe(20251031);
    expect(dayObsOf(60980.51)).toBe(20251101);
  });
});

describe('options', () => {
  it.each([
    { scale: 0 },
    { scale: 2 },
    { visits: 1.5 },
    { detectors: 0 },
    { detectors: 190 },
    { bands: ['q'] },
    { bands: [] },
    { types: ['calexp'] },
    { recipe: 'best' as 'none' },
    { tile: 'round' as 'row' },
    { center: [10, 95] as const },
    { seed: Number.NaN },
    { preset: 'huge' as 'bench' },
  ])('%o is refused by name', (bad) => {
    const [name] = Object.keys(bad) as [string];
    expect(() => settingsOf({ out: 'x', ...bad })).toThrow(name);
  });
});
