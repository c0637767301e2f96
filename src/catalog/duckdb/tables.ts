/** The tables of a catalog's file, and the statements that only ingest makes. */
import { columnDefinitions } from '../dialect.ts';
import { TABLES, type Table } from '../tables.ts';
import { CATALOG_VERSION } from '../version.ts';
import { DUCKDB } from './dialect.ts';

/** The statement that makes a table. */
export const created = ({ name, columns }: Table) =>
  `CREATE TABLE ${name} (${columnDefinitions(columns, DUCKDB.types)})`;

export const CREATE: readonly string[] = [
  ...Object.values(TABLES).map(created),
  // One row: the version, and where the packs end that this generation knows of.
  'CREATE TABLE catalog (version BIGINT NOT NULL, pack BIGINT NOT NULL, pack_end BIGINT NOT NULL)',
  `INSERT INTO catalog VALUES (${CATALOG_VERSION}, 1, 0)`,
];

export const SELECT_VERSION = 'SELECT version FROM catalog';
export const SELECT_PACK_END = 'SELECT pack, pack_end AS offset FROM catalog';
export const UPDATE_PACK_END = 'UPDATE catalog SET pack = $pack, pack_end = $offset';
