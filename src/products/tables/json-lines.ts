/** Rows as JSON, one object a line. */
import { arrayIn, bigIn, booleanIn, isArray, isText, numberIn, textIn } from '../../base/cells.ts';
import type { Column } from '../../base/column.ts';
import { rowsAsText } from '../../base/rows-as-text.ts';
import type { Cell, Row, Table } from '../../base/table.ts';

/** JSON has no NaN and no infinities: they are strings, as in the JSON of protocol buffers. */
function realJson(value: number): string {
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}

function valueJson(column: Column, value: unknown): string {
  switch (column.type) {
    case 'boolean':
      return String(booleanIn(column, value));
    case 'long':
      return String(bigIn(column, value));
    default:
      return realJson(numberIn(column, value));
  }
}

function cellJson(column: Column, cell: Cell): string {
  if (cell === null || cell === undefined) return 'null';
  if (isText(column)) return JSON.stringify(textIn(column, cell));
  if (!isArray(column)) return valueJson(column, cell);
  return `[${Array.from(arrayIn(column, cell), (value) => valueJson(column, value)).join(',')}]`;
}

/** Whole numbers have all their digits: readers that hold numbers as doubles lose those beyond 2^53. */
export function jsonLines({ columns, batches }: Table): AsyncGenerator<string, void, undefined> {
  const names = columns.map(({ name }) => JSON.stringify(name));
  const line = (row: Row) =>
    `{${columns.map((column, at) => `${names[at]}:${cellJson(column, row[at])}`).join(',')}}\n`;
  return rowsAsText(batches, line);
}
