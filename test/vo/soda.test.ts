import { describe, expect, it } from 'vitest';
import { suggest } from '../../src/vo/dali/suggest.ts';
import { type FilterBounds, parseSodaSync, passesFilters } from '../../src/vo/soda/request.ts';

const id = 'butler://dp1/0b3f5a52-8c1d-5e2a-9f66-2f0e6b1f7a10';
const parse = (query: string) => parseSodaSync([['ID', id], ...new URLSearchParams(query)]);

describe('a synchronous request', () => {
  it('has defaults', () => {
    const { id: dataset, ...rest } = parse('');
    expect(dataset.repo).toBe('dp1');
    expect(rest).toEqual({ pol: [], detail: 'Image', compress: 'none', format: 'fits' });
  });

  it('takes names in any case and everything at once', () => {
    const request = parse(
      'circle=1 2 3&Band=1e-7 5e-7&TIME=60000&pol=V&POL=I&pol=I&CutoutDetail=MaskedImage&compress=rice&quantize=16&RESPONSEFORMAT=application/fits&runid=x',
    );
    expect(request).toMatchObject({
      stencil: { shape: 'circle', values: [1, 2, 3] },
      band: { min: 1e-7, max: 5e-7 },
      time: { min: 60000, max: 60000 },
      pol: ['I', 'V'],
      detail: 'MaskedImage',
      compress: 'rice',
      quantize: 16,
      format: 'fits',
      runId: 'x',
    });
  });

  it('ignores what it does not know once the region is clear', () => {
    expect(parse('CIRCLE=1 2 3&FROB=1').stencil).toBeDefined();
    expect(parse('VERSION=1.0&REQUEST=doQuery').stencil).toBeUndefined();
  });
});

describe('SIZE, EDGE and BOX', () => {
  it.each([
    ['51', 51, 51, 'pixel'],
    ['51 31', 51, 31, 'pixel'],
    ['51,31pix', 51, 31, 'pixel'],
    ['51 pixels', 51, 51, 'pixel'],
    ['30arcsec', 30, 30, 'arcsec'],
    ['30 20 arcsec', 30, 20, 'arcsec'],
    ['1arcmin 30arcsec', 60, 30, 'arcsec'],
    ['0.01deg', 36, 36, 'arcsec'],
    ['5e1 mas', 0.05, 0.05, 'arcsec'],
  ] as const)('SIZE=%s', (text, width, height, unit) => {
    const { size } = parse(`RA=10&DEC=-5&SIZE=${text}`);
    expect(size?.unit).toBe(unit);
    expect(size?.width).toBeCloseTo(width, 12);
    expect(size?.height).toBeCloseTo(height, 12);
  });

  it.each([
    '0',
    '-5',
    '1.5',
    'x',
    '5 6 7',
    '5arcsec 6',
    '5 arcsec 6 pix',
    'arcsec',
    '1e9',
    '200deg',
    '5parsec',
    '.',
  ])('SIZE=%s is refused', (text) => {
    expect(() => parse(`RA=10&DEC=-5&SIZE=${text}`)).toThrow(/^expected N or "NX NY" pixels.* for SIZE/);
  });

  it('take a position or the centre of a circle; a box stands for itself', () => {
    expect(parse('RA=-10&DEC=5&SIZE=9')).toMatchObject({ position: { ra: 350, dec: 5 } });
    expect(parse('POS=CIRCLE 10 5 1&SIZE=9&EDGE=trim')).toMatchObject({
      stencil: { shape: 'circle', values: [10, 5, 1] },
      edge: 'trim',
    });
    expect(parse('BOX=-5, 0 7 9&EDGE=pad').box).toEqual({ x0: -5, y0: 0, x1: 7, y1: 9 });
    for (const bad of ['1 2 3', '1 2 1 4', '1 2 3.5 4', '1 2 3 1e12', 'a b c d'])
      expect(() => parse(`BOX=${bad}`)).toThrow(/^expected x0 y0 x1 y1 .* for BOX/);
  });

  it.each([
    ['SIZE=9', /SIZE needs RA and DEC, or a circle/],
    ['POLYGON=1 2 3 4 5 6&SIZE=9', /SIZE needs/],
    ['BOX=1 2 3 4&SIZE=9', /SIZE needs/],
    ['RA=1&DEC=2', /RA and DEC need SIZE/],
    ['RA=1&SIZE=9', /expected a value for DEC/],
    ['CIRCLE=1 2 3&RA=1&DEC=2&SIZE=9', /received several: POS, CIRCLE or POLYGON; RA and DEC/],
    ['CIRCLE=1 2 3&BOX=1 2 3 4', /received several/],
    ['CIRCLE=1 2 3&EDGE=pad', /EDGE needs SIZE or BOX/],
    ['PLANES=SCI&CUTOUTDETAIL=Image', /PLANES and CUTOUTDETAIL/],
    ['PLANES=SCI,,DQ', /names of planes/],
    ['PLANES=SCI,DQ&RESPONSEFORMAT=png', /shows one plane/],
  ])('%s is refused', (query, message) => {
    expect(() => parse(query)).toThrow(message);
  });

  it('a malformed region is told before that there are two', () => {
    expect(() => parse('CIRCLE=1 2 3&POS=CIRCEL 1 2 3')).toThrow(
      /expected CIRCLE, RANGE or POLYGON .* for POS/,
    );
  });
});

describe('filters', () => {
  const none = { pol: [] };
  const bounds: FilterBounds = { emMin: 5e-7, emMax: 6e-7, tMin: 60000, tMax: 60001, polStates: ['I'] };

  it('pass without a filter', () => expect(passesFilters(none, {})).toBe(true));
  it('overlap with closed ends', () => {
    expect(passesFilters({ ...none, band: { min: 6e-7, max: 1 } }, bounds)).toBe(true);
    expect(passesFilters({ ...none, band: { min: 6.1e-7, max: 1 } }, bounds)).toBe(false);
    expect(passesFilters({ ...none, time: { min: -Infinity, max: 60000 } }, bounds)).toBe(true);
    expect(passesFilters({ ...none, time: { min: -Infinity, max: 59999 } }, bounds)).toBe(false);
  });
  it('NULL passes no filter', () => {
    expect(
      passesFilters(
        { ...none, band: { min: -Infinity, max: Infinity } },
        { emMin: Number.NaN, emMax: Number.NaN },
      ),
    ).toBe(false);
    expect(passesFilters({ ...none, time: { min: 0, max: 1 } }, {})).toBe(false);
    expect(passesFilters({ pol: ['I'] }, {})).toBe(false);
  });
  it('a band passes by its name and by that of its filter, and no other does', () => {
    const named = { ...bounds, bandNames: ['r', 'r_57'] };
    const { band } = parse('BAND=r_57&CIRCLE=1 2 3');
    expect([band, passesFilters({ ...none, ...(band && { band }) }, named)]).toEqual(['r_57', true]);
    expect(['r', 'R', 'i'].map((name) => passesFilters({ ...none, band: name }, named))).toEqual([
      ...[true, false, false],
    ]);
    expect(passesFilters({ ...none, band: 'r' }, bounds)).toBe(false);
  });
  it('any of the polarizations will do', () => {
    expect(passesFilters({ pol: ['I', 'V'] }, bounds)).toBe(true);
    expect(passesFilters({ pol: ['V'] }, bounds)).toBe(false);
  });
});

describe('suggestions', () => {
  it.each([
    ['CIRCEL', 'CIRCLE'],
    ['poligon', 'POLYGON'],
    // A swap of two letters is one step, as in Damerau-Levenshtein distances.
    ['PSO', 'POS'],
    ['BNAD', 'BAND'],
    ['DNA', undefined],
    ['XYZZY', undefined],
  ])('%s', (name, best) => {
    expect(suggest(name, ['CIRCLE', 'POLYGON', 'BAND', 'POS'])).toBe(best);
  });
});
