// CSV, TSV and lines of JSON, as the standard library of Python reads them.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isText } from '../../src/base/cells.ts';
import type { Column } from '../../src/base/column.ts';
import { everyColumn, everyRow, plainRows, pythonReads, tableOf, written } from './support.ts';

interface Read {
  readonly names: string[];
  readonly rows: unknown[][];
  readonly lengths: number[];
}

describe.each(['csv', 'tsv'] as const)('%s', (format) => {
  it('gives every value, whatever stands in the texts', async () => {
    const path = await written(tableOf(everyColumn, everyRow), format);
    const read = pythonReads<Read>(format, path, everyColumn);
    // Python's reader does not say whether a cell was quoted: null and the empty text are the same to it, as are null and the empty list.
    const alike = (column: Column, cell: unknown) => {
      if (isText(column)) return cell ?? '';
      return column.shape?.[0] === '*' && (cell as unknown[] | null)?.length === 0 ? [] : cell;
    };
    const found = read.rows.map((row) =>
      row.map((cell, at) => (everyColumn[at]?.shape?.[0] === '*' ? (cell ?? []) : cell)),
    );
    const wanted = plainRows(everyColumn, everyRow, alike).map((row) =>
      row.map((cell, at) => (everyColumn[at]?.shape?.[0] === '*' ? (cell ?? []) : cell)),
    );
    expect(found).toEqual(wanted);
    expect(read.names).toEqual(everyColumn.map(({ name }) => name));
    expect(read.lengths).toEqual([everyColumn.length]);
  });

  it('quotes an empty text and leaves null empty', async () => {
    const columns: Column[] = ['a', 'b', 'c'].map((name) => ({ name, type: 'char', description: '' }));
    const text = readFileSync(await written(tableOf(columns, [['', null, 'x']]), format), 'utf8');
    expect(text.split(/\r?\n/)[1]?.split(/[,\t]/)).toEqual(['""', '', 'x']);
  });
});

it('csv ends lines as RFC 4180 does, and quotes names', async () => {
  const columns: Column[] = [{ name: 'a "b", c', type: 'int', description: '' }];
  expect(readFileSync(await written(tableOf(columns, [[1], [2]]), 'csv'), 'utf8')).toBe(
    '"a ""b"", c"\r\n1\r\n2\r\n',
  );
});

it('jsonl gives every value and null', async () => {
  const path = await written(tableOf(everyColumn, everyRow), 'jsonl');
  const read = pythonReads<Read>('jsonl', path, everyColumn);
  expect(read.rows).toEqual(plainRows(everyColumn, everyRow));
  expect(read.names).toEqual(everyColumn.map(({ name }) => name));
});

it('jsonl has numbers that JSON has not as strings, and whole numbers with all digits', async () => {
  const columns: Column[] = [
    { name: 'd', type: 'double', description: '' },
    { name: 'l', type: 'long', description: '' },
  ];
  const rows = [
    [Number.NaN, 2n ** 63n - 1n],
    [-Infinity, null],
    [1e21, 1],
  ];
  expect(readFileSync(await written(tableOf(columns, rows), 'jsonl'), 'utf8')).toBe(
    '{"d":"NaN","l":9223372036854775807}\n{"d":"-Infinity","l":null}\n{"d":1e+21,"l":1}\n',
  );
});
