/** A catalog in a DuckDB file that has not been published. */
import { existsSync } from 'node:fs';
import { DOUBLE, type DuckDBAppender, LIST, listValue, VARCHAR } from '@duckdb/node-api';
import type { CatalogDraft, PackEnd } from '../catalog.ts';
import { type CatalogRow, COLUMNS } from '../schema.ts';
import { connect, DuckCatalog } from './catalog.ts';
import { CREATE, DELETE_DATASETS, UPDATE_PACK_END } from './tables.ts';

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
    await this.connection.run(DELETE_DATASETS, { uuids: listValue(uuids) }, { uuids: LIST(VARCHAR) });
  }

  async put(rows: readonly CatalogRow[]): Promise<void> {
    const appender = await this.connection.createAppender('dataset');
    for (const row of rows) appendRow(appender, row);
    appender.closeSync();
  }

  async finish({ pack, offset }: PackEnd): Promise<void> {
    await this.connection.run(UPDATE_PACK_END, { pack, offset });
    // Out of the write-ahead log, into the file.
    await this.connection.run('CHECKPOINT');
  }
}

function appendRow(appender: DuckDBAppender, row: CatalogRow): void {
  for (const column of COLUMNS) {
    const value = row[column.name];
    if (value === null || (typeof value === 'number' && Number.isNaN(value))) appender.appendNull();
    else if (typeof value === 'string') appender.appendVarchar(value);
    else if (typeof value === 'number' && (column.type === 'int' || column.type === 'long'))
      appender.appendBigInt(BigInt(Math.trunc(value)));
    else if (typeof value === 'number') appender.appendDouble(value);
    else appender.appendList([...value], LIST(DOUBLE));
  }
  appender.endRow();
}
