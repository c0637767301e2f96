// Where a region lies that misses an image. Distances: astropy, SkyCoord.separation, degrees.
import { describe, expect, inject, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { openArchive } from '../../src/archive/archive.ts';
import { whyOutside } from '../../src/products/cutout/outside.ts';
import { distanceOf } from '../../src/products/select/middle.ts';

it.each([
  [[150.2, 2.3], [151.7, -3.9], 6.378664790804001],
  [[359.9, 89.5], [179.9, 89.7], 0.7999999999999954],
  [[10, 0], [190, 1e-5], 179.99999],
  [[0.001, -45], [359.999, -45], 0.00141421356232544],
] as const)('%j and %j are %d degrees apart', (a, b, degrees) => {
  expect(Math.abs(distanceOf(a, b) - degrees)).toBeLessThan(1e-12);
});

describe('a sentence about an image and', () => {
  it('a circle, a position and a box elsewhere', async () => {
    const archive = await openArchive(inject('sample'));
    const view = archive.as(ANONYMOUS);
    const [row] = await view.find({ point: [150.2987, 2.38812] });
    const { layout } = await view.resolve(row?.id ?? '');
    const rows = [];
    for await (const piece of view.list({ regions: [{ point: [150.2987, 2.38812] }] })) rows.push(...piece);
    const { s_ra = 0, s_dec = 0 } = rows.find(({ id }) => id === row?.id) ?? {};
    const [ra, dec] = [Number(s_ra), Number(s_dec)];
    await archive.close();
    const stencil = { shape: 'circle', values: [ra, dec + 2, 0.01] } as const;
    const around = `degrees around ${ra.toFixed(5)} ${dec.toFixed(5)}`;
    expect(whyOutside(layout, { stencil })).toMatch(
      new RegExp(`${around}, and the region's centre is 2 degrees from there$`),
    );
    const position = { ra, dec: dec - 0.25 };
    expect(whyOutside(layout, { position, size: { width: 3, height: 3, unit: 'pixel' } })).toMatch(
      new RegExp(`${around}, and the position is 0\\.25 degrees from there$`),
    );
    expect(whyOutside(layout, { box: { x0: -9, y0: 0, x1: -1, y1: 5 } })).toMatch(
      /in common; the image has \d+ x \d+ pixels$/,
    );
  });
});
