// DALI's UPLOAD: a table in the request becomes the value of the parameter that it is named for.
import { expect, it } from 'vitest';
import type { Pairs, Parameter } from '../../src/vo/dali/parameter.ts';
import { withUploads } from '../../src/vo/dali/uploads.ts';

const declared = (name: string, upload: boolean): Parameter<string> => ({
  ...{ name, upload, datatype: 'char', multiplicity: 'many', maxLength: 99, description: '', example: '' },
  parse: (text) => text,
});
const parameters = [declared('SIZE', false), declared('TRACK', true), declared('TABLE', true)];
const upload = (...pairs: Pairs) => withUploads(pairs, parameters);

it('leaves requests without it alone', () => {
  const pairs: Pairs = [
    ['track', '1'],
    ['SIZE', '2'],
  ];
  expect(upload(...pairs)).toEqual(pairs);
  expect(withUploads([['UPLOAD', 'x']], [declared('SIZE', false)])).toEqual([['UPLOAD', 'x']]);
});

it('renames the parts that it names, whichever comes first', () => {
  expect(
    upload(['a', '<A/>'], ['upload', 'track,param:a'], ['UPLOAD', ' table , param:b '], ['b', '<B/>']),
  ).toEqual([
    ['TRACK', '<A/>'],
    ['TABLE', '<B/>'],
  ]);
});

it('takes a table under its own name for the first parameter that may be uploaded', () => {
  expect(upload(['UPLOAD', ' <A/>'], ['SIZE', '2'])).toEqual([
    ['TRACK', ' <A/>'],
    ['SIZE', '2'],
  ]);
});

it.each([
  [
    'an address elsewhere',
    [['UPLOAD', 'track,http://example.org/x']],
    /^expected TRACK,param:PART.* for UPLOAD, received '/,
  ],
  [
    'a table for no parameter',
    [
      ['UPLOAD', 'size,param:a'],
      ['a', ''],
    ],
    /^expected TRACK,param:PART.* for UPLOAD, received '/,
  ],
  [
    'a part that is not there',
    [['UPLOAD', 'track,param:a']],
    /for UPLOAD, received 'track,param:a': there is no part 'a'$/,
  ],
] as [string, Pairs, RegExp][])('refuses %s', (_name, pairs, message) => {
  expect(() => upload(...pairs)).toThrow(message);
});
