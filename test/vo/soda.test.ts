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
