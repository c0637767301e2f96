/**
 * A registry in a SQLite file, read in a thread of its own, which is ended when a statement does not come to an end: of a damaged file
 * one can take years.
 *
 * The module locks a database by a folder beside it. It is given a link in a folder of our own, so that this lock is made there, and
 * nothing is made beside the registry, which may lie on a read-only disk. Whether others write is seen by `sqliteState` before and after
 * every statement.
 */
import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { VignetError } from '../../base/errors.ts';
import { badDatabase, busy, type Database, type ReadLimits, type Row } from './database.ts';
import { type Sql, sql } from './sql.ts';
import { sqliteState } from './sqlite-state.ts';
import type { Order, Outcome } from './sqlite-worker.ts';

/** Statements are tried again when somebody wrote meanwhile. */
const ATTEMPTS = 5;
const PAUSE_MS = 200;
/** As a statement in PostgreSQL has. */
const STATEMENT_MS = 60_000;

/** The compiled worker, also when this file itself runs uncompiled (under vitest). */
function workerFile(): string {
  const isSource = import.meta.url.endsWith('.ts');
  const compiled = isSource ? '../../../dist/ingest/butler/sqlite-worker.js' : './sqlite-worker.js';
  return fileURLToPath(new URL(compiled, import.meta.url));
}

export class SqliteDatabase implements Database {
  readonly #path: string;
  readonly #folder: string;
  readonly #limits: ReadLimits;
  readonly #thread: Piscina<Order, Outcome>;
  /** Why the thread was ended. */
  #ended: VignetError | undefined;

  private constructor(path: string, folder: string, limits: ReadLimits) {
    this.#path = path;
    this.#folder = folder;
    this.#limits = limits;
    this.#thread = new Piscina({
      filename: workerFile(),
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
      recordTiming: false,
    });
  }

  static async open(path: string, limits: ReadLimits): Promise<SqliteDatabase> {
    sqliteState(path);
    const real = await realpath(path);
    const folder = await mkdtemp(join(tmpdir(), 'vignet-registry-'));
    try {
      await symlink(real, join(folder, 'registry'));
      return new SqliteDatabase(real, folder, limits);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
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
      const outcome = await this.#ask(query);
      if ('rows' in outcome) return outcome.rows;
      const { kind, code, detail } = outcome.error;
      if (attempt === ATTEMPTS || kind !== 'transient') throw new VignetError(kind, code, detail);
      await pause(PAUSE_MS);
    }
  }

  /** After a thread was ended there is no other: it has left the lock of its module. */
  async #ask(query: Sql): Promise<Outcome> {
    const { statementMs = STATEMENT_MS, signal } = this.#limits;
    if (this.#ended) throw this.#ended;
    if (signal?.aborted) throw stopped();
    const ender = new AbortController();
    const end = () => ender.abort();
    const timer = setTimeout(end, statementMs);
    signal?.addEventListener('abort', end, { once: true });
    try {
      const order = {
        path: this.#path,
        link: join(this.#folder, 'registry'),
        text: query.print((n) => `?${n}`),
        values: query.values,
      };
      return await this.#thread.run(order, { signal: ender.signal });
    } catch (cause) {
      this.#ended = signal?.aborted ? stopped() : ender.signal.aborted ? endless(statementMs) : broken(cause);
      throw this.#ended;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
    }
  }

  async close(): Promise<void> {
    await this.#thread.destroy();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

const stopped = () => busy('the ingest was stopped while the registry was read; run it again to continue');

const endless = (ms: number) =>
  badDatabase(
    `expected an answer of the registry's SQLite file within ${ms / 1000} s, received none; check it with 'PRAGMA integrity_check', and restore it from a backup, or copy it to a faster disk`,
  );

const broken = (cause: unknown) =>
  badDatabase(
    "the thread that reads the registry's SQLite file has ended; check the file with 'PRAGMA integrity_check' and restore it from a backup",
    { cause },
  );
