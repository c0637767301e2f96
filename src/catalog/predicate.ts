/**
 * Conditions on rows of the catalog, as a tree. What a principal may see, what a list is narrowed by and, one day, what a query language
 * asks are all of this form; each catalog prints it in its own language (`duckdb/print.ts`).
 *
 * A condition is true or false, never unknown: a comparison with a null column is false, and `not` of it is true.
 */
import type { CatalogRow } from './schema.ts';

/**
 * Columns that hold one value.
 * @example
 * ```ts
 * import { type ColumnName, where } from 'vignet';
 *
 * const unknown = (column: ColumnName) => where.isNull(column);
 * ```
 */
export type ColumnName = {
  [C in keyof CatalogRow]: CatalogRow[C] extends string | number | null ? C : never;
}[keyof CatalogRow];

export type ColumnValue = string | number;

/**
 * A condition on rows of the catalog: a tree, made by the functions of `where`.
 * @example
 * ```ts
 * import { type Predicate, where } from 'vignet';
 *
 * const recent: Predicate = where.and(where.equals('lsst_band', 'r'), where.not(where.lessThan('t_min', 60_000)));
 * ```
 */
export type Predicate =
  | { readonly op: 'true' }
  | { readonly op: 'false' }
  | { readonly op: 'and' | 'or'; readonly parts: readonly Predicate[] }
  | { readonly op: 'not'; readonly part: Predicate }
  | { readonly op: 'equals' | 'less'; readonly column: ColumnName; readonly value: ColumnValue }
  | { readonly op: 'in'; readonly column: ColumnName; readonly values: readonly ColumnValue[] }
  | { readonly op: 'null'; readonly column: ColumnName };

/** The type of a column's values. */
type Held<C extends ColumnName> = NonNullable<CatalogRow[C]>;

/** Every row. */
export const ALWAYS: Predicate = Object.freeze({ op: 'true' });

/** No row. */
export const NEVER: Predicate = Object.freeze({ op: 'false' });

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

/** Rows that meet all conditions; of none, every row. */
export function and(...parts: readonly Predicate[]): Predicate {
  return joined('and', parts, ALWAYS, NEVER);
}

/** Rows that meet a condition at least; of none, no row. */
export function or(...parts: readonly Predicate[]): Predicate {
  return joined('or', parts, NEVER, ALWAYS);
}

/** Rows that do not meet a condition. */
export function not(part: Predicate): Predicate {
  if (part.op === 'true') return NEVER;
  if (part.op === 'false') return ALWAYS;
  return part.op === 'not' ? part.part : { op: 'not', part };
}

/** `nothing` changes nothing, `decides` decides. */
function joined(
  op: 'and' | 'or',
  parts: readonly Predicate[],
  nothing: Predicate,
  decides: Predicate,
): Predicate {
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
