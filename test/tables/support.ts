// Tables with every type, null and number that a form can stumble over; what readers should find in them.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { isText } from '../../src/base/cells.ts';
import type { Column, ColumnType } from '../../src/base/column.ts';
import type { Batch, Cell, Row, Table } from '../../src/base/table.ts';
import { tableForms } from '../../src/products/tables/forms.ts';
import { TableAnswer } from '../../src/products/tables/table-answer.ts';
import type { TableFormat } from '../../src/vo/dali/table-format.ts';

export const scratch = mkdtempSync(join(tmpdir(), 'vignet-tables-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

export async function* batched(rows: readonly Row[], size = 3): AsyncGenerator<Batch> {
  for (let from = 0; from < rows.length; from += size) yield rows.slice(from, from + size);
}

export function tableOf(columns: readonly Column[], rows: readonly Row[], more: Partial<Table> = {}): Table {
  const about = {
    name: 'sample',
    description: 'A <table> & its "rows"',
    infos: [['q', '"a" < b & c']] as const,
  };
  return { ...about, columns, batches: batched(rows), overflow: () => false, ...more };
}

export function answerOf(table: Table, format: TableFormat, more = {}): TableAnswer {
  return new TableAnswer(table, tableForms[format], { name: 'sample', spoolFolder: scratch, ...more });
}

/** The path of a file with the table. */
export async function written(table: Table, format: TableFormat): Promise<string> {
  const answer = answerOf(table, format);
  const path = join(scratch, `${Math.random().toString(36).slice(2)}.${answer.filename}`);
  writeFileSync(path, await answer.bytes());
  return path;
}

const column = (name: string, type: ColumnType, more: Partial<Column> = {}): Column => ({
  name,
  type,
  description: `A column of ${type} & <more>`,
  ...more,
});

/** Every type: single, in arrays of a shape, in arrays that vary; and texts. */
export const everyColumn: readonly Column[] = [
  column('flag', 'boolean', { ucd: 'meta.code' }),
  column('b', 'byte'),
  column('s', 'short', { required: true }),
  column('i', 'int', { unit: 'pixel', null: -99 }),
  column('l', 'long'),
  column('f', 'float', { unit: 'arcsec', ucd: 'pos.angDistance' }),
  column('d', 'double', { unit: 'deg', ucd: 'pos.eq.ra', utype: 'obscore:x', ref: 'icrs' }),
  column('word', 'char', { shape: [12] }),
  column('text', 'char'),
  column('anything', 'unicode'),
  column('time', 'char', { xtype: 'timestamp' }),
  column('flags', 'boolean', { shape: [2] }),
  column('bytes', 'byte', { shape: [3] }),
  column('matrix', 'int', { shape: [2, 3] }),
  column('point', 'double', { shape: [2], xtype: 'point', unit: 'deg' }),
  column('polygon', 'double', { shape: ['*'], xtype: 'polygon', unit: 'deg' }),
  column('floats', 'float', { shape: ['*'] }),
  column('longs', 'long', { shape: ['*'] }),
];

const biggest = 2n ** 63n - 1n;

/** Each column's cells, from the plain to the worst; a null among them where the column may have one. */
const cells: Readonly<Record<string, readonly Cell[]>> = {
  flag: [true, false, null],
  b: [0, 255, null, 7],
  s: [-32_768, 32_767, 0],
  i: [-2_147_483_648, 2_147_483_647, null, 0],
  l: [1 - 2 ** 53, biggest, -biggest, null, 9_007_199_254_740_993n],
  f: [
    0.1,
    Math.fround(0.1),
    Math.fround(3.4e38),
    Math.fround(1e-45),
    Number.NaN,
    Infinity,
    -Infinity,
    null,
    1 / 3,
  ],
  d: [0.1, 1 / 3, 1.797e308, 5e-324, Number.NaN, -Infinity, Infinity, null, 1e21, -1e-7],
  word: ['', 'plain', 'twelve chars', null, 'a "b", c'],
  text: [
    '<a href="x">&amp;</a>',
    'two\nlines',
    'tab\there',
    'quo"te',
    "apo'strophe",
    '',
    null,
    ']]>',
    ' spaces ',
  ],
  anything: ['Ünïcödé', '日本語', '🔭 out of plane 0', 'crlf\r\nend', null, '', 'NULL', '-'],
  time: ['2025-11-03T01:02:03.456', null],
  flags: [[true, false], [false, false], null],
  bytes: [[0, 128, 255], null, new Uint8Array([1, 2, 3])],
  matrix: [[1, 2, 3, 4, 5, 6], null, new Int32Array([-1, 0, 1, 2, 3, 4])],
  point: [[10.5, -20.25], null, new Float64Array([0.1, 0.2])],
  polygon: [[1, 2, 3, 4, 5, 6.5], [], null, [0.1]],
  floats: [[Math.fround(0.1), Number.NaN, Infinity], null, []],
  longs: [[1n, -biggest], [], null, [1n, 2n, 3n, 4n]],
};

/** As many rows as the longest list has, and once more in another order. */
export const everyRow: readonly Row[] = Array.from({ length: 21 }, (_, n) =>
  everyColumn.map(({ name }, at) => {
    const list = cells[name] ?? [];
    return list[(n + (n > 10 ? at : 0)) % list.length];
  }),
);

const hexOf = (bytes: number, write: (view: DataView) => void) => {
  const view = new DataView(new ArrayBuffer(bytes));
  write(view);
  return Buffer.from(view.buffer).toString('hex');
};

function plainValue(type: ColumnType, value: unknown): unknown {
  if (typeof value === 'boolean') return value;
  if (type !== 'float' && type !== 'double') return String(value);
  const number = (type === 'float' ? Math.fround(Number(value)) : Number(value)) + 0;
  if (Number.isNaN(number)) return 'nan';
  return type === 'float'
    ? hexOf(4, (view) => view.setFloat32(0, number))
    : hexOf(8, (view) => view.setFloat64(0, number));
}

/** What the oracles give: numbers with all their bits, whole numbers and texts as they are, null. */
export function plainCell(column: Column, cell: Cell): unknown {
  if (cell === null || cell === undefined) return null;
  if (isText(column)) return cell;
  if (typeof cell === 'object') return Array.from(cell, (value) => plainValue(column.type, value));
  return plainValue(column.type, cell);
}

/** By row, with what a form cannot tell apart made alike. */
export function plainRows(
  columns: readonly Column[],
  rows: readonly Row[],
  alike: (column: Column, cell: unknown) => unknown = (_, cell) => cell,
): unknown[][] {
  return rows.map((row) => columns.map((column, at) => alike(column, plainCell(column, row[at]))));
}

/** What Python finds in a file: rows as `plainRows` has them, and what the header says of each column. */
export function pythonReads<T>(form: string, path: string, columns: readonly Column[] = []): T {
  const oracle = join(import.meta.dirname, '../oracles/table_oracle.py');
  const types = JSON.stringify(
    columns.map(({ name, type, shape }) => ({ name, type, array: shape !== undefined })),
  );
  return JSON.parse(
    execFileSync('/usr/bin/python3', [oracle, form, path, types], { encoding: 'utf8', maxBuffer: 2 ** 28 }),
  );
}
