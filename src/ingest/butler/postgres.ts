/** A registry in PostgreSQL. Every statement is a short read-only transaction of its own, within a time limit. */
import pg from 'pg';
import { clip } from '../../base/clip.ts';
import { usageError, VignetError } from '../../base/errors.ts';
import { isLoopback } from '../../base/loopback.ts';
import { badDatabase, busy, type Database, type Row } from './database.ts';
import { named, type Sql, sql } from './sql.ts';

const CONNECT_MS = 10_000;
const STATEMENT_MS = 60_000;

const { types } = pg;

const whole = (text: string) => {
  const value = BigInt(text);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
};

/** Numbers as numbers, everything else as PostgreSQL writes it. */
const PARSERS = new Map<number, (text: string) => unknown>([
  [types.builtins.INT8, whole],
  [types.builtins.INT4, Number],
  [types.builtins.INT2, Number],
  [types.builtins.FLOAT8, Number],
  [types.builtins.FLOAT4, Number],
  [types.builtins.BOOL, (text) => (text === 't' ? 1 : 0)],
]);
const asText = (text: string) => text;

export class PostgresDatabase implements Database {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async open(
    url: string,
    namespace: string | undefined,
    hosts: readonly string[],
  ): Promise<PostgresDatabase> {
    const client = clientOf(url);
    const { host } = client;
    if (!isHere(host) && !hosts.includes(host.toLowerCase()))
      throw usageError(
        'HOST_NOT_ALLOWED',
        `expected an allowed host for the registry of the Butler, received '${clip(host, 100)}'; give --allow-host if it is trusted`,
      );
    // A connection that breaks later is reported by the next statement.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('SET default_transaction_read_only = on');
      if (namespace !== undefined)
        await client.query("SELECT set_config('search_path', $1, false)", [named(namespace).texts[0]]);
      return new PostgresDatabase(client);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw postgresError(error);
    }
  }

  async columns(table: string): Promise<readonly string[] | undefined> {
    const found = await this.rows(
      sql`SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ${table} ORDER BY ordinal_position`,
    );
    return found.length === 0 ? undefined : found.map((row) => String(row.column_name));
  }

  async rows(query: Sql): Promise<readonly Row[]> {
    try {
      const { rows } = await this.#client.query<Row>(
        query.print((n) => `$${n}`),
        [...query.values],
      );
      return rows;
    } catch (error) {
      throw postgresError(error);
    }
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => undefined);
  }
}

function clientOf(url: string): pg.Client {
  try {
    return new pg.Client({
      connectionString: url,
      application_name: 'vignet',
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: STATEMENT_MS,
      query_timeout: 2 * STATEMENT_MS,
      types: { getTypeParser: (oid: number) => PARSERS.get(oid) ?? asText },
    });
  } catch (cause) {
    throw badDatabase('expected a PostgreSQL URL for registry.db of the Butler, received another text', {
      cause,
    });
  }
}

/** A socket of this machine, or its loopback. */
const isHere = (host: string) =>
  host.startsWith('/') || host.toLowerCase() === 'localhost' || isLoopback(host);

/** Classes of SQLSTATE that pass: connections, resources, operator's intervention; and a statement's time limit. */
const PASSING = /^(?:08|53|57|40)/;
const SYSTEM = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'ENOENT',
  'EPIPE',
  'EAI_AGAIN',
]);

function postgresError(error: unknown): unknown {
  if (error instanceof VignetError || !(error instanceof Error)) return error;
  const code = String((error as { code?: unknown }).code ?? '');
  const passes =
    PASSING.test(code) || SYSTEM.has(code) || /timeout|terminated|not queryable|closed/i.test(error.message);
  if (passes)
    return busy(
      `the PostgreSQL server of the registry cannot be reached, or did not answer in time (${clip(code || 'timeout', 20)}); try again`,
      { cause: error },
    );
  if (/^28|^3D/.test(code))
    return badDatabase(
      `the PostgreSQL server of the registry refuses the connection (${code}); check user, password (~/.pgpass) and database`,
      { cause: error },
    );
  const detail = `the registry in PostgreSQL cannot be read (SQLSTATE ${clip(code || 'unknown', 20)}); check that its tables are a Butler's and that the user may read them`;
  return badDatabase(detail, { cause: error });
}
