/** The peer of the catalog's claims: the rows of `sky-rows.ts` in PostgreSQL with pgSphere and a GiST index on their outlines. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { startPostgres } from '../../test/support/postgres.ts';
import { isInner, skyRow } from './sky-rows.ts';

const SCRIPTS = '/usr/share/postgresql/15/extension';

/** What a pack holds of a dataset. */
export type EntryOf = (uuid: string) => Buffer;

export interface SkyPostgres {
  readonly url: string;
  readonly client: pg.Client;
  close(): Promise<void>;
}

/** The server's memory is that of a machine of its own: all of the rows' index fits. */
const SETTINGS = {
  shared_buffers: '2GB',
  maintenance_work_mem: '1GB',
  max_wal_size: '8GB',
  wal_level: 'minimal',
  max_wal_senders: '0',
};

/**
 * A server with `rows` rows, of which the innermost `layouts` have a layout. Its GiST index takes the better part of an hour for 10⁷ rows:
 * VIGNET_BENCH_POSTGRES may name a database in which an earlier run has left it.
 */
export async function skyPostgres(rows: number, layouts: number, entryOf: EntryOf): Promise<SkyPostgres> {
  const given = process.env.VIGNET_BENCH_POSTGRES;
  const server = given === undefined ? await startPostgres(SETTINGS) : undefined;
  const url = given ?? server?.database() ?? '';
  await fillPostgres(url, rows, layouts, entryOf);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    ...{ url, client },
    async close() {
      await client.end();
      await server?.stop();
    },
  };
}

const quiet = (url: string, sql: string) =>
  execFileSync('psql', ['-XqAtc', sql, '-v', 'ON_ERROR_STOP=1', url], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();

async function copyInto(url: string, table: string, lines: Iterable<string>): Promise<void> {
  const psql = spawn('psql', ['-Xqc', `COPY ${table} FROM STDIN`, '-v', 'ON_ERROR_STOP=1', url], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  await pipeline(Readable.from(lines), psql.stdin);
  const [code] = psql.exitCode === null ? await once(psql, 'exit') : [psql.exitCode];
  if (code !== 0) throw new Error(`COPY into ${table} failed`);
}

function* lines(rows: number, from = 0, to = rows): Generator<string> {
  let text = '';
  for (let n = from; n < to; n++) {
    const { uuid, visit, detector, band, em, ra, dec, time, corners } = skyRow(n, rows);
    const [a, b, c, d, e, f, g, h] = corners.map((x) => x.toFixed(12));
    const outline = `{(${a}d,${b}d),(${c}d,${d}d),(${e}d,${f}d),(${g}d,${h}d)}`;
    text += `${uuid}\t${visit}\t${detector}\t${band}\t${em[0]}\t${em[1]}\t${ra}\t${dec}\t${time[0]}\t${time[1]}\t1\t${n}\t1000\t${outline}\n`;
    if (n % 1000 === 999) {
      yield text;
      text = '';
    }
  }
  yield text;
}

function* layoutLines(rows: number, layouts: number, entryOf: EntryOf): Generator<string> {
  for (let n = 0; n < rows; n++) {
    if (!isInner(n, rows, layouts)) continue;
    const { uuid } = skyRow(n, rows);
    yield `${uuid}\t\\\\x${entryOf(uuid).toString('hex')}\n`;
  }
}

/** Rows from one number to another, as one transaction. */
export const copyMore = (url: string, [from, to, total]: readonly [number, number, number]) =>
  copyInto(url, 'obs', lines(total, from, to));

/** Makes and fills the tables where an earlier run has not. */
export async function fillPostgres(
  url: string,
  rows: number,
  layouts: number,
  entryOf: EntryOf,
): Promise<void> {
  if (quiet(url, "SELECT to_regclass('done')") !== '') return;
  createSphere(url);
  quiet(
    url,
    'CREATE TABLE obs (uuid uuid, visit bigint, detector bigint, band text, em_min float8, em_max float8, s_ra float8, s_dec float8, t_min float8, t_max float8, pack int, pack_offset bigint, pack_length bigint, region spoly)',
  );
  quiet(url, 'CREATE TABLE layout (uuid uuid PRIMARY KEY, entry bytea)');
  await copyInto(url, 'obs', lines(rows));
  await copyInto(url, 'layout', layoutLines(rows, layouts, entryOf));
  quiet(url, 'CREATE INDEX ON obs USING gist (region)');
  quiet(url, 'CREATE INDEX ON obs (uuid)');
  quiet(url, 'VACUUM ANALYZE obs');
  quiet(url, 'VACUUM ANALYZE layout');
  quiet(url, 'CREATE TABLE done ()');
}

/**
 * Debian's package cannot be created on PostgreSQL 15.20: some operators that it has for another program name the same commutator twice. Its
 * script works without these words.
 */
function createSphere(url: string): void {
  try {
    quiet(url, 'CREATE EXTENSION pg_sphere');
    return;
  } catch {
    // By its script.
  }
  const script = readFileSync(join(SCRIPTS, 'pg_sphere--1.2.0.sql'), 'utf8');
  const at = script.indexOf('GAVO DaCHS');
  const end = script.indexOf('-- debugging', at);
  const old = script.slice(at, end).replace(/^\s*(COMMUTATOR|NEGATOR)\s*=.*\n/gm, '');
  const whole = `${script.slice(0, at)}${old}${script.slice(end)}`
    .replace(/^\\echo.*$/gm, '')
    .replaceAll('MODULE_PATHNAME', '$libdir/pg_sphere');
  execFileSync('psql', ['-Xq', '-v', 'ON_ERROR_STOP=1', '-1', '-f', '-', url], {
    input: whole,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
}
