// Optional properties: what is undefined is absent, so that defaults beneath a spread stay.
import { expect, it } from 'vitest';
import { defined } from '../../src/base/defined.ts';

it('leaves out what is undefined, and nothing else, and keeps the order', () => {
  const some = defined({ c: 0, a: undefined, b: null, e: '', d: false });
  expect(Object.entries(some)).toEqual([
    ['c', 0],
    ['b', null],
    ['e', ''],
    ['d', false],
  ]);
});

it('lets a default stand', () => {
  const given: { format?: string | undefined } = { format: undefined };
  expect({ format: 'fits', ...defined(given) }).toEqual({ format: 'fits' });
});
