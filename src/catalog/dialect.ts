/** What differs between the databases when a question is printed for them. */
import type { Column, ColumnType } from '../base/column.ts';
import type { ColumnValue } from './predicate.ts';

/** How values are bound: whole numbers with 64 bits. */
export type ValueType = 'text' | 'long' | 'double';

/** A parameter of a statement: `$1` is the first. */
export interface Bound {
  readonly type: ValueType;
  /** A list is bound as one array. */
  readonly value: ColumnValue | readonly ColumnValue[];
}

export interface Statement {
  readonly sql: string;
  readonly values: readonly Bound[];
}

export interface Dialect {
  /** The types of parameters. */
  readonly types: Readonly<Record<ValueType, string>>;
  /** What follows FROM for the rows of a table of this generation; an alias follows it. */
  source(table: string): string;
  /** Rows of `dataset` as places in the order of UUIDs, in whatever form the engine reads; `condition` is about `t0`. */
  positions(condition: string, rows: number): string;
}

/** The columns of a table as the statement has them that makes it. */
export function columnDefinitions(
  columns: readonly Column[],
  types: Readonly<Record<ValueType, string>>,
): string {
  return columns
    .map(({ name, type, shape, required }) => {
      const kind = valueType(type);
      const array = shape && kind !== 'text' ? '[]' : '';
      return `"${name}" ${types[kind]}${array}${required ? ' NOT NULL' : ''}`;
    })
    .join(', ');
}

export function valueType(type: ColumnType): ValueType {
  if (type === 'char' || type === 'unicode') return 'text';
  return type === 'float' || type === 'double' ? 'double' : 'long';
}
