/** Connections to a catalog's database: bounded, with timeouts, and its failures in our words. */
import pg from 'pg';
import { clip } from '../../base/clip.ts';
import { type ErrorKind, usageError, VignetError } from '../../base/errors.ts';
import { tooLarge } from '../too-large.ts';

/** Connections of one process to one database. */
const MOST_CONNECTIONS = 8;
/** To get a connection. */
const CONNECT_MS = 10_000;
/** One statement of a reader. */
const STATEMENT_MS = 60_000;
/** One statement of an ingest, which may sort all rows. */
const INGEST_STATEMENT_MS = 3_600_000;
/** A reader that fetches no more rows: its snapshot keeps the database from cleaning up. */
const IDLE_IN_TRANSACTION_MS = 600_000;
const OLDEST_SERVER = 150_000;

const SCHEMA = /^[a-z_][a-z0-9_]{0,62}$/;

/** Throws VignetError usage BAD_CATALOG_URL. */
export function checkUrl(text: string): string {
  // The host may be a parameter, `host=/run/postgresql`: the part for it is empty then.
  const parsed = text.replace('@/', '@localhost/');
  const url = URL.canParse(parsed) ? new URL(parsed) : undefined;
  if (!url || !['postgresql:', 'postgres:'].includes(url.protocol))
    throw usageError(
      'BAD_CATALOG_URL',
      "expected a URL such as 'postgresql://user@host/database' for the catalog, received another text",
    );
  if (url.password !== '' || url.searchParams.has('password'))
    throw usageError(
      'BAD_CATALOG_URL',
      'expected a URL without a password for the catalog, received one with it; put the password into the file that PGPASSFILE names (~/.pgpass), or into PGPASSWORD',
    );
  return text;
}

/** Throws VignetError data BAD_CATALOG: only such names are written into statements. */
export function checkSchema(name: string): string {
  if (SCHEMA.test(name)) return name;
  throw new VignetError(
    'data',
    'BAD_CATALOG',
    `expected lower-case letters, digits and '_' for the schema of the catalog, received '${clip(name)}'`,
  );
}

/** Whole numbers arrive as numbers: they were numbers when they came in. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format)) as never,
};

const settings = (url: string, statement: number) => ({
  connectionString: checkUrl(url),
  application_name: 'vignet',
  connectionTimeoutMillis: CONNECT_MS,
  statement_timeout: statement,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  types,
});

const pools = new Map<string, { readonly pool: pg.Pool; users: number }>();

/** The connections of this process to a database, which all its open catalogs share. Released by the function that comes with it. */
export function sharedPool(url: string): { readonly pool: pg.Pool; readonly release: () => void } {
  let shared = pools.get(url);
  if (!shared) {
    const pool = new pg.Pool({
      ...settings(url, STATEMENT_MS),
      max: MOST_CONNECTIONS,
      allowExitOnIdle: true,
    });
    // An idle connection that the server ends: the next one is made when it is needed.
    pool.on('error', () => undefined);
    // One that ends while it is in use: the next statement on it fails.
    pool.on('connect', (client) => client.on('error', () => undefined));
    shared = { pool, users: 0 };
    pools.set(url, shared);
  }
  const own = shared;
  own.users += 1;
  let isReleased = false;
  const release = () => {
    if (isReleased) return;
    isReleased = true;
    own.users -= 1;
    if (own.users > 0) return;
    pools.delete(url);
    void own.pool.end().catch(() => undefined);
  };
  return { pool: own.pool, release };
}

/** A connection of its own, for an ingest. Throws VignetError transient CATALOG_AWAY, fatal CATALOG_DENIED, data BAD_CATALOG. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(settings(url, INGEST_STATEMENT_MS));
  client.on('error', () => undefined);
  try {
    await client.connect();
    await checkServer(client);
    return client;
  } catch (error) {
    void client.end().catch(() => undefined);
    throw databaseError(error);
  }
}

/** Throws VignetError data BAD_CATALOG for a server that is too old. */
export async function checkServer(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ version: number; name: string }>(
    "SELECT current_setting('server_version_num')::bigint AS version, current_setting('server_version') AS name",
  );
  const { version = 0, name = '' } = rows[0] ?? {};
  if (version >= OLDEST_SERVER) return;
  throw new VignetError(
    'data',
    'BAD_CATALOG',
    `expected PostgreSQL 15 or later for the catalog, received ${clip(name)}; upgrade the server`,
  );
}

/** Classes and codes of SQLSTATE, and of the system, as ours. */
const FAILURES: readonly (readonly [
  RegExp,
  ErrorKind,
  'CATALOG_AWAY' | 'CATALOG_DENIED' | 'CATALOG_SLOW' | 'CANNOT_WRITE',
  string,
])[] = [
  [
    /^(28...|42501|3D000)$/,
    'fatal',
    'CATALOG_DENIED',
    'its role or database does not exist, or has too few rights; ask its administrator',
  ],
  [
    /^57014$/,
    'transient',
    'CATALOG_SLOW',
    'a statement took too long and was stopped; ask for less, or try again later',
  ],
  [
    /^(53100|58030)$/,
    'transient',
    'CANNOT_WRITE',
    'its disk is full or reports an error. What was published before is whole; when this is mended, run the same command again',
  ],
  [/^25006$/, 'transient', 'CANNOT_WRITE', 'it is read-only; name the primary server'],
  [
    /^(08...|53...|57P..|25P0.|E[A-Z]+)$/,
    'transient',
    'CATALOG_AWAY',
    'it cannot be reached or is busy; start it or check its address, then try again',
  ],
];

/** What the driver says without a code when a connection is lost or none is free. */
const LOST =
  /connection terminated|timeout exceeded when trying to connect|timeout expired|client was closed|not queryable/i;

/** A failure of the database in our words; any other error as it is. */
export function databaseError(error: unknown): unknown {
  if (error instanceof VignetError || !(error instanceof Error)) return error;
  const { code = LOST.test(error.message) ? '08006' : '' } = error as NodeJS.ErrnoException;
  // Data exceptions: a number out of range.
  if (/^22/.test(code)) return tooLarge(error);
  const known = FAILURES.find(([codes]) => codes.test(code));
  if (!known) return error;
  const [, kind, name, why] = known;
  const detail = `the database of the catalog cannot be used: ${why}`;
  return new VignetError(kind, name as never, detail, { cause: error });
}
