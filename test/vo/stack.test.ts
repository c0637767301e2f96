import { describe, expect, it } from 'vitest';
import { parseStack, stackRequest } from '../../src/vo/stack/request.ts';

const parse = (query: string) => parseStack([...new URLSearchParams(query)]);
const code = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'no error';
};

const votable = (rows: string, fields = '', before = '') => `<?xml version="1.0"?>
<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE>${before}<TABLE>
${fields || '<FIELD name="t" ucd="time.epoch" datatype="double"/><FIELD name="a" ucd="pos.eq.ra;meta.main" datatype="double" unit="deg"/><FIELD name="d" ucd="pos.eq.dec" datatype="double"/>'}
<DATA><TABLEDATA>${rows}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>`;
const row = (...cells: (number | string)[]) => `<TR>${cells.map((cell) => `<TD>${cell}</TD>`).join('')}</TR>`;

describe('the parameters of a stack', () => {
  it('has defaults, and tells which were used', () => {
    const request = parse('RA=12.5&DEC=-3');
    expect(request).toEqual({
      target: { kind: 'fixed', ra: 12.5, dec: -3 },
      size: 51,
      types: [],
      bands: [],
      times: [],
      ids: [],
      order: 'time',
      edge: false,
      detail: 'Image',
      unit: 'native',
      format: 'fits',
      defaulted: [
        'SIZE',
        'ORDER',
        'EDGE',
        'CUTOUTDETAIL',
        'UNIT',
        'RESPONSEFORMAT',
        'COLLECTION',
        'DPSUBTYPE',
      ],
    });
    expect(stackRequest({ target: request.target })).toEqual({ ...request, defaulted: [] });
  });

  it('takes everything at once, in any order and case', () => {
    const id = 'butler://dp1/0b3f5a52-8c1d-5e2a-9f66-2f0e6b1f7a10';
    const request = parse(
      `pos=Circle 370 -3 0.001&collection=dp1&dpsubtype=lsst.visit_image&band=r&band=1e-7 5e-7&time=60000 60001&id=${id}&id=${id}&maxrec=0&order=-time&edge=any&cutoutdetail=MaskedImage&unit=nJy&responseformat=application/x-votable%2Bxml`,
    );
    expect(request).toMatchObject({
      target: { kind: 'fixed', ra: 10, dec: -3, radius: 0.001 },
      collection: 'dp1',
      types: ['visit_image'],
      times: [{ min: 60000, max: 60001 }],
      maxRec: 0,
      order: '-time',
      edge: true,
      detail: 'MaskedImage',
      unit: 'nJy',
      format: 'votable',
      defaulted: [],
    });
    expect(request.bands).toHaveLength(2);
    expect(request.ids).toHaveLength(1);
    expect(request.size).toBeUndefined();
  });

  it.each([
    ['', 'MISSING_PARAM'],
    ['RA=1', 'MISSING_PARAM'],
    ['RA=1&DEC=2&POS=CIRCLE 1 2 3', 'CONTRADICTION'],
    ['POS=CIRCLE 1 2 3&SIZE=5', 'CONTRADICTION'],
    ['RA=1&DEC=2&RESPONSEFORMAT=png&CUTOUTDETAIL=MaskedImage', 'CONTRADICTION'],
    ['RA=1&DEC=2&RA=3', 'MULTI_VALUED'],
    ['RA=1&DEC=2&BNAD=r', 'UNKNOWN_PARAMETER'],
    ['RA=nan&DEC=2', 'BAD_VALUE'],
    ['RA=1&DEC=91', 'BAD_VALUE'],
    ['RA=1&DEC=2&SIZE=0', 'BAD_VALUE'],
    ['RA=1&DEC=2&SIZE=1025', 'BAD_VALUE'],
    ['RA=1&DEC=2&SIZE=51.5', 'BAD_VALUE'],
    ['RA=1&DEC=2&MAXREC=-1', 'BAD_VALUE'],
    ['RA=1&DEC=2&ORDER=up', 'BAD_VALUE'],
    ['RA=1&DEC=2&CUTOUTDETAIL=Exposure', 'BAD_VALUE'],
    ['RA=1&DEC=2&RESPONSEFORMAT=image/jpeg', 'BAD_VALUE'],
    ['POS=RANGE 1 2 3 4', 'BAD_VALUE'],
    ['TRACK=60000 1', 'BAD_VALUE'],
    ['TRACK=60000 1 95', 'BAD_VALUE'],
    ['TRACK=-5 1 5', 'BAD_VALUE'],
  ])('%s is refused: %s', (query, expected) => {
    expect(code(() => parse(query))).toBe(expected);
  });
});

describe('TRACK', () => {
  it('is repeated points in MJD UTC', () => {
    expect(parse('TRACK=60000 10 5&TRACK=60000.5 10.1 5.1').target).toEqual({
      kind: 'track',
      points: [
        { epoch: 60000, scale: 'UTC', ra: 10, dec: 5 },
        { epoch: 60000.5, scale: 'UTC', ra: 10.1, dec: 5.1 },
      ],
    });
  });

  it('is a VOTable, its columns found by UCD or name, its scale by TIMESYS', () => {
    const text = votable(row(60000, 10, 5) + row(' 60000.5 ', 10.1, '<![CDATA[5.1]]>'));
    expect(parseStack([['TRACK', text]]).target).toMatchObject({ points: [{ epoch: 60000 }, { dec: 5.1 }] });
    const named = votable(
      row(10, 5, 2460000.5),
      '<FIELD name="RA" datatype="double"/><FIELD name="Dec" datatype="double"/><FIELD name="JD" ref="ts" datatype="double"/>',
      '<TIMESYS ID="ts" timescale="TAI" timeorigin="JD-origin" refposition="TOPOCENTER"/>',
    );
    expect(parseStack([['TRACK', named]]).target).toMatchObject({
      points: [{ epoch: 60000, scale: 'TAI', ra: 10, dec: 5 }],
    });
  });

  it("is uploaded as DALI's UPLOAD says, or under that name", () => {
    const text = votable(row(60000, 10, 5));
    const expected = parseStack([['TRACK', text]]).target;
    expect(
      parseStack([
        ['UPLOAD', 'track,param:mine'],
        ['mine', text],
      ]).target,
    ).toEqual(expected);
    expect(parseStack([['UPLOAD', text]]).target).toEqual(expected);
    expect(code(() => parseStack([['UPLOAD', 'track,http://example.org/x']]))).toBe('BAD_VALUE');
    expect(code(() => parseStack([['UPLOAD', 'track,param:x']]))).toBe('BAD_VALUE');
  });

  it.each([
    ['<VOTABLE', 'broken'],
    ['<a/>', 'no table'],
    [votable(''), 'no rows'],
    [votable(row(60000, 'x', 5)), 'no number'],
    [votable(row(60000, 10)), 'a cell too few'],
    [votable('', '<FIELD name="x" datatype="double"/>'), 'no columns'],
    [`<!DOCTYPE a [<!ENTITY b "c">]>${votable(row(1, 2, 3)).slice(21)}`, 'a doctype'],
    [votable('').replace('TABLEDATA', 'BINARY').replace('/TABLEDATA', '/BINARY'), 'BINARY'],
    [votable(row(60000, 10, 5)).replace('unit="deg"', 'unit="rad"'), 'radians'],
  ])('is refused: %#', (text) => {
    expect(code(() => parseStack([['TRACK', text]]))).toBe('BAD_VALUE');
  });
});
