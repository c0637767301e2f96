/**
 * Conditions on rows of the catalog, as a tree. What a principal may see, what a list is narrowed by and what a query
 * language asks are all of this form; `print.ts` prints it for each database.
 *
 * A condition is true or false, never unknown: a comparison with a null column is false, and `not` of it is true. A `test` is SQL's, which
 * knows a third answer within itself; as a condition it holds where it is true.
 */
import type { Test } from './expression.ts';
import type { CatalogRow, ColumnName } from './schema.ts';
import type { ColumnOf, RowOf, TableName } from './tables.ts';

export type ColumnValue = string | number;

/** Columns of a table that hold one value. */
export type ScalarOf<T extends TableName> = {
  [C in ColumnOf<T>]: RowOf<T>[C] extends string | number | null ? C : never;
}[ColumnOf<T>];

/**
 * A condition on rows of the catalog: a tree, made by the functions of `where`. `C`: the columns that it may name, by default those of
 * datasets.
 * @example
 * ```ts
 * import { type Predicate, where } from 'vignet';
 *
 * const recent: Predicate = where.and(where.equals('lsst_band', 'r'), where.not(where.lessThan('t_min', 60_000)));
 * ```
 */
export type Predicate<C extends string = ColumnName> =
  | { readonly op: 'true' }
  | { readonly op: 'false' }
  | { readonly op: 'and' | 'or'; readonly parts: readonly Predicate<C>[] }
  | { readonly op: 'not'; readonly part: Predicate<C> }
  | { readonly op: 'equals' | 'less'; readonly column: C; readonly value: ColumnValue }
  | { readonly op: 'in'; readonly column: C; readonly values: readonly ColumnValue[] }
  | { readonly op: 'null'; readonly column: C }
  | { readonly op: 'test'; readonly test: Test }
  | Exists<C>;

/** Rows for which another table has a row that meets `where` and has the same values in the columns of `on`, none of them null. */
export interface Exists<C extends string> {
  readonly op: 'exists';
  readonly table: TableName;
  readonly on: readonly (readonly [here: C, there: string])[];
  readonly where: Predicate<string>;
}

/** The type of a column's values. */
type Held<C extends ColumnName> = NonNullable<CatalogRow[C]>;

/** Every row. */
export const ALWAYS: { readonly op: 'true' } = Object.freeze({ op: 'true' });

/** No row. */
export const NEVER: { readonly op: 'false' } = Object.freeze({ op: 'false' });

/** Rows whose column has this value. Text compares with regard to case; NaN equals nothing. */
export function equals<C extends ColumnName>(column: C, value: Held<C>): Predicate {
  return Number.isNaN(value) ? NEVER : { op: 'equals', column, value };
}

/** Rows whose column has one of these values. Their order does not matter. */
export function isIn<C extends ColumnName>(column: C, values: readonly Held<C>[]): Predicate {
  const sorted = [...new Set<ColumnValue>(values)].filter((value) => !Number.isNaN(value)).sort(compare);
  const [first] = sorted;
  if (first === undefined) return NEVER;
  return sorted.length === 1 ? { op: 'equals', column, value: first } : { op: 'in', column, values: sorted };
}

/** Rows whose column is below this value. Text compares by code points. */
export function lessThan<C extends ColumnName>(column: C, value: Held<C>): Predicate {
  return Number.isNaN(value) ? NEVER : { op: 'less', column, value };
}

/** Rows whose column has no value. */
export function isNull(column: ColumnName): Predicate {
  return { op: 'null', column };
}

/** The same conditions on columns of any table. */
export interface Conditions<T extends TableName> {
  equals<C extends ScalarOf<T>>(column: C, value: NonNullable<RowOf<T>[C]>): Predicate<ScalarOf<T>>;
  isIn<C extends ScalarOf<T>>(column: C, values: readonly NonNullable<RowOf<T>[C]>[]): Predicate<ScalarOf<T>>;
  lessThan<C extends ScalarOf<T>>(column: C, value: NonNullable<RowOf<T>[C]>): Predicate<ScalarOf<T>>;
  isNull(column: ScalarOf<T>): Predicate<ScalarOf<T>>;
}

/** Conditions on columns of a table: `of('visit').lessThan('airmass', 1.5)`. */
export function of<T extends TableName>(_table: T): Conditions<T> {
  // They are made of names and values in the same way, whatever the table is: only the types differ.
  return { equals, isIn, lessThan, isNull } as unknown as Conditions<T>;
}

/** Rows for which `table` has a row that meets `where` and has the same values in the columns of `on`, none of them null. */
export function exists<T extends TableName, C extends string = ColumnName>(
  table: T,
  on: readonly (readonly [here: C, there: ScalarOf<T>])[],
  where: Predicate<ScalarOf<T>> = ALWAYS,
): Predicate<C> {
  return where.op === 'false' ? NEVER : { op: 'exists', table, on, where };
}

/** Rows that meet all conditions; of none, every row. */
export function and<C extends string = ColumnName>(...parts: readonly Predicate<C>[]): Predicate<C> {
  return joined('and', parts, ALWAYS, NEVER);
}

/** Rows that meet a condition at least; of none, no row. */
export function or<C extends string = ColumnName>(...parts: readonly Predicate<C>[]): Predicate<C> {
  return joined('or', parts, NEVER, ALWAYS);
}

/** Rows that do not meet a condition. */
export function not<C extends string = ColumnName>(part: Predicate<C>): Predicate<C> {
  if (part.op === 'true') return NEVER;
  if (part.op === 'false') return ALWAYS;
  return part.op === 'not' ? part.part : { op: 'not', part };
}

/** `nothing` changes nothing, `decides` decides. */
function joined<C extends string>(
  op: 'and' | 'or',
  parts: readonly Predicate<C>[],
  nothing: typeof ALWAYS | typeof NEVER,
  decides: typeof ALWAYS | typeof NEVER,
): Predicate<C> {
  const rest = parts
    .flatMap((part) => (part.op === op ? part.parts : [part]))
    .filter((part) => part.op !== nothing.op);
  if (rest.some((part) => part.op === decides.op)) return decides;
  const [first] = rest;
  if (first === undefined) return nothing;
  return rest.length === 1 ? first : { op, parts: rest };
}

function compare(a: ColumnValue, b: ColumnValue): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
