/** Columns as the schema of a Parquet file, cells as the values of its columns. */
import type { SchemaElement } from 'hyparquet-writer';
import { arrayIn, bigIn, booleanIn, isArray, isText, numberIn, textIn } from '../../base/cells.ts';
import type { Column, ColumnType } from '../../base/column.ts';
import type { Cell } from '../../base/table.ts';

type Physical = Pick<SchemaElement, 'type' | 'converted_type'>;

const physical: Readonly<Record<ColumnType, Physical>> = {
  boolean: { type: 'BOOLEAN' },
  byte: { type: 'INT32', converted_type: 'UINT_8' },
  short: { type: 'INT32', converted_type: 'INT_16' },
  int: { type: 'INT32' },
  long: { type: 'INT64' },
  float: { type: 'FLOAT' },
  double: { type: 'DOUBLE' },
  char: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  unicode: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
};

function elementsOf(column: Column): SchemaElement[] {
  const { name, type, required } = column;
  const repetition_type = required ? 'REQUIRED' : 'OPTIONAL';
  if (!isArray(column)) return [{ name, repetition_type, ...physical[type] }];
  return [
    { name, repetition_type, converted_type: 'LIST', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'REQUIRED', ...physical[type] },
  ];
}

export function parquetSchema(columns: readonly Column[]): SchemaElement[] {
  return [{ name: 'schema', num_children: columns.length }, ...columns.flatMap(elementsOf)];
}

export type ParquetValue = boolean | number | bigint | string | null | ParquetValue[];

function plainValue(column: Column, value: unknown): ParquetValue {
  if (column.type === 'boolean') return booleanIn(column, value);
  return column.type === 'long' ? bigIn(column, value) : numberIn(column, value);
}

/** Throws VignetError fatal BAD_CELL. */
export function parquetValue(column: Column, cell: Cell): ParquetValue {
  if (cell === null || cell === undefined) return null;
  if (isText(column)) return textIn(column, cell);
  if (!isArray(column)) return plainValue(column, cell);
  return Array.from(arrayIn(column, cell), (value) => plainValue(column, value));
}
