/** SQL as PostgreSQL has it. Rows carry the generations from which and before which they are there: a generation never changes. */
import type { Dialect } from '../dialect.ts';

/** Rows that no generation has removed. */
export const FOREVER = '9223372036854775807';
/** Places of rows in one line of an answer. */
export const BLOCK = 8192;

export const TYPES = { text: 'text', long: 'bigint', double: 'double precision' } as const;

/** A schema that was checked by `schemaName`, quoted. */
export function tableIn(schema: string, table: string): string {
  return `"${schema}".${table}`;
}

/** The dialect of one generation of the catalog in a schema. */
export function postgres(schema: string, generation: number): Dialect {
  const source = (table: string) =>
    `(SELECT * FROM ${tableIn(schema, table)} WHERE gen_from <= ${generation} AND gen_to > ${generation})`;
  return {
    types: TYPES,
    source,
    /** Lines of a block and its bits, as text. */
    positions: (condition) =>
      `SELECT position / ${BLOCK} AS block, string_agg(CASE WHEN meant THEN '1' ELSE '0' END, '' ORDER BY position) AS bits ` +
      `FROM (SELECT row_number() OVER (ORDER BY t0.uuid) - 1 AS position, ${condition} AS meant ` +
      `FROM ${source('dataset')} AS t0) AS numbered GROUP BY 1 ORDER BY 1`,
  };
}
