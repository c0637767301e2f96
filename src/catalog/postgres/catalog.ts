/** One generation of a catalog in PostgreSQL. */
import type pg from 'pg';
import { VignetError } from '../../base/errors.ts';
import type { Catalog, Group, PackEnd, Query, SiteQuery } from '../catalog.ts';
import type { DatabaseConfig } from '../database-config.ts';
import type { Bound, Dialect, Statement } from '../dialect.ts';
import type { Predicate, ScalarOf } from '../predicate.ts';
import { printCount, printGroups, printPositions, printRows, printSelect } from '../print.ts';
import { BitRows, type RowSet } from '../row-set.ts';
import type { ColumnName } from '../schema.ts';
import { siteTable, siteTables } from '../site-lookup.ts';
import { type SiteRow, type SiteTable, storedTable } from '../site-table.ts';
import type { ColumnOf, RowOf, Table, TableName } from '../tables.ts';
import { CATALOG_VERSION, otherVersion } from '../version.ts';
import { checkSchema, checkServer, databaseError, sharedPool } from './database.ts';
import { BLOCK, postgres, tableIn } from './dialect.ts';
import { clean } from './text.ts';

/** Rows of one batch. */
const FETCH = 1000;

/** A generation in the database: the token tells it from one of another archive that has the same number. */
export interface GenerationRef {
  readonly generation: number;
  readonly token: string;
}

interface Held extends PackEnd {
  readonly version: number;
}

const boundValue = ({ value }: Bound) => (typeof value === 'object' ? value.map(clean) : clean(value));

/** What a connection within a transaction is asked. */
export class Session {
  readonly #client: pg.ClientBase;
  #cursors = 0;

  constructor(client: pg.ClientBase) {
    this.#client = client;
  }

  async all<T>({ sql, values }: Statement): Promise<T[]> {
    // Rows are as the statement says that they are.
    return (await this.#client.query(sql, values.map(boundValue))).rows as T[];
  }

  async *batches<T>({ sql, values }: Statement): AsyncGenerator<T[]> {
    this.#cursors += 1;
    const name = `c${this.#cursors}`;
    await this.#client.query(`DECLARE ${name} NO SCROLL CURSOR FOR ${sql}`, values.map(boundValue));
    try {
      for (;;) {
        const { rows } = await this.#client.query(`FETCH ${FETCH} FROM ${name}`);
        if (rows.length > 0) yield rows as T[];
        if (rows.length < FETCH) return;
      }
    } finally {
      // Fails in a transaction that has failed.
      await this.#client.query(`CLOSE ${name}`).catch(() => undefined);
    }
  }
}

/** What can be asked of a generation within a session. */
export class Questions {
  readonly dialect: Dialect;

  constructor(schema: string, generation: number) {
    this.dialect = postgres(schema, generation);
  }

  select<C extends ColumnOf<T>, T extends TableName>(
    session: Session,
    query: Query<C, T>,
  ): AsyncGenerator<Pick<RowOf<T>, C>[]> {
    return session.batches(printSelect(this.dialect, query));
  }

  rows(session: Session, table: Table, query: Omit<SiteQuery, 'from'>): AsyncGenerator<SiteRow[]> {
    return session.batches(printRows(this.dialect, table, query));
  }

  async count<T extends TableName>(
    session: Session,
    where: Predicate<ScalarOf<T>>,
    from: string,
  ): Promise<number> {
    const [row] = await session.all<{ datasets: number }>(printCount(this.dialect, where, from));
    return row?.datasets ?? 0;
  }

  groups<C extends ColumnName>(
    session: Session,
    columns: readonly C[],
    where: Predicate,
  ): Promise<Group<C>[]> {
    return session.all(printGroups(this.dialect, columns, where));
  }

  async positions(session: Session, where: Predicate): Promise<RowSet> {
    const rows = await this.count(session, { op: 'true' }, 'dataset');
    const bytes = new Uint8Array(Math.ceil(rows / 8));
    const lines = session.batches<{ block: number; bits: string }>(printPositions(this.dialect, where, rows));
    for await (const batch of lines) {
      for (const { block, bits } of batch) {
        for (let at = bits.indexOf('1'); at >= 0; at = bits.indexOf('1', at + 1)) {
          const row = block * BLOCK + at;
          bytes[row >>> 3] = (bytes[row >>> 3] ?? 0) | (0x80 >>> (row & 7));
        }
      }
    }
    return new BitRows(bytes);
  }
}

export class PgCatalog implements Catalog {
  readonly #schema: string;
  readonly #ref: GenerationRef;
  readonly #questions: Questions;
  readonly #pool: pg.Pool;
  readonly #release: () => void;

  private constructor({ url, schema }: DatabaseConfig, ref: GenerationRef) {
    this.#schema = checkSchema(schema);
    this.#ref = ref;
    this.#questions = new Questions(schema, ref.generation);
    ({ pool: this.#pool, release: this.#release } = sharedPool(url));
  }

  /** Throws VignetError data BAD_CATALOG, transient CATALOG_AWAY, CATALOG_CHANGED, fatal CATALOG_DENIED. */
  static async open(config: DatabaseConfig, ref: GenerationRef): Promise<PgCatalog> {
    const catalog = new PgCatalog(config, ref);
    try {
      const client = await catalog.#pool.connect();
      await checkServer(client).finally(() => client.release());
      await catalog.packEnd();
      return catalog;
    } catch (error) {
      catalog.close();
      throw databaseError(error);
    }
  }

  select<C extends ColumnOf<T>, T extends TableName = 'dataset'>(
    query: Query<C, T>,
  ): AsyncGenerator<Pick<RowOf<T>, C>[]> {
    return this.#streaming((session) => this.#questions.select(session, query));
  }

  async *#streaming<R>(work: (session: Session) => AsyncIterable<R[]>): AsyncGenerator<R[]> {
    const { session, end } = await this.#begin();
    let failure: unknown;
    try {
      yield* work(session);
    } catch (error) {
      failure = databaseError(error);
      throw failure;
    } finally {
      await end(failure);
    }
  }

  count<T extends TableName = 'dataset'>(where: Predicate<ScalarOf<T>>, from?: T): Promise<number> {
    return this.#reading((session) => this.#questions.count(session, where, from ?? 'dataset'));
  }

  groups<C extends ColumnName>(columns: readonly C[], where: Predicate): Promise<Group<C>[]> {
    return this.#reading((session) => this.#questions.groups(session, columns, where));
  }

  positions(where: Predicate): Promise<RowSet> {
    return this.#reading((session) => this.#questions.positions(session, where));
  }

  siteTables(): Promise<SiteTable[]> {
    return siteTables(this);
  }

  async *siteRows({ from, ...query }: SiteQuery): AsyncGenerator<SiteRow[]> {
    const table = await siteTable(this, from);
    yield* this.#streaming((session) =>
      this.#questions.rows(session, storedTable(table.stored, table), query),
    );
  }

  packEnd(): Promise<PackEnd> {
    return this.#reading(async (_, { pack, offset }) => ({ pack, offset }));
  }

  close(): void {
    this.#release();
  }

  async #reading<T>(work: (session: Session, held: Held) => Promise<T>): Promise<T> {
    const { session, held, end } = await this.#begin();
    let failure: unknown;
    try {
      return await work(session, held);
    } catch (error) {
      failure = databaseError(error);
      throw failure;
    } finally {
      await end(failure);
    }
  }

  /** A snapshot in which this generation is there. `end` gives the connection back. */
  async #begin() {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw databaseError(error);
    });
    const end = async (failure?: unknown) => {
      const ended = await client
        .query(failure === undefined ? 'COMMIT' : 'ROLLBACK')
        .catch((error: Error) => error);
      client.release(ended instanceof Error ? ended : undefined);
    };
    try {
      // The plan is for all rows of a cursor, not for its first.
      await client.query(
        'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL cursor_tuple_fraction = 1',
      );
      return { session: new Session(client), held: await this.#held(client), end };
    } catch (error) {
      await end(error);
      throw databaseError(error);
    }
  }

  async #held(client: pg.ClientBase): Promise<Held> {
    const { generation, token } = this.#ref;
    const { rows } = await client
      .query<Held>(
        `SELECT version, pack, pack_end AS offset FROM ${tableIn(this.#schema, 'generation')} WHERE number = $1 AND token = $2`,
        [generation, token],
      )
      .catch((error: unknown) => {
        // No such table or schema.
        if (/^(42P01|3F000)$/.test((error as NodeJS.ErrnoException).code ?? '')) return { rows: [] };
        throw error;
      });
    const [held] = rows;
    if (!held)
      throw new VignetError(
        'transient',
        'CATALOG_CHANGED',
        'the database of the catalog no longer has this generation of the archive; try again, or restore the database and the archive of one and the same time',
      );
    if (held.version !== CATALOG_VERSION) throw otherVersion();
    return held;
  }
}
