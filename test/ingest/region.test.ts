import { describe, expect, it } from 'vitest';
import type { LayoutInfo } from '../../src/addon/layout.ts';
import { placeOf, regionText } from '../../src/ingest/describe/region.ts';

const info = (footprint?: readonly number[]): LayoutInfo => ({
  planes: [],
  hdus: [],
  files: [],
  cards: {},
  ...(footprint && { footprint, center: [10, 20] as const, radius: 1.5, pixelScale: 0.2 }),
});

describe('the place of an image', () => {
  it('is a polygon along its edges', () => {
    const place = placeOf(info([9, 19, 9, 21, 11, 21, 11, 19]));
    expect(place.region).toBe('POLYGON ICRS 9 19 9 21 11 21 11 19');
    expect(place).toMatchObject({ ra: 10, dec: 20, fov: 3, origin: 'wcs' });
  });

  it('is a circle when the image is too wide for a polygon', () => {
    expect(placeOf(info([0, 0, 180])).region).toBe('CIRCLE ICRS 0 0 180');
    expect(regionText([1.5, -2.25, 90])).toBe('CIRCLE ICRS 1.5 -2.25 90');
  });

  it('is nowhere without a WCS, and with a footprint that is none', () => {
    expect(placeOf(info()).region).toBeNull();
    expect(placeOf(info([1, 2, 3, 4]))).toMatchObject({
      footprint: null,
      note: expect.stringContaining('footprint'),
    });
  });
});
