/** A catalog in a DuckDB file that has not been published. */
import { existsSync } from 'node:fs';
import { DOUBLE, type DuckDBAppender, LIST } from '@duckdb/node-api';
import type { Column } from '../../base/column.ts';
import type { CatalogDraft, PackEnd } from '../catalog.ts';
import { valueType } from '../dialect.ts';
import { printKeys } from '../print.ts';
import type { CatalogRow } from '../schema.ts';
import { registryRow, type SiteRow, type SiteTable, storedTable } from '../site-table.ts';
import { OWNED, type RowOf, requireUnique, type SideTable, TABLES, type Table } from '../tables.ts';
import { connect, DuckCatalog } from './catalog.ts';
import { DUCKDB } from './dialect.ts';
import { CREATE, created, UPDATE_PACK_END } from './tables.ts';

type Row = Readonly<Record<string, unknown>>;

export class DuckDraft extends DuckCatalog implements CatalogDraft {
  /** Changes the file at `path`, or makes it. Throws VignetError data BAD_CATALOG. */
  static override async open(path: string): Promise<DuckDraft> {
    const isNew = !existsSync(path);
    const draft = new DuckDraft(...(await connect(path, 'READ_WRITE')));
    if (isNew) for (const statement of CREATE) await draft.connection.run(statement);
    await draft.checkVersion();
    return draft;
  }

  async remove(uuids: readonly string[]): Promise<void> {
    if (uuids.length === 0) return;
    const rows = (column: string) => uuids.map((uuid) => ({ [column]: uuid }));
    await this.#delete(TABLES.dataset, rows('uuid'));
    for (const [name, column] of OWNED) await this.#delete({ ...TABLES[name], key: [column] }, rows(column));
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
    for await (const batch of rows) await this.#append(stored, batch);
    await this.putRows('site_table', [registryRow(stored.name, table)]);
  }

  async finish({ pack, offset }: PackEnd): Promise<void> {
    await this.connection.run(UPDATE_PACK_END, { pack, offset });
    // Out of the write-ahead log, into the file.
    await this.connection.run('CHECKPOINT');
  }

  /** The rows that have the key of one of `rows`. */
  async #delete(table: Table, rows: readonly Row[]): Promise<void> {
    const { sql, values } = printKeys(DUCKDB, table, rows);
    await this.read({ sql: `DELETE FROM ${table.name} WHERE ${sql}`, values });
  }

  async #append({ name, columns }: Table, rows: readonly Row[]): Promise<void> {
    const appender = await this.connection.createAppender(name);
    for (const row of rows) {
      for (const column of columns) appendCell(appender, column, row[column.name]);
      appender.endRow();
    }
    appender.closeSync();
  }
}

function appendCell(appender: DuckDBAppender, { type }: Column, value: unknown): void {
  if (value === null || value === undefined || Number.isNaN(value)) appender.appendNull();
  else if (typeof value === 'string') appender.appendVarchar(value);
  else if (typeof value === 'number' && valueType(type) === 'long')
    appender.appendBigInt(BigInt(Math.trunc(value)));
  else if (typeof value === 'number') appender.appendDouble(value);
  else if (Array.isArray(value)) appender.appendList([...value], LIST(DOUBLE));
}
