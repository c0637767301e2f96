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

export const DUCKDB: Dialect = {
  types: { text: 'VARCHAR', long: 'BIGINT', double: 'DOUBLE' },
  source: (table) => table,
  /** One string of bits; null where none is set. */
  positions: (condition, rows) =>
    `SELECT bitstring_agg(position, 0, ${Math.max(0, rows - 1)}) AS bits FROM (` +
    `SELECT row_number() OVER (ORDER BY t0.uuid) - 1 AS position, ${condition} AS meant FROM dataset AS t0) WHERE meant`,
};

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
