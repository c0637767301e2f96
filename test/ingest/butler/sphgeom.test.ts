// Encoded regions decode to the places that lsst.sphgeom gave them, footprints hold every point of their region, and bytes that no
// region has are refused. Real bytes: a detector of a visit in a real registry, whose corners other software printed to 1e-6 degree;
// a circle and an ellipse as lsst-sphgeom 30.2026.4000 wrote them.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { native } from '../../../src/addon/addon.ts';
import { searchRegion } from '../../../src/ingest/butler/search-region.ts';
import { parseRegion } from '../../../src/ingest/butler/sphgeom.ts';
import { polygonText } from '../../support/butler.ts';

const DETECTOR =
  'cI6P4p4gjt+/e8pAmKs61r8ehE5ycIbpP/9Z+uK9o9+/xWyn9J4b1r9g747kfYbpP3fftOlg1d+/4RuybEU+1r/nuSQsf2/pP24BQbqov9+/FtAc5Vld1r8Um/ZTeG/pPw==';

/** The bytes of a region: its letter and doubles. */
function encoded(letter: string, ...values: number[]): Buffer {
  const bytes = Buffer.alloc(1 + 8 * values.length, letter);
  values.forEach((value, n) => {
    bytes.writeDoubleLE(value, 1 + 8 * n);
  });
  return bytes;
}
const text = (bytes: Buffer) => bytes.toString('base64');
const together = (letter: string, ...parts: readonly Buffer[]) =>
  Buffer.concat([
    Buffer.from(letter),
    ...parts.flatMap((part) => {
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(part.length));
      return [length, part];
    }),
  ]);
const vector = (lon: number, lat: number) => {
  const [a, d] = [(lon * Math.PI) / 180, (lat * Math.PI) / 180];
  return [Math.cos(d) * Math.cos(a), Math.cos(d) * Math.sin(a), Math.sin(d)] as const;
};
const rad = (degrees: number) => (degrees * Math.PI) / 180;
const circle = (lon: number, lat: number, radius: number) =>
  encoded('c', ...vector(lon, lat), 4 * Math.sin(rad(radius) / 2) ** 2, rad(radius));
const holds = (footprint: readonly number[] | undefined, lon: number, lat: number) =>
  native.overlaps(footprint ?? [], { point: [lon, lat] });

describe('regions of sphgeom', () => {
  it('a convex polygon is its vertices', () => {
    const { footprint, center, radius } = searchRegion(DETECTOR) ?? {};
    const corners = [
      ...[215.162939, 52.907325, 214.943575, 52.907934],
      ...[214.943419, 52.642076, 215.161941, 52.641768],
    ];
    expect(footprint).toHaveLength(8);
    corners.forEach((value, n) => {
      expect(footprint?.[n]).toBeCloseTo(value, 6);
    });
    expect(center?.[0]).toBeCloseTo(215.053, 3);
    expect(radius).toBeCloseTo(0.1486, 4);
  });

  it('a polygon of more than 100 vertices is a circle around them: each would cost every search and coverage', () => {
    const around = (count: number) =>
      polygonText(...Array.from({ length: count }, (_, n): [number, number] => [(360 * n) / count, 80]));
    expect(searchRegion(around(100))?.footprint).toHaveLength(200);
    // By construction all lie 10 degrees from the pole.
    const { footprint } = searchRegion(around(101)) ?? {};
    expect(footprint).toHaveLength(3);
    expect(footprint?.[1]).toBeCloseTo(90, 9);
    expect(footprint?.[2]).toBeCloseTo(10, 9);
  });

  it('a circle is itself', () => {
    expect(searchRegion(text(circle(350, -30, 2)))?.footprint).toEqual([
      expect.closeTo(350, 12),
      expect.closeTo(-30, 12),
      expect.closeTo(2, 12),
    ]);
    const written = 'YwAAAAAAAPA/AAAAAAAAAAAAAAAAAAAAAL8f9CuDdoQ/mpmZmZmZuT8=';
    expect(parseRegion(written)).toEqual({ kind: 'circle', center: [1, 0, 0], radius: 0.1 });
  });

  it('an ellipse is the circle around its longer axis', () => {
    // Ellipse(UnitVector3d(30°, 40°), 2°, 1°, 20°).
    const numbers = [
      ...[-0.6941091380258462, -0.0058132540515029585, 0.7198463103929542, -0.2794538206643769],
      ...[0.9237208365458507, -0.2620026302293849, 0.6634139481689384, 0.38302222155948895],
      ...[0.6427876096865393, -1.53588974175501, -1.5533430342749532, 0.030231524409058123],
      ...[28.636253282915515, 57.289961630759144],
    ];
    const found = searchRegion(text(encoded('e', ...numbers)))?.footprint;
    expect(found).toEqual([expect.closeTo(30, 9), expect.closeTo(40, 9), expect.closeTo(2, 9)]);
  });

  it('a box is a circle that holds all of it: near poles, through longitude 0, of any size', () => {
    const turn = fc.double({ min: 0, max: 2 * Math.PI, noNaN: true });
    const pole = fc.double({ min: -Math.PI / 2, max: Math.PI / 2, noNaN: true });
    const part = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(turn, turn, pole, pole, part, part, (west, east, a, b, across, along) => {
        const [south, north] = [Math.min(a, b), Math.max(a, b)];
        const width = east - west + (west > east ? 2 * Math.PI : 0);
        const lon = (((west + across * width) % (2 * Math.PI)) * 180) / Math.PI;
        const lat = ((south + along * (north - south)) * 180) / Math.PI;
        const found = searchRegion(text(encoded('b', west, east, south, north)));
        return holds(found?.footprint, lon, lat);
      }),
      { numRuns: 2000, seed: 42 },
    );
    // 20° × 10° around (0, 0): the corner is at acos(cos 10° cos 5°).
    const around = searchRegion(text(encoded('b', rad(350), rad(10), rad(-5), rad(5))));
    const corner = (Math.acos(Math.cos(rad(10)) * Math.cos(rad(5))) * 180) / Math.PI;
    expect(around?.radius).toBeCloseTo(corner, 9);
  });

  it('a union is a circle around all parts, an intersection the least of the circles around its parts', () => {
    const [a, b] = [circle(10, 0, 1), circle(14, 0, 2)];
    const inside = [
      [9.001, 0],
      [15.999, 0],
      [14, 1.999],
      [10, -0.999],
    ] as const;
    for (const union of [text(together('u', a, b)), `${text(a)}:${text(b)}`]) {
      const { footprint } = searchRegion(union) ?? {};
      for (const [lon, lat] of inside) expect(holds(footprint, lon, lat)).toBe(true);
    }
    const both = together('i', a, together('u', b, circle(0, 80, 3)));
    expect(searchRegion(text(both))?.footprint).toEqual([
      expect.closeTo(10, 9),
      expect.closeTo(0, 9),
      expect.closeTo(1, 9),
    ]);
    const apart = searchRegion(text(together('u', circle(0, 0, 1), circle(180, 0, 1))))?.footprint;
    expect(holds(apart, 180.5, 0) && holds(apart, 359.5, 0)).toBe(true);
  });

  it('empty regions have no footprint', () => {
    const empty = [
      encoded('c', 0, 0, 1, -1, -1),
      encoded('b', Number.NaN, Number.NaN, 1, 0),
      together('i', circle(0, 0, 1), encoded('c', 0, 0, 1, -1, -1)),
      together('u'),
    ].map(text);
    for (const one of ['', ...empty]) expect(searchRegion(one)).toBeUndefined();
  });

  const corner = vector(10, 10);
  let deep = circle(0, 0, 1);
  for (let n = 0; n < 20; n++) deep = together('u', deep);
  const lying = together('u', circle(0, 0, 1));
  lying.writeBigUInt64LE(2n ** 63n, 1);
  it.each([
    ['text that is not base64', 'p***'],
    ['a part of text that is not base64', `${DETECTOR}:p`],
    ['a type that nobody has', text(encoded('x', 1, 2, 3))],
    ['two vertices', text(encoded('p', ...corner, ...corner))],
    ['half a vertex', text(encoded('p', ...corner, ...corner, 1))],
    ['vectors of another length', text(encoded('p', 1, 1, 1, 1, 0, 0, 0, 1, 0))],
    ['NaN', text(encoded('p', Number.NaN, 0, 0, 1, 0, 0, 0, 1, 0))],
    ['infinity', text(encoded('c', Number.POSITIVE_INFINITY, 0, 0, 1, 1))],
    ['a circle whose sizes differ', text(encoded('c', 1, 0, 0, 0.01, 2))],
    ['a circle of NaN', text(encoded('c', 1, 0, 0, Number.NaN, Number.NaN))],
    ['a box beyond the pole', text(encoded('b', 0, 1, 0, 3))],
    ['a box of bytes too few', text(encoded('b', 0, 1, 0))],
    ['an ellipse without size', text(encoded('e', 0, 0, 0, 0, 0, 0, 0, 0, 1, Number.NaN, 0, 0, 0, 0))],
    ['a part longer than all bytes', text(lying)],
    ['a part without its length', text(Buffer.concat([together('u', circle(0, 0, 1)), Buffer.alloc(3)]))],
    ['parts within parts without end', text(deep)],
    ['a megabyte', 'A'.repeat(2 ** 20 + 4)],
  ])('refuses %s', (_, region) => {
    expect(() => searchRegion(region)).toThrow(
      expect.objectContaining({ kind: 'data', code: 'BAD_SKY_REGION' }),
    );
  });

  it('never does anything else with any bytes', () => {
    const letters = fc.constantFrom(...'pcbeui'.split('').map((letter) => letter.charCodeAt(0)));
    fc.assert(
      fc.property(letters, fc.uint8Array({ maxLength: 200 }), (letter, rest) => {
        try {
          searchRegion(text(Buffer.from([letter, ...rest])));
        } catch (error) {
          return (error as { code?: unknown }).code === 'BAD_SKY_REGION';
        }
        return true;
      }),
      { numRuns: 5000, seed: 7 },
    );
  });

  it('the polygons that other tests make are what they say', () => {
    const { footprint } = searchRegion(polygonText([359, -1], [1, -1], [1, 1], [359, 1])) ?? {};
    expect(footprint?.map((value) => Math.round(value * 1e9) / 1e9)).toEqual([359, -1, 1, -1, 1, 1, 359, 1]);
  });
});
