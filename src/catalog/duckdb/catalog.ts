/** A catalog in a DuckDB file: read-only for everybody but the ingest that makes it. */
import { DuckDBBitValue, type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { VignetError } from '../../base/errors.ts';
import type { Catalog, Group, PackEnd, Query, SiteQuery } from '../catalog.ts';
import type { Statement } from '../dialect.ts';
import type { Predicate, ScalarOf } from '../predicate.ts';
import { printCount, printGroups, printPositions, printRows, printSelect } from '../print.ts';
import { BitRows, NO_ROWS, type RowSet } from '../row-set.ts';
import type { ColumnName } from '../schema.ts';
import { siteTable, siteTables } from '../site-lookup.ts';
import { type SiteRow, type SiteTable, storedTable } from '../site-table.ts';
import type { ColumnOf, RowOf, TableName } from '../tables.ts';
import { CATALOG_VERSION, otherVersion } from '../version.ts';
import { bound, DUCKDB } from './dialect.ts';
import { SELECT_PACK_END, SELECT_VERSION } from './tables.ts';

type Row = Record<string, unknown>;

export class DuckCatalog implements Catalog {
  readonly #instance: DuckDBInstance;
  protected readonly connection: DuckDBConnection;

  protected constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.connection = connection;
  }

  /** Throws VignetError data BAD_CATALOG. */
  static async open(path: string): Promise<DuckCatalog> {
    const catalog = new DuckCatalog(...(await connect(path, 'READ_ONLY')));
    await catalog.checkVersion();
    return catalog;
  }

  select<C extends ColumnOf<T>, T extends TableName = 'dataset'>(
    query: Query<C, T>,
  ): AsyncGenerator<Pick<RowOf<T>, C>[]> {
    return this.#stream(() => printSelect(DUCKDB, query));
  }

  async *#stream<R>(print: () => Statement): AsyncGenerator<R[]> {
    const { sql, values } = print();
    // A connection of its own: DuckDB ends a connection's stream, without a word, when its next query begins.
    const connection = await this.#instance.connect();
    try {
      const { values: given, types } = bound(values);
      const result = await connection.stream(sql, given, types);
      for await (const rows of result.yieldRowObjectJs()) yield rows.map((row) => plain<R>(row));
    } catch (error) {
      throw readError(error);
    } finally {
      connection.closeSync();
    }
  }

  async count<T extends TableName = 'dataset'>(where: Predicate<ScalarOf<T>>, from?: T): Promise<number> {
    const [row] = await this.#all<{ datasets: number }>(printCount(DUCKDB, where, from ?? 'dataset'));
    return row?.datasets ?? 0;
  }

  async groups<C extends ColumnName>(columns: readonly C[], where: Predicate): Promise<Group<C>[]> {
    return this.#all<Group<C>>(printGroups(DUCKDB, columns, where));
  }

  async positions(where: Predicate): Promise<RowSet> {
    const reader = await this.read(printPositions(DUCKDB, where, await this.count({ op: 'true' })));
    const bits = reader.getRows()[0]?.[0];
    // DuckDB's first byte says how many bits of the second fill it up.
    return bits instanceof DuckDBBitValue ? new BitRows(bits.data.subarray(1), bits.data[0]) : NO_ROWS;
  }

  siteTables(): Promise<SiteTable[]> {
    return siteTables(this);
  }

  async *siteRows({ from, ...query }: SiteQuery): AsyncGenerator<SiteRow[]> {
    const table = await siteTable(this, from);
    yield* this.#stream<SiteRow>(() => printRows(DUCKDB, storedTable(table.stored, table), query));
  }

  async packEnd(): Promise<PackEnd> {
    const [end] = await this.#all<PackEnd>({ sql: SELECT_PACK_END, values: [] });
    return end ?? { pack: 1, offset: 0 };
  }

  close(): void {
    this.connection.closeSync();
    this.#instance.closeSync();
  }

  protected read({ sql, values }: Statement) {
    const { values: given, types } = bound(values);
    return this.connection.runAndReadAll(sql, given, types).catch(failed);
  }

  async #all<T>(statement: Statement): Promise<T[]> {
    return (await this.read(statement)).getRowObjectsJS().map((row) => plain<T>(row));
  }

  /** Throws VignetError data BAD_CATALOG, and closes. */
  protected async checkVersion(): Promise<void> {
    const all = this.#all<{ version: number }>({ sql: SELECT_VERSION, values: [] });
    const rows = await all.catch(() => []);
    if (rows[0]?.version === CATALOG_VERSION) return;
    this.close();
    throw otherVersion();
  }
}

/** Throws VignetError data BAD_CATALOG. */
export async function connect(
  path: string,
  mode: 'READ_ONLY' | 'READ_WRITE',
): Promise<[DuckDBInstance, DuckDBConnection]> {
  try {
    const instance = await DuckDBInstance.create(path, {
      access_mode: mode,
      threads: '2',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    return [instance, await instance.connect()];
  } catch (cause) {
    const detail = 'the catalog cannot be opened; restore it from a backup, or ingest into a new archive';
    throw new VignetError('data', 'BAD_CATALOG', detail, { cause });
  }
}

/** What DuckDB says of a file that is damaged; of anything else it says that the question was wrong, which is our fault. */
const DAMAGE = /^(IO|FATAL|INTERNAL|Serialization|Corruption|TransactionContext) Error|checksum/i;

function readError(error: unknown): unknown {
  if (!(error instanceof Error && DAMAGE.test(error.message))) return error;
  const detail =
    "the catalog is damaged and cannot be read; restore it from a backup, or ingest into a new archive; 'vignet check' tells what else is damaged";
  return new VignetError('data', 'BAD_CATALOG', detail, { cause: error });
}

function failed(error: unknown): never {
  throw readError(error);
}

/** A row as the statement says that it is, DuckDB's BIGINTs as numbers: they were numbers when they came in. */
function plain<T>(row: Row): T {
  for (const [name, value] of Object.entries(row)) if (typeof value === 'bigint') row[name] = Number(value);
  return row as T;
}
