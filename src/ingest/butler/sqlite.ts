/**
 * A registry in a SQLite file, read by SQLite compiled to WebAssembly: a hostile file can reach nothing but the memory of that module.
 *
 * The module locks a database by a folder beside it. It is given a link in a folder of our own, so that this lock is made there, and
 * nothing is made beside the registry, which may lie on a read-only disk. Whether others write is seen by `sqliteState` before and after
 * every statement.
 */
import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import sqlite from 'node-sqlite3-wasm';
import { VignetError } from '../../base/errors.ts';
import { badDatabase, busy, type Database, type Row } from './database.ts';
import { type Sql, sql } from './sql.ts';
import { sqliteState } from './sqlite-state.ts';

type Module = InstanceType<typeof sqlite.Database>;

/** Statements are tried again when somebody wrote meanwhile. */
const ATTEMPTS = 5;
const PAUSE_MS = 200;
/** No more than callers ask for: LIMITs are at most this. */
const MAX_ROWS = 100_000;
/** Characters of the texts of one answer: of a damaged file many rows may share the same long text. */
const MAX_TEXT = 2 ** 26;

/** Schemas are not trusted: their functions cannot do harm, but nothing of ours needs them. */
const CAUTIONS = 'PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA query_only=ON;';

export class SqliteDatabase implements Database {
  readonly #path: string;
  readonly #folder: string;
  readonly #database: Module;
  /** State of the file for which a transaction is open: its cached pages are of this state. */
  #state: string | undefined;

  private constructor(path: string, folder: string, database: Module) {
    this.#path = path;
    this.#folder = folder;
    this.#database = database;
  }

  static async open(path: string): Promise<SqliteDatabase> {
    sqliteState(path);
    const real = await realpath(path);
    const folder = await mkdtemp(join(tmpdir(), 'vignet-registry-'));
    try {
      const link = join(folder, 'registry');
      await symlink(real, link);
      const database = new sqlite.Database(link, { readOnly: true });
      database.exec(CAUTIONS);
      return new SqliteDatabase(real, folder, database);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw sqliteError(error);
    }
  }

  async columns(table: string): Promise<readonly string[] | undefined> {
    const [made] = await this.rows(
      sql`SELECT type, sql FROM sqlite_schema WHERE name = ${table} AND type IN ('table', 'view')`,
    );
    if (!made) return undefined;
    // What a view or a virtual table does when it is read is not known.
    if (made.type !== 'table' || /^\s*CREATE\s+VIRTUAL/i.test(String(made.sql)))
      throw badDatabase(`expected a table for ${table} of the registry, received a view or virtual table`);
    const found = await this.rows(sql`SELECT name, hidden FROM pragma_table_xinfo(${table})`);
    if (found.some(({ hidden }) => hidden !== 0))
      throw badDatabase(`expected stored columns for ${table} of the registry, received computed ones`);
    return found.map(({ name }) => String(name));
  }

  async rows(query: Sql): Promise<readonly Row[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        this.#begin(sqliteState(this.#path));
        const rows = this.#all(query);
        if (sqliteState(this.#path) === this.#state) return rows;
        throw busy('the registry was written to while it was read; run the ingest again');
      } catch (error) {
        this.#end();
        const known = sqliteError(error);
        if (attempt === ATTEMPTS || !(known instanceof VignetError) || known.kind !== 'transient')
          throw known;
      }
      await setTimeout(PAUSE_MS);
    }
  }

  /** One transaction for all statements that meet the same state: each costs a lock of the module. */
  #begin(state: string): void {
    if (this.#state === state) return;
    this.#end();
    this.#database.exec('BEGIN');
    this.#state = state;
  }

  #end(): void {
    this.#state = undefined;
    if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
  }

  #all(query: Sql): Row[] {
    const statement = this.#database.prepare(query.print((n) => `?${n}`));
    try {
      const rows: Row[] = [];
      let letters = 0;
      for (const row of statement.iterate([...query.values]) as Iterable<Row>) {
        for (const value of Object.values(row)) if (typeof value === 'string') letters += value.length;
        if (rows.length >= MAX_ROWS || letters > MAX_TEXT)
          throw badDatabase('a table of the registry has more rows or longer texts than it should');
        rows.push(row);
      }
      return rows;
    } finally {
      statement.finalize();
    }
  }

  async close(): Promise<void> {
    this.#database.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** What SQLite says, in our words: of damage, or of a statement that the schema of another program does not fit. */
function sqliteError(error: unknown): unknown {
  if (error instanceof VignetError || !(error instanceof Error)) return error;
  if (/malformed|not a database|corrupt|disk I\/O error/i.test(error.message))
    return badDatabase("the registry's SQLite file is damaged; restore it from a backup", { cause: error });
  if (/no such (?:table|column)/i.test(error.message))
    return badDatabase('a table of the registry is not as a Butler makes it', { cause: error });
  if (/locked|busy/i.test(error.message))
    return busy('the registry is locked by another process; try again', { cause: error });
  return badDatabase(`the registry's SQLite file cannot be read (${error.message.slice(0, 80)})`, {
    cause: error,
  });
}
