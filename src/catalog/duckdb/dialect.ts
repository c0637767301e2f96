/** SQL as DuckDB has it, and its values. */
import {
  BIGINT,
  DOUBLE,
  type DuckDBType,
  type DuckDBValue,
  LIST,
  listValue,
  VARCHAR,
} from '@duckdb/node-api';
import type { Bound, Dialect } from '../dialect.ts';
import type { FunctionName } from '../expression.ts';

export const TYPES = { text: VARCHAR, long: BIGINT, double: DOUBLE } as const;

/**
 * The value where `test` is true of it as `v`, null elsewhere. A list of one: NULLIF and CASE would print the value twice, and what stands in
 * it four times; TRY takes microseconds for each row that fails.
 */
const where = (value: string, test: string) => `list_filter([${value}], lambda v: ${test})[1]`;

const plain =
  (name: string) =>
  (...args: string[]) =>
    `${name}(${args.join(', ')})`;
/** Of arguments for which it has a value. */
const of =
  (name: string, test: string) =>
  (arg = '') =>
    `${name}(${where(arg, test)})`;
/** Values that are numbers. */
const finite =
  (name: string) =>
  (...args: string[]) =>
    where(`${name}(${args.join(', ')})`, 'isfinite(v)');

const IS_COSINE = 'v BETWEEN -1 AND 1';
const IS_FINITE = 'isfinite(v)';

const FUNCTIONS: Readonly<Record<FunctionName, (...args: string[]) => string>> = {
  ...{ acos: of('acos', IS_COSINE), asin: of('asin', IS_COSINE), atan: plain('atan'), atan2: plain('atan2') },
  ...{ cos: of('cos', IS_FINITE), sin: of('sin', IS_FINITE), tan: of('tan', IS_FINITE) },
  ...{ cot: of('cot', 'isfinite(v) AND v <> 0'), degrees: plain('degrees'), radians: plain('radians') },
  ...{ exp: finite('exp'), log: of('ln', 'v > 0'), log10: of('log10', 'v > 0'), power: finite('pow') },
  ...{ sqrt: of('sqrt', 'v >= 0'), ceiling: plain('ceil'), floor: plain('floor'), pi: plain('pi') },
  ...{ random: plain('random'), round: plain('round'), truncate: plain('trunc') },
  ...{ lower: plain('lower'), upper: plain('upper') },
};

const NUMBERS = {
  ...{ short: 'SMALLINT', int: 'INTEGER', long: 'BIGINT', float: 'FLOAT', double: 'DOUBLE' },
} as const;

/** The name under which the base of a delta is attached. */
export const BASE = 'base';
/** Rows of a table of the base that are no longer there, by DuckDB's own numbers, which never change in a file that nobody writes. */
export const goneFrom = (table: string) => `gone_${table}`;

/** The dialect of a file that is whole; `delta`: of one that changes a base, and has tables of its own of these names. */
export function duckdb(delta?: ReadonlySet<string>): Dialect {
  const source = (table: string) => {
    if (!delta) return table;
    if (!delta.has(table)) return `${BASE}.main.${table}`;
    if (!delta.has(goneFrom(table))) return table;
    return (
      `(SELECT b.* FROM ${BASE}.main.${table} AS b ANTI JOIN ${goneFrom(table)} AS g ON b.rowid = g.row ` +
      `UNION ALL SELECT * FROM ${table})`
    );
  };
  return {
    types: { text: 'VARCHAR', long: 'BIGINT', double: 'DOUBLE' },
    source,
    /** One string of bits; null where none is set. */
    positions: (condition, rows) =>
      `SELECT bitstring_agg(position, 0, ${Math.max(0, rows - 1)}) AS bits FROM (` +
      `SELECT row_number() OVER (ORDER BY t0.uuid) - 1 AS position, ${condition} AS meant FROM ${source('dataset')} AS t0) WHERE meant`,
    number: (to, of) => `TRY_CAST(${of} AS ${NUMBERS[to]})`,
    functions: FUNCTIONS,
    quotient: (type, left, right) => `(${left} ${type === 'long' ? '//' : '/'} ${right})`,
    remainder: (_, left, right) => `(${left} % ${right})`,
    read: (type, text, pattern) =>
      `TRY_CAST(regexp_extract(${text}, ${pattern}) AS ${type === 'long' ? 'BIGINT' : 'DOUBLE'})`,
    byCodePoints: (text) => text,
    // Its own LIKE takes time that grows with every % as a power of the text's length. RE2 reads a text once.
    pattern: (like, foldsCase) =>
      `(?s${foldsCase ? 'i' : ''})${like
        .replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
        .replace(/%+/g, '.*')
        .replaceAll('_', '.')}`,
    like: (text, pattern) => `regexp_full_match(${text}, ${pattern})`,
  };
}

export const WHOLE = duckdb();

export function bound(values: readonly Bound[]): { values: DuckDBValue[]; types: DuckDBType[] } {
  const one = (type: Bound['type'], value: string | number): DuckDBValue =>
    type === 'long' ? BigInt(value) : value;
  return {
    values: values.map(({ type, value }) =>
      typeof value === 'object' ? listValue(value.map((each) => one(type, each))) : one(type, value),
    ),
    types: values.map(({ type, value }) => (typeof value === 'object' ? LIST(TYPES[type]) : TYPES[type])),
  };
}
