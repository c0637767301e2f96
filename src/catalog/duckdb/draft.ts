/** A catalog in a DuckDB file that has not been published. */
import { existsSync } from 'node:fs';
import { DuckDBDataChunk, type DuckDBValue, LIST, listValue, VARCHAR } from '@duckdb/node-api';
import type { Column } from '../../base/column.ts';
import type { CatalogDraft, PackEnd } from '../catalog.ts';
import { type Statement, valueType } from '../dialect.ts';
import type { Predicate, ScalarOf } from '../predicate.ts';
import { printCondition, printKeys } from '../print.ts';
import type { CatalogRow } from '../schema.ts';
import { registryRow, type SiteRow, type SiteTable, storedTable } from '../site-table.ts';
import {
  OWNED,
  type RowOf,
  requireUnique,
  type SideTable,
  TABLES,
  type Table,
  type TableName,
} from '../tables.ts';
import { connect, DuckCatalog } from './catalog.ts';
import { BASE, goneFrom, TYPES } from './dialect.ts';
import { CREATE, CREATE_DELTA, created, NEW_TOKEN, STATE } from './tables.ts';

/** Rows of a chunk: as many as DuckDB's vectors hold. */
const CHUNK = 2048;

type Row = Readonly<Record<string, unknown>>;

/** The name under which the changes are attached that a whole file takes up. */
const CHANGES = 'changes';

export class DuckDraft extends DuckCatalog implements CatalogDraft {
  /** Changes the whole file at `path`, or makes it. Throws VignetError data BAD_CATALOG. */
  static override async open(path: string): Promise<DuckDraft> {
    const isNew = !existsSync(path);
    const draft = new DuckDraft(...(await connect(path, 'READ_WRITE')));
    if (isNew) for (const statement of CREATE) await draft.connection.run(statement);
    await draft.begin('');
    return draft;
  }

  /** Changes the delta at `path` to a base, or makes it. Throws VignetError data BAD_CATALOG. */
  static async delta(path: string, base: string): Promise<DuckDraft> {
    const isNew = !existsSync(path);
    const draft = new DuckDraft(...(await connect(path, 'READ_WRITE')));
    if (isNew) {
      await draft.attach(base, BASE);
      for (const statement of CREATE_DELTA) await draft.connection.run(statement);
    }
    await draft.begin(base);
    return draft;
  }

  /** Changes the whole file at `path`, a copy of `base`, after it has taken up a delta to this. Throws VignetError data BAD_CATALOG. */
  static async merged(path: string, delta: string | undefined, base: string): Promise<DuckDraft> {
    // That the two belong together is looked at where they are.
    if (delta !== undefined) (await DuckCatalog.open(delta, base)).close();
    const draft = await DuckDraft.open(path);
    if (delta === undefined) return draft;
    try {
      await draft.#takeUp(delta);
      return draft;
    } catch (error) {
      draft.close();
      throw error;
    }
  }

  async #takeUp(delta: string): Promise<void> {
    const run = (sql: string) => this.read({ sql, values: [] });
    await this.attach(delta, CHANGES);
    for (const { name } of Object.values(TABLES)) {
      await run(`DELETE FROM ${name} WHERE rowid IN (SELECT row FROM ${CHANGES}.main.${goneFrom(name)})`);
      await run(`INSERT INTO ${name} SELECT * FROM ${CHANGES}.main.${name}`);
    }
    const tables = await run(
      `SELECT table_name FROM duckdb_tables() WHERE database_name = '${CHANGES}' AND starts_with(table_name, 'site_') AND table_name <> 'site_table'`,
    );
    for (const [name] of tables.getRows())
      await run(`CREATE OR REPLACE TABLE ${name} AS SELECT * FROM ${CHANGES}.main.${name}`);
    await run(
      `UPDATE ${STATE.whole} SET pack = d.pack, pack_end = d.pack_end FROM ${CHANGES}.main.${STATE.delta} AS d`,
    );
    await run(`DETACH ${CHANGES}`);
  }

  async remove(uuids: readonly string[]): Promise<void> {
    if (uuids.length === 0) return;
    const rows = (column: string) => uuids.map((uuid) => ({ [column]: uuid }));
    await this.#delete(TABLES.dataset, rows('uuid'));
    for (const [name, column] of OWNED) await this.#delete({ ...TABLES[name], key: [column] }, rows(column));
  }

  async removeRows<T extends TableName>(table: T, where: Predicate<ScalarOf<T>>): Promise<void> {
    const { alias, sql, values } = printCondition(this.dialect, TABLES[table], where);
    await this.#deleteWhere(table, alias, { sql, values });
  }

  async put(rows: readonly CatalogRow[]): Promise<void> {
    await this.#append(TABLES.dataset, rows);
  }

  async putRows<T extends SideTable>(table: T, rows: readonly RowOf<T>[]): Promise<void> {
    const { [table]: target } = TABLES;
    requireUnique(target, rows);
    if (rows.length === 0) return;
    await this.#delete(target, rows);
    await this.#append(target, rows);
  }

  async putSiteTable(table: SiteTable, rows: AsyncIterable<readonly SiteRow[]>): Promise<void> {
    const stored = storedTable(`site_${table.name}`, table);
    await this.connection.run(`DROP TABLE IF EXISTS ${stored.name}`);
    await this.connection.run(created(stored));
    this.delta?.add(stored.name);
    for await (const batch of rows) await this.#append(stored, batch);
    await this.putRows('site_table', [registryRow(stored.name, table)]);
  }

  async finish({ pack, offset }: PackEnd): Promise<void> {
    await this.connection.run(`UPDATE ${this.state} SET pack = $pack, pack_end = $offset`, { pack, offset });
    if (!this.delta) await this.connection.run(NEW_TOKEN);
    // Out of the write-ahead log, into the file.
    await this.connection.run('CHECKPOINT');
  }

  /** The rows that have the key of one of `rows`. */
  async #delete(table: Table, rows: readonly Row[]): Promise<void> {
    await this.#deleteWhere(table.name, table.name, printKeys(this.dialect, table, rows));
  }

  /** `alias`: what the table is called in the condition. */
  async #deleteWhere(name: string, alias: string, { sql, values }: Statement): Promise<void> {
    await this.read({ sql: `DELETE FROM ${name} AS ${alias} WHERE ${sql}`, values });
    if (!this.delta) return;
    const known = `SELECT row FROM ${goneFrom(name)}`;
    const there = `SELECT ${alias}.rowid FROM ${BASE}.main.${name} AS ${alias} WHERE ${sql} AND ${alias}.rowid NOT IN (${known})`;
    await this.read({ sql: `INSERT INTO ${goneFrom(name)} ${there}`, values });
  }

  /** Column by column: one call for each cell takes twice as long. */
  async #append({ name, columns }: Table, rows: readonly Row[]): Promise<void> {
    const appender = await this.connection.createAppender(name);
    const types = columns.map(({ type, shape }) => {
      const one = TYPES[valueType(type)];
      return shape && one !== VARCHAR ? LIST(one) : one;
    });
    for (let at = 0; at < rows.length; at += CHUNK) {
      const part = rows.slice(at, at + CHUNK);
      const chunk = DuckDBDataChunk.create(types);
      chunk.setColumns(columns.map((column) => part.map((row) => cellOf(column, row[column.name]))));
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
  }
}

function cellOf({ type }: Column, value: unknown): DuckDBValue {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && !Number.isNaN(value))
    return valueType(type) === 'long' ? BigInt(Math.trunc(value)) : value;
  return Array.isArray(value) ? listValue([...value]) : null;
}
