/** A catalog in a DuckDB file: read-only for everybody but the ingest that makes it. */
import { DuckDBBitValue, type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { VignetError } from '../../base/errors.ts';
import type { Catalog, Group, PackEnd, Query, SiteQuery } from '../catalog.ts';
import type { Dialect, Statement } from '../dialect.ts';
import type { Predicate, ScalarOf } from '../predicate.ts';
import { printCount, printGroups, printPositions, printRows, printSelect } from '../print.ts';
import { BitRows, NO_ROWS, type RowSet } from '../row-set.ts';
import type { ColumnName } from '../schema.ts';
import { siteTable, siteTables } from '../site-lookup.ts';
import { type SiteRow, type SiteTable, storedTable } from '../site-table.ts';
import type { ColumnOf, RowOf, TableName } from '../tables.ts';
import { tooLarge } from '../too-large.ts';
import { CATALOG_VERSION, otherVersion } from '../version.ts';
import { BASE, bound, duckdb, WHOLE } from './dialect.ts';
import { within } from './limit.ts';
import { STATE, TOKEN } from './tables.ts';

type Row = Record<string, unknown>;

/** One statement of a reader: as in PostgreSQL. */
const STATEMENT_MS = 60_000;
/** One statement of an ingest. */
const INGEST_STATEMENT_MS = 3_600_000;
/** Memory of a reader; what needs more is sorted on the disk. */
const MEMORY = '512MB';

export class DuckCatalog implements Catalog {
  readonly #instance: DuckDBInstance;
  protected readonly connection: DuckDBConnection;
  /** Tables of a delta; undefined: the file is whole. */
  protected delta: Set<string> | undefined;
  protected dialect: Dialect = WHOLE;

  readonly #limit: number;

  protected constructor(instance: DuckDBInstance, connection: DuckDBConnection, limit = INGEST_STATEMENT_MS) {
    this.#instance = instance;
    this.connection = connection;
    this.#limit = limit;
  }

  /** `base`: where the base is, if the file is a delta. Throws VignetError data BAD_CATALOG. */
  static async open(path: string, base: string): Promise<DuckCatalog> {
    const catalog = new DuckCatalog(...(await connect(path, 'READ_ONLY')), STATEMENT_MS);
    await catalog.begin(base);
    await catalog.shut();
    return catalog;
  }

  select<C extends ColumnOf<T>, T extends TableName = 'dataset'>(
    query: Query<C, T>,
  ): AsyncGenerator<Pick<RowOf<T>, C>[]> {
    return this.#stream(() => printSelect(this.dialect, query));
  }

  async *#stream<R>(print: () => Statement): AsyncGenerator<R[]> {
    const { sql, values } = print();
    // A connection of its own: DuckDB ends a connection's stream, without a word, when its next query begins.
    const connection = await this.#instance.connect();
    try {
      const { values: given, types } = bound(values);
      const result = await within(this.#limit, connection, connection.stream(sql, given, types));
      const batches = result.yieldRowObjectJs();
      for (;;) {
        const { value: rows, done } = await within(this.#limit, connection, batches.next());
        if (done) return;
        yield rows.map((row) => plain<R>(row));
      }
    } catch (error) {
      throw readError(error);
    } finally {
      connection.closeSync();
    }
  }

  async count<T extends TableName = 'dataset'>(where: Predicate<ScalarOf<T>>, from?: T): Promise<number> {
    const [row] = await this.#all<{ datasets: number }>(printCount(this.dialect, where, from ?? 'dataset'));
    return row?.datasets ?? 0;
  }

  async groups<C extends ColumnName>(columns: readonly C[], where: Predicate): Promise<Group<C>[]> {
    return this.#all<Group<C>>(printGroups(this.dialect, columns, where));
  }

  async positions(where: Predicate): Promise<RowSet> {
    const reader = await this.read(printPositions(this.dialect, where, await this.count({ op: 'true' })));
    const bits = reader.getRows()[0]?.[0];
    // DuckDB's first byte says how many bits of the second fill it up.
    return bits instanceof DuckDBBitValue ? new BitRows(bits.data.subarray(1), bits.data[0]) : NO_ROWS;
  }

  siteTables(): Promise<SiteTable[]> {
    return siteTables(this);
  }

  async *siteRows({ from, ...query }: SiteQuery): AsyncGenerator<SiteRow[]> {
    const table = await siteTable(this, from);
    yield* this.#stream<SiteRow>(() => printRows(this.dialect, storedTable(table.stored, table), query));
  }

  async packEnd(): Promise<PackEnd> {
    const sql = `SELECT pack, pack_end AS offset FROM ${this.state}`;
    const [end] = await this.#all<PackEnd>({ sql, values: [] });
    return end ?? { pack: 1, offset: 0 };
  }

  /** From here on it reaches no other file and no network, whatever it is asked. */
  protected async shut(): Promise<void> {
    await this.connection.run('SET enable_external_access = false');
    await this.connection.run('SET lock_configuration = true');
  }

  close(): void {
    this.connection.closeSync();
    this.#instance.closeSync();
  }

  protected async read({ sql, values }: Statement) {
    const { values: given, types } = bound(values);
    // A connection of its own: an interruption ends whatever a connection is doing.
    const connection = await this.#instance.connect();
    try {
      return await within(this.#limit, connection, connection.runAndReadAll(sql, given, types));
    } catch (error) {
      throw readError(error);
    } finally {
      connection.closeSync();
    }
  }

  async #all<T>(statement: Statement): Promise<T[]> {
    return (await this.read(statement)).getRowObjectsJS().map((row) => plain<T>(row));
  }

  protected get state(): string {
    return this.delta ? STATE.delta : STATE.whole;
  }

  /** Looks what the file is, and opens the base of a delta. Throws VignetError data BAD_CATALOG, and closes. */
  protected async begin(base: string): Promise<void> {
    try {
      const sql = 'SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()';
      const tables = await this.#all<{ table_name: string }>({ sql, values: [] }).catch(() => []);
      const names = new Set(tables.map(({ table_name: name }) => name));
      if (names.has(STATE.delta)) this.delta = names;
      const known = this.#all<{ version: number; base?: string }>({
        sql: `SELECT * FROM ${this.state}`,
        values: [],
      });
      const [state] = await known.catch(() => []);
      if (state?.version !== CATALOG_VERSION) throw otherVersion();
      if (this.delta) await this.#requireBase(base, state.base);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  async #requireBase(path: string, token: string | undefined): Promise<void> {
    await this.attach(path, BASE);
    const sql = `SELECT token FROM ${BASE}.main.${TOKEN}`;
    const [found] = await this.#all<{ token: string }>({ sql, values: [] }).catch(() => []);
    if (found?.token === token) {
      this.dialect = duckdb(this.delta);
      return;
    }
    const detail =
      'expected the base of the catalog that its last changes belong to, received another file; restore the archive from a backup, or ingest into a new archive';
    throw new VignetError('data', 'BAD_CATALOG', detail);
  }

  protected async attach(path: string, name: string): Promise<void> {
    await this.connection
      .run(`ATTACH IF NOT EXISTS '${path.replaceAll("'", "''")}' AS ${name} (READ_ONLY)`)
      .catch(cannotOpen);
  }

  /** Whether deltas can be made to this file: it is whole, and not of a version that knew none. */
  async canBeBase(): Promise<boolean> {
    if (this.delta) return false;
    const rows = await this.#all({ sql: `SELECT token FROM ${TOKEN}`, values: [] }).catch(() => []);
    return rows.length === 1;
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
      // A number divided by 0 is null, as whole numbers are.
      ieee_floating_point_ops: 'false',
      ...(mode === 'READ_ONLY' && { memory_limit: MEMORY }),
    });
    return [instance, await instance.connect()];
  } catch (cause) {
    return cannotOpen(cause);
  }
}

function cannotOpen(cause: unknown): never {
  const detail = 'the catalog cannot be opened; restore it from a backup, or ingest into a new archive';
  throw new VignetError('data', 'BAD_CATALOG', detail, { cause });
}

/** What DuckDB says of a file that is damaged; of anything else it says that the question was wrong, which is our fault. */
const DAMAGE = /^(IO|FATAL|INTERNAL|Serialization|Corruption|TransactionContext) Error|checksum/i;

/** What a test of a row may do: a number becomes larger than its type. */
const TOO_LARGE = /^(Out of Range|Conversion) Error/;

function readError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (TOO_LARGE.test(error.message)) return tooLarge(error);
  if (!DAMAGE.test(error.message)) return error;
  const detail =
    "the catalog is damaged and cannot be read; restore it from a backup, or ingest into a new archive; 'vignet check' tells what else is damaged";
  return new VignetError('data', 'BAD_CATALOG', detail, { cause: error });
}

/** A row as the statement says that it is, DuckDB's BIGINTs as numbers: they were numbers when they came in. */
function plain<T>(row: Row): T {
  for (const [name, value] of Object.entries(row)) if (typeof value === 'bigint') row[name] = Number(value);
  return row as T;
}
