/**
 * The thread of one SQLite registry, read by SQLite compiled to WebAssembly: a hostile file can reach nothing but the memory of that
 * module, and its statements, which cannot be interrupted, end with the thread. The database is opened by the first statement.
 */
import sqlite from 'node-sqlite3-wasm';
import { VignetError } from '../../base/errors.ts';
import { type PlainError, plainError } from '../../base/to-vignet-error.ts';
import { badDatabase, busy, type Row } from './database.ts';
import type { SqlValue } from './sql.ts';
import { sqliteState } from './sqlite-state.ts';

type Module = InstanceType<typeof sqlite.Database>;

export interface Order {
  /** The file, whose state is looked at. */
  readonly path: string;
  /** A link to it, by which the module opens it. */
  readonly link: string;
  readonly text: string;
  readonly values: readonly SqlValue[];
}

export type Outcome = { readonly rows: readonly Row[] } | { readonly error: PlainError };

/** Rows of one answer, which goes to the other thread as a whole. No more than callers ask for: LIMITs are at most this. */
const MAX_ROWS = 100_000;
/** Characters or bytes of one answer: of a damaged file many rows may share the same long text. */
const MAX_SIZE = 2 ** 26;

/**
 * Schemas are not trusted: their functions cannot do harm, but nothing of ours needs them. An index made for one statement would be as
 * large as its table; a Butler's tables have those that are needed.
 */
const CAUTIONS =
  'PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA query_only=ON; PRAGMA automatic_index=OFF; PRAGMA cache_size=-65536;';

let opened: Module | undefined;
/** State of the file for which it is open, in a transaction: its cached pages are of this state. */
let state: string | undefined;

/** Piscina's entry. Errors travel as values: their properties would be lost between threads. */
export default function work({ path, link, text, values }: Order): Outcome {
  try {
    const database = open(link, sqliteState(path));
    const rows = allOf(database, text, values);
    if (sqliteState(path) === state) return { rows };
    throw busy('the registry was written to while it was read; run the ingest again');
  } catch (error) {
    end();
    return { error: plainError(sqliteError(error)) };
  }
}

/**
 * One transaction for all statements that meet the same state: each costs a lock of the module. For another state the file is opened
 * again, because the module takes a copy with the same change counter, such as a restored one, for the file that it has read.
 */
function open(link: string, now: string): Module {
  if (opened && state === now) return opened;
  end();
  opened = new sqlite.Database(link, { readOnly: true });
  opened.exec(`${CAUTIONS} BEGIN`);
  state = now;
  return opened;
}

function end(): void {
  const last = opened;
  opened = undefined;
  last?.close();
}

function allOf(database: Module, text: string, values: readonly SqlValue[]): Row[] {
  const statement = database.prepare(text);
  try {
    const rows: Row[] = [];
    let size = 0;
    for (const row of statement.iterate([...values]) as Iterable<Row>) {
      for (const value of Object.values(row)) size += sizeOf(value);
      if (rows.length >= MAX_ROWS || size > MAX_SIZE)
        throw badDatabase('a table of the registry has more rows or longer texts than it should');
      rows.push(row);
    }
    return rows;
  } finally {
    statement.finalize();
  }
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  return value instanceof Uint8Array ? value.byteLength : 8;
}

/** What SQLite says, in our words: of damage, or of a statement that the schema of another program does not fit. */
function sqliteError(error: unknown): unknown {
  if (error instanceof VignetError || !(error instanceof Error)) return error;
  if (/malformed|not a database|corrupt|disk I\/O error/i.test(error.message))
    return badDatabase("the registry's SQLite file is damaged; restore it from a backup");
  if (/no such (?:table|column)/i.test(error.message))
    return badDatabase('a table of the registry is not as a Butler makes it');
  if (/locked|busy/i.test(error.message)) return busy('the registry is locked by another process; try again');
  return badDatabase(`the registry's SQLite file cannot be read (${error.message.slice(0, 80)})`);
}
