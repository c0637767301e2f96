/**
 * The next generation of a catalog in PostgreSQL, in one transaction: nobody sees any of it before `finish`. Only what changes is written:
 * rows that go are marked with the generation from which on they are gone, and removed when no generation that is kept has them.
 */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type pg from 'pg';
import { VignetError } from '../../base/errors.ts';
import type { CatalogDraft, Group, PackEnd, Query, SiteQuery } from '../catalog.ts';
import type { DatabaseConfig } from '../database-config.ts';
import type { Statement } from '../dialect.ts';
import type { Predicate, ScalarOf } from '../predicate.ts';
import { printCondition, printKeys } from '../print.ts';
import type { RowSet } from '../row-set.ts';
import type { CatalogRow, ColumnName } from '../schema.ts';
import { siteTable, siteTables } from '../site-lookup.ts';
import { registryRow, type SiteRow, type SiteTable, storedTable } from '../site-table.ts';
import {
  type ColumnOf,
  OWNED,
  type RowOf,
  requireUnique,
  type SideTable,
  TABLES,
  type Table,
  type TableName,
} from '../tables.ts';
import { CATALOG_VERSION, otherVersion } from '../version.ts';
import { Questions, Session } from './catalog.ts';
import { checkSchema, connect, databaseError } from './database.ts';
import { FOREVER, tableIn } from './dialect.ts';
import { created, createStatements } from './tables.ts';
import { jsonRows } from './text.ts';

/** Rows of one statement. */
const INSERT = 1000;

type Row = Readonly<Record<string, unknown>>;

export interface DraftPlace extends DatabaseConfig {
  /** Of the generation that is made. */
  readonly number: number;
  /** The published one that it is made from; absent: none. */
  readonly current?: { readonly generation: number; readonly token: string } | undefined;
  /** The oldest generation that stays readable; absent: the one that it is made from. */
  readonly keep?: number | undefined;
  /** The file that leads readers to it. */
  readonly marker: string;
}

export class PgDraft implements CatalogDraft {
  readonly #client: pg.Client;
  readonly #session: Session;
  readonly #questions: Questions;
  readonly #place: DraftPlace;
  readonly #base: PackEnd;

  private constructor(client: pg.Client, place: DraftPlace, base: PackEnd) {
    this.#client = client;
    this.#session = new Session(client);
    this.#questions = new Questions(place.schema, place.number);
    this.#place = place;
    this.#base = base;
  }

  /** Throws VignetError data BAD_CATALOG, transient CATALOG_AWAY, INGEST_RUNNING, fatal CATALOG_DENIED. */
  static async open(place: DraftPlace): Promise<PgDraft> {
    checkSchema(place.schema);
    const client = await connect(place.url);
    try {
      await client.query('BEGIN; SET LOCAL cursor_tuple_fraction = 1');
      return new PgDraft(client, place, await prepare(client, place));
    } catch (error) {
      void client.end().catch(() => undefined);
      throw databaseError(error);
    }
  }

  async *select<C extends ColumnOf<T>, T extends TableName = 'dataset'>(
    query: Query<C, T>,
  ): AsyncGenerator<Pick<RowOf<T>, C>[]> {
    try {
      yield* this.#questions.select(this.#session, query);
    } catch (error) {
      throw databaseError(error);
    }
  }

  count<T extends TableName = 'dataset'>(where: Predicate<ScalarOf<T>>, from?: T): Promise<number> {
    return said(() => this.#questions.count(this.#session, where, from ?? 'dataset'));
  }

  groups<C extends ColumnName>(columns: readonly C[], where: Predicate): Promise<Group<C>[]> {
    return said(() => this.#questions.groups(this.#session, columns, where));
  }

  positions(where: Predicate): Promise<RowSet> {
    return said(() => this.#questions.positions(this.#session, where));
  }

  async packEnd(): Promise<PackEnd> {
    return this.#base;
  }

  async remove(uuids: readonly string[]): Promise<void> {
    const rows = (column: string) => uuids.map((uuid) => ({ [column]: uuid }));
    await this.#end(TABLES.dataset, rows('uuid'));
    for (const [name, column] of OWNED) await this.#end({ ...TABLES[name], key: [column] }, rows(column));
  }

  async removeRows<T extends TableName>(table: T, where: Predicate<ScalarOf<T>>): Promise<void> {
    const { alias, sql, values } = printCondition(this.#questions.dialect, TABLES[table], where);
    await this.#endWhere(TABLES[table], alias, { sql, values });
  }

  put(rows: readonly CatalogRow[]): Promise<void> {
    return this.#insert(TABLES.dataset, rows);
  }

  async putRows<T extends SideTable>(table: T, rows: readonly RowOf<T>[]): Promise<void> {
    const { [table]: target } = TABLES;
    requireUnique(target, rows);
    await this.#end(target, rows);
    await this.#insert(target, rows);
  }

  siteTables(): Promise<SiteTable[]> {
    return siteTables(this);
  }

  async *siteRows({ from, ...query }: SiteQuery): AsyncGenerator<SiteRow[]> {
    const table = await siteTable(this, from);
    try {
      yield* this.#questions.rows(this.#session, storedTable(table.stored, table), query);
    } catch (error) {
      throw databaseError(error);
    }
  }

  /** Every generation that has the table has one of its own: its columns may change. */
  async putSiteTable(table: SiteTable, rows: AsyncIterable<readonly SiteRow[]>): Promise<void> {
    const { schema, number } = this.#place;
    const stored = storedTable(`site_${table.name}_${number}`, table);
    await said(async () => {
      await this.#client.query(`DROP TABLE IF EXISTS ${tableIn(schema, stored.name)}`);
      for (const statement of created(schema, stored)) await this.#client.query(statement);
    });
    for await (const batch of rows) await this.#insert(stored, batch);
    await this.putRows('site_table', [registryRow(stored.name, table)]);
  }

  /** Commits. A crash before the archive has the generation leaves rows that the next draft takes back. */
  async finish({ pack, offset }: PackEnd): Promise<void> {
    const { schema, number, current, marker, keep = Number.POSITIVE_INFINITY } = this.#place;
    const token = randomUUID();
    await writeFile(marker, JSON.stringify({ schema, generation: number, token }));
    await said(async () => {
      const generations = tableIn(schema, 'generation');
      await this.#client.query(`INSERT INTO ${generations} VALUES ($1, $2, $3, $4, $5)`, [
        number,
        token,
        CATALOG_VERSION,
        pack,
        offset,
      ]);
      if (current) await this.#purge(Math.min(current.generation, keep));
      await this.#client.query('COMMIT');
    });
  }

  /** Removes what only generations before `oldest` had. */
  async #purge(oldest: number): Promise<void> {
    const { schema } = this.#place;
    await this.#client.query(`DELETE FROM ${tableIn(schema, 'generation')} WHERE number < $1`, [oldest]);
    await dropSiteTables(this.#client, schema, `gen_to <= ${oldest}`);
    for (const name of Object.keys(TABLES))
      await this.#client.query(`DELETE FROM ${tableIn(schema, name)} WHERE gen_to <= $1`, [oldest]);
  }

  /** What was not finished is as if it had never been. */
  close(): void {
    void this.#client.end().catch(() => undefined);
  }

  /** Rows that have the key of one of `rows` are gone from this generation on. */
  async #end(table: Table, rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#endWhere(table, table.name, printKeys(this.#questions.dialect, table, rows));
  }

  /** `alias`: what the table is called in the condition. */
  async #endWhere({ name }: Table, alias: string, { sql, values }: Statement): Promise<void> {
    const { schema, number } = this.#place;
    const update = `UPDATE ${tableIn(schema, name)} AS ${alias} SET gen_to = ${number} WHERE ${alias}.gen_to = ${FOREVER} AND ${sql}`;
    await said(() => this.#session.all({ sql: update, values }));
  }

  async #insert({ name, columns }: Table, rows: readonly Row[]): Promise<void> {
    const { schema, number } = this.#place;
    const table = tableIn(schema, name);
    const names = columns.map((column) => `"${column.name}"`);
    const from = names.map((column) => `r.${column}`).join(', ');
    const sql = `INSERT INTO ${table} (${names.join(', ')}, gen_from) SELECT ${from}, ${number} FROM json_populate_recordset(null::${table}, $1::json) AS r`;
    for (let at = 0; at < rows.length; at += INSERT)
      await said(() => this.#client.query(sql, [jsonRows(rows.slice(at, at + INSERT))]));
  }
}

async function said<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw databaseError(error);
  }
}

/** Makes the schema where there is none, and takes back what a publication that was cut off has left. */
async function prepare(client: pg.Client, { schema, number, current }: DraftPlace): Promise<PackEnd> {
  const { rows: locks } = await client.query<{ free: boolean }>(
    'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS free',
    [`vignet ${schema}`],
  );
  if (locks[0]?.free !== true)
    throw new VignetError(
      'transient',
      'INGEST_RUNNING',
      `another ingest into the schema '${schema}' of this database is running; wait for it`,
    );
  const { rowCount } = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
  if (rowCount === 0) for (const statement of createStatements(schema)) await client.query(statement);
  const { rows } = await client.query<{ number: number; token: string; version: number } & PackEnd>(
    `SELECT number, token, version, pack, pack_end AS offset FROM ${tableIn(schema, 'generation')}`,
  );
  const base =
    current && rows.find((one) => one.number === current.generation && one.token === current.token);
  if ((current && !base) || rows.some((one) => one.number > number))
    throw new VignetError(
      'data',
      'BAD_CATALOG',
      `expected the generation of the archive in the schema '${schema}', received others: another archive uses it, or one of the two was restored; use a database of its own`,
    );
  if (rows.some((one) => one.version !== CATALOG_VERSION)) throw otherVersion();
  const last = base?.number ?? 0;
  if (rows.some((one) => one.number > last)) await takeBack(client, schema, last);
  return base ? { pack: base.pack, offset: base.offset } : { pack: 1, offset: 0 };
}

/** Tables of the site whose entry is about to be removed. */
async function dropSiteTables(client: pg.Client, schema: string, gone: string): Promise<void> {
  const entries = `SELECT stored FROM ${tableIn(schema, 'site_table')} WHERE ${gone}`;
  const { rows } = await client.query<{ stored: string }>(entries);
  for (const { stored } of rows)
    await client.query(`DROP TABLE IF EXISTS ${tableIn(schema, checkSchema(stored))}`);
}

async function takeBack(client: pg.Client, schema: string, last: number): Promise<void> {
  await dropSiteTables(client, schema, `gen_from > ${last}`);
  await client.query(`DELETE FROM ${tableIn(schema, 'generation')} WHERE number > $1`, [last]);
  for (const name of Object.keys(TABLES)) {
    const table = tableIn(schema, name);
    await client.query(`DELETE FROM ${table} WHERE gen_from > $1`, [last]);
    await client.query(`UPDATE ${table} SET gen_to = ${FOREVER} WHERE gen_to > $1 AND gen_to < ${FOREVER}`, [
      last,
    ]);
  }
}
