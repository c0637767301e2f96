// RESPONSEFORMAT of tables: DALI's short names and media types, and the media type of the answer.
import { expect, it } from 'vitest';
import { parseTableFormat } from '../../src/vo/dali/table-format.ts';

it.each([
  ['votable', 'votable', 'application/x-votable+xml'],
  ['VOTable', 'votable', 'application/x-votable+xml'],
  ['votable/b2', 'binary2', 'application/x-votable+xml;serialization=BINARY2'],
  ['application/x-votable+xml', 'votable', 'application/x-votable+xml'],
  [
    'application/x-votable+xml; serialization="BINARY2"',
    'binary2',
    'application/x-votable+xml;serialization=BINARY2',
  ],
  ['application/x-votable+xml;serialization=tabledata', 'votable', 'application/x-votable+xml'],
  ['text/xml', 'votable', 'text/xml'],
  ['csv', 'csv', 'text/csv;charset=utf-8;header=present'],
  ['Text/CSV; header=present', 'csv', 'text/csv;charset=utf-8;header=present'],
  ['tsv', 'tsv', 'text/tab-separated-values;charset=utf-8'],
  ['fits', 'fits', 'application/fits'],
  ['application/jsonl', 'jsonl', 'application/jsonl'],
  ['parquet', 'parquet', 'application/vnd.apache.parquet'],
])('%s is %s, sent as %s', (text, format, mediaType) => {
  expect(parseTableFormat(text)).toEqual({ format, mediaType });
});

it.each([
  '',
  'xls',
  'image/fits',
  'text/csv;header=absent',
  'application/fits;x=1',
  'text/csv, text/xml',
  '/',
])('%j is refused, with what there is', (text) => {
  expect(() => parseTableFormat(text)).toThrow(/expected one of votable, binary2, csv, .* text\/csv/);
});
