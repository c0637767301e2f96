/** The database of a registry, whatever program holds it. Nothing is ever written to it. */
import { VignetError } from '../../base/errors.ts';
import type { Sql, SqlValue } from './sql.ts';

/** Whole numbers beyond 2^53 are BigInts. PostgreSQL's ranges, UUIDs and timestamps are its own text. */
export type Row = Readonly<Record<string, SqlValue>>;

/**
 * A database open for reading. Every method throws VignetError data BAD_BUTLER_DATABASE where it is damaged or of a form that cannot be
 * read, transient REGISTRY_BUSY where another process holds or changes it, or the server cannot be reached.
 */
export interface Database {
  /** Names of a table's columns, in its order; undefined when there is no such table. */
  columns(table: string): Promise<readonly string[] | undefined>;
  /** The rows of one statement, all of one state of the database. Callers limit their number. */
  rows(query: Sql): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** What ends a statement of a SQLite file. */
export interface ReadLimits {
  /** Default: a minute. */
  readonly statementMs?: number | undefined;
  /** Ends the statement too, with REGISTRY_BUSY. */
  readonly signal?: AbortSignal | undefined;
}

export const badDatabase = (detail: string, options?: ErrorOptions): VignetError =>
  new VignetError('data', 'BAD_BUTLER_DATABASE', detail, options);

export const busy = (detail: string, options?: ErrorOptions): VignetError =>
  new VignetError('transient', 'REGISTRY_BUSY', detail, options);
