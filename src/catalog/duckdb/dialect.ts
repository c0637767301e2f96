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

const TYPES = { text: VARCHAR, long: BIGINT, double: DOUBLE } as const;

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
