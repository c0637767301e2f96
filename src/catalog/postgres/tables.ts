/** The schema of an archive in PostgreSQL. */
import { columnDefinitions } from '../dialect.ts';
import { TABLES, type Table } from '../tables.ts';
import { FOREVER, TYPES, tableIn } from './dialect.ts';

/** Text is compared by code points, whatever the database's own order is. */
const STORED = { ...TYPES, text: 'text COLLATE "C"' };

/** The statements that make a table. */
export function created(schema: string, { name, columns, key }: Table): string[] {
  const table = tableIn(schema, name);
  return [
    `CREATE TABLE ${table} (${columnDefinitions(columns, STORED)}, gen_from bigint NOT NULL, gen_to bigint NOT NULL DEFAULT ${FOREVER})`,
    ...(key.length > 0 ? [`CREATE INDEX ON ${table} (${key.join(', ')})`] : []),
    // Rows that the next publications remove for good.
    `CREATE INDEX ON ${table} (gen_to) WHERE gen_to < ${FOREVER}`,
  ];
}

export function createStatements(schema: string): string[] {
  return [
    `CREATE SCHEMA "${schema}"`,
    // One row per generation that may be read: the schema's version, and where the packs end that it knows of.
    `CREATE TABLE ${tableIn(schema, 'generation')} (number bigint PRIMARY KEY, token text NOT NULL, version bigint NOT NULL, pack bigint NOT NULL, pack_end bigint NOT NULL)`,
    ...Object.values(TABLES).flatMap((table) => created(schema, table)),
    `CREATE INDEX ON ${tableIn(schema, 'dataset')} (lsst_visit, lsst_detector)`,
    `CREATE INDEX ON ${tableIn(schema, 'dataset_input')} (input)`,
  ];
}
