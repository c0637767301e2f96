// Parameters declared by their kind: what is said is kept, and the parser takes just what was said.
import { describe, expect, it } from 'vitest';
import { choice, flag, interval, number, wholeNumber } from '../../src/vo/dali/declare.ts';
import { type Defaulted, defaultOf, type Parameter } from '../../src/vo/dali/parameter.ts';
import { mosaicList, mosaicParameters } from '../../src/vo/mosaic/parameters.ts';
import { mosaicRequest, parseMosaic } from '../../src/vo/mosaic/request.ts';
import { sodaList } from '../../src/vo/soda/parameters.ts';
import { stackList } from '../../src/vo/stack/parameters.ts';
import { parseStack, stackRequest } from '../../src/vo/stack/request.ts';

const said = { description: 'x', example: '1' };

it('a choice takes its words, and suggests the one that was meant', () => {
  const fruit: Defaulted<'Apple' | 'pear'> = choice({
    ...{ name: 'FRUIT', ...said },
    values: ['Apple', 'pear'],
    default: 'pear',
  });
  expect(fruit.parse('Apple')).toBe('Apple');
  expect(defaultOf(fruit)).toBe('pear');
  expect(() => fruit.parse('apple')).toThrow(
    /^expected one of Apple, pear for FRUIT, received 'apple'; did you mean Apple\?$/,
  );
});

it('a flag is true or false, and false if it is left out', () => {
  const on: Defaulted<boolean> = flag({ name: 'ON', ...said });
  expect([on.parse('true'), on.parse('false'), defaultOf(on)]).toEqual([true, false, false]);
  expect(() => on.parse('yes')).toThrow(/^expected one of true, false for ON, received 'yes'$/);
});

it('a number is one number between its bounds, which are part of the declaration', () => {
  const size: Parameter<number> = number({ name: 'SIZE', bounds: { min: -1, max: 2 }, ...said }, 'apples');
  expect([size.parse(' 2 '), size.parse('-1')]).toEqual([2, -1]);
  expect(size.bounds).toEqual({ min: -1, max: 2 });
  for (const text of ['2.01', '-2', '1 1', 'Inf'])
    expect(() => size.parse(text), text).toThrow(/^expected one number from -1 to 2 \(apples\) for/);
  for (const text of ['x', 'NaN'])
    expect(() => size.parse(text), text).toThrow(/one number from .*: '.*' is not a number$/);
});

it('a whole number has digits only', () => {
  expect(wholeNumber('N', ' 007 ', 0, 9)).toBe(7);
  for (const text of ['1.0', '-1', '1e1', '0x1', '10', ''])
    expect(() => wholeNumber('N', text, 0, 9), text).toThrow(
      /^expected a whole number from 0 to 9 for N, received '/,
    );
});

it('an interval is two numbers, or one as both', () => {
  const when = interval({ name: 'WHEN', unit: 'd', ...said }, 'days');
  expect(when.parse('1 2')).toEqual({ min: 1, max: 2 });
  expect(when.parse('1')).toEqual({ min: 1, max: 1 });
  expect(() => when.parse('2 1')).toThrow(
    /^expected lo hi in days .*for WHEN, received '2 1': the lower end/,
  );
});

describe.each([
  ['soda', sodaList],
  ['stack', stackList],
  ['mosaic', mosaicList],
])('every parameter of %s', (_name, list) => {
  it('takes its own example and its own default', () => {
    for (const parameter of list) {
      expect(() => parameter.parse(parameter.example), parameter.name).not.toThrow();
      const { default: value } = parameter;
      if (value !== undefined) expect(() => parameter.parse(value), parameter.name).not.toThrow();
    }
  });
});

describe('defaults', () => {
  it('of a program are those of the service', () => {
    const region = mosaicParameters.circle.parse('1 2 0.1');
    expect(mosaicRequest({ region })).toEqual(parseMosaic([['CIRCLE', '1 2 0.1']]));
  });

  it('are not lost to what is undefined', () => {
    const ids = mosaicRequest({ compress: undefined, ids: undefined });
    expect([ids.compress, ids.ids]).toEqual(['none', []]);
  });

  it('stand in one order, of which ETags are made', () => {
    const parsed = Object.keys(parseStack([...new URLSearchParams('RA=1&DEC=2&MAXREC=5&RUNID=x&BAND=r')]));
    const made = stackRequest({
      runId: 'x',
      maxRec: 5,
      bands: ['r'],
      target: { kind: 'fixed', ra: 1, dec: 2 },
    });
    expect(Object.keys(made)).toEqual(parsed);
  });
});
