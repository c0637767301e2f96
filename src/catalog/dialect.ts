/** What differs between the databases when a question is printed for them. */
import type { Column, ColumnType } from '../base/column.ts';
import type { FunctionName, NumberType, ValueType } from './expression.ts';
import type { ColumnValue } from './predicate.ts';

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
  /** A number as another of a type; null where it does not fit. Fractions are rounded, halves to the even number. */
  number(to: NumberType, of: string): string;
  /** Functions of printed arguments. Where a function has no value, as the logarithm of 0, they are null, and no error. */
  readonly functions: Readonly<Record<FunctionName, (...args: string[]) => string>>;
  /** Null where `right` is 0. */
  quotient(type: ValueType, left: string, right: string): string;
  remainder(type: ValueType, left: string, right: string): string;
  /** What a text is as a number; null where all of it does not match the pattern. */
  read(type: ValueType, text: string, pattern: string): string;
  /** A text that compares by code points. */
  byCodePoints(text: string): string;
  /** What is bound for a pattern of LIKE, and what is printed with it. It takes time in proportion to the text, whatever the pattern is. */
  pattern(like: string, foldsCase: boolean): string;
  like(text: string, pattern: string, foldsCase: boolean): string;
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
