/** A DuckDB file of one generation: read-only for everybody but the ingest that makes it. */
import {
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBType,
  type DuckDBValue,
  LIST,
  listValue,
  VARCHAR,
} from '@duckdb/node-api';
import { VignetError } from '../../base/errors.ts';
import { CATALOG_VERSION, type CatalogRow, COLUMNS, CREATE } from '../schema.ts';

type Parameters = Record<string, DuckDBValue>;

export class Catalog {
  readonly #instance: DuckDBInstance;
  readonly connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.connection = connection;
  }

  static async open(path: string, mode: 'READ_ONLY' | 'READ_WRITE', threads = 2): Promise<Catalog> {
    let instance: DuckDBInstance;
    try {
      instance = await DuckDBInstance.create(path, {
        access_mode: mode,
        threads: String(threads),
        autoinstall_known_extensions: 'false',
        autoload_known_extensions: 'false',
      });
    } catch (cause) {
      throw new VignetError(
        'data',
        'BAD_CATALOG',
        'The catalog cannot be opened; restore it or ingest into a new archive',
        {
          cause,
        },
      );
    }
    const catalog = new Catalog(instance, await instance.connect());
    await catalog.#checkVersion();
    return catalog;
  }

  static async create(path: string): Promise<Catalog> {
    const instance = await DuckDBInstance.create(path, { threads: '2' });
    const connection = await instance.connect();
    for (const statement of CREATE) await connection.run(statement);
    return new Catalog(instance, connection);
  }

  async #checkVersion(): Promise<void> {
    let version: unknown;
    try {
      version = Number((await this.rows<{ version: bigint }>('SELECT version FROM catalog'))[0]?.version);
    } catch {
      version = undefined;
    }
    if (version === CATALOG_VERSION) return;
    this.close();
    throw new VignetError(
      'data',
      'BAD_CATALOG',
      `The catalog is not of version ${CATALOG_VERSION}; ingest into a new archive`,
    );
  }

  async rows<T>(sql: string, parameters: Parameters = {}): Promise<T[]> {
    const reader = await this.connection.runAndReadAll(sql, parameters);
    return reader.getRowObjectsJS() as T[];
  }

  /** Rows in pieces, so that a list of millions takes no memory. */
  async *stream<T>(
    sql: string,
    parameters: Parameters = {},
    types?: Record<string, DuckDBType>,
  ): AsyncGenerator<T[]> {
    // A connection of its own: DuckDB ends a connection's stream, without a word, when its next query begins.
    const connection = await this.#instance.connect();
    try {
      const result = await connection.stream(sql, parameters, types);
      for await (const rows of result.yieldRowObjectJs()) yield rows as T[];
    } finally {
      connection.closeSync();
    }
  }

  /** Datasets that meet a condition, and are among `uuids` when these are given: in order of collection, type, time and UUID. */
  async *datasets(
    { where, parameters }: { readonly where: string; readonly parameters: Parameters },
    uuids?: readonly string[],
  ): AsyncGenerator<CatalogRow[]> {
    const among = uuids ? ' AND uuid IN (SELECT unnest($uuids))' : '';
    const sql = `SELECT * FROM dataset WHERE ${where}${among} ORDER BY obs_collection, dataset_type, t_min, uuid`;
    const rows = uuids
      ? this.stream<Record<string, unknown>>(
          sql,
          { ...parameters, uuids: listValue([...uuids]) },
          { uuids: LIST(VARCHAR) },
        )
      : this.stream<Record<string, unknown>>(sql, parameters);
    for await (const piece of rows) yield piece.map(plainRow);
  }

  async append(rows: readonly CatalogRow[]): Promise<void> {
    const appender = await this.connection.createAppender('dataset');
    for (const row of rows) appendRow(appender, row);
    appender.closeSync();
  }

  /** Everything is in the one file afterwards. */
  async checkpoint(): Promise<void> {
    await this.connection.run('CHECKPOINT');
  }

  close(): void {
    this.connection.closeSync();
    this.#instance.closeSync();
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

/** DuckDB's BIGINTs as numbers; they were numbers when they came in. */
function plainRow(row: Record<string, unknown>): CatalogRow {
  for (const [name, value] of Object.entries(row)) if (typeof value === 'bigint') row[name] = Number(value);
  return row as unknown as CatalogRow;
}
