/** The two tables of a catalog's file, and the statements that only ingest makes. */
import type { Column } from '../../base/column.ts';
import { COLUMNS } from '../schema.ts';

/** Of the tables: a file of another one is not read. */
export const CATALOG_VERSION = 1;

const SQL = { char: 'VARCHAR', int: 'BIGINT', long: 'BIGINT', double: 'DOUBLE' } as const;

/** How a column is held. */
function sqlType(column: Column & { readonly type: keyof typeof SQL }): string {
  return SQL[column.type] + (column.shape && column.type !== 'char' ? '[]' : '');
}

export const CREATE: readonly string[] = [
  `CREATE TABLE dataset (${COLUMNS.map(
    (column) => `${column.name} ${sqlType(column)}${'required' in column ? ' NOT NULL' : ''}`,
  ).join(', ')})`,
  // One row: the version, and where the packs end that this generation knows of.
  'CREATE TABLE catalog (version BIGINT NOT NULL, pack BIGINT NOT NULL, pack_end BIGINT NOT NULL)',
  `INSERT INTO catalog VALUES (${CATALOG_VERSION}, 1, 0)`,
];

export const SELECT_VERSION = 'SELECT version FROM catalog';
export const SELECT_PACK_END = 'SELECT pack, pack_end AS offset FROM catalog';
export const UPDATE_PACK_END = 'UPDATE catalog SET pack = $pack, pack_end = $offset';
export const DELETE_DATASETS = 'DELETE FROM dataset WHERE uuid IN (SELECT unnest($uuids))';
