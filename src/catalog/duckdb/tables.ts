/** The tables of a catalog's file, and the statements that only ingest makes. */
import { columnDefinitions } from '../dialect.ts';
import { TABLES, type Table } from '../tables.ts';
import { CATALOG_VERSION } from '../version.ts';
import { BASE, goneFrom, WHOLE } from './dialect.ts';

/** The statement that makes a table. */
export const created = ({ name, columns }: Table) =>
  `CREATE TABLE ${name} (${columnDefinitions(columns, WHOLE.types)})`;

/** A table of one row: the version, and where the packs end that this generation knows of; of a delta also what it changes. */
export const STATE = { whole: 'catalog', delta: 'delta' } as const;

const PACKS = 'version BIGINT NOT NULL, pack BIGINT NOT NULL, pack_end BIGINT NOT NULL';

export const CREATE: readonly string[] = [
  ...Object.values(TABLES).map(created),
  `CREATE TABLE ${STATE.whole} (${PACKS})`,
  `INSERT INTO ${STATE.whole} VALUES (${CATALOG_VERSION}, 1, 0)`,
];

/** Of a whole file: what it is told by as the base of a delta. Another one for each time that it is written. */
export const TOKEN = 'token';
export const NEW_TOKEN = `CREATE OR REPLACE TABLE ${TOKEN} AS SELECT uuid()::VARCHAR AS token`;

/** Versions of Vignet that know no deltas find no table `catalog`, and say so. The base is attached. */
export const CREATE_DELTA: readonly string[] = [
  ...Object.values(TABLES).map(created),
  ...Object.values(TABLES).map(({ name }) => `CREATE TABLE ${goneFrom(name)} (row BIGINT NOT NULL)`),
  `CREATE TABLE ${STATE.delta} (${PACKS}, base VARCHAR NOT NULL)`,
  `INSERT INTO ${STATE.delta} SELECT c.version, c.pack, c.pack_end, t.token FROM ${BASE}.main.${STATE.whole} AS c, ${BASE}.main.${TOKEN} AS t`,
];
