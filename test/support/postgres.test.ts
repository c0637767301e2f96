// The server that tests start: reachable by its socket only, one database per call, gone when stopped. Oracle: psql and the file system.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPostgres, type TestPostgres } from './postgres.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const ask = (url: string, sql: string) =>
  execFileSync('psql', ['-XAtc', sql, url], { encoding: 'utf8' }).trim();

it('gives empty databases of their own, in English order', () => {
  const [one, two] = [server.database(), server.database()];
  ask(one, 'CREATE TABLE mine (a int)');
  expect(ask(one, "SELECT count(*) FROM pg_tables WHERE tablename = 'mine'")).toBe('1');
  expect(ask(two, "SELECT count(*) FROM pg_tables WHERE tablename = 'mine'")).toBe('0');
  expect(ask(two, "SELECT 'a' < 'B'")).toBe('t');
  expect(Number(ask(two, 'SHOW server_version_num'))).toBeGreaterThanOrEqual(150_000);
});

it('listens on no port, and leaves nothing when it is stopped', async () => {
  const other = await startPostgres();
  const url = other.database();
  expect(ask(url, 'SHOW listen_addresses')).toBe('');
  const folder = decodeURIComponent(/host=(.*)$/.exec(url)?.[1] ?? '');
  expect(existsSync(folder)).toBe(true);
  await other.stop();
  expect(existsSync(folder)).toBe(false);
  expect(() => ask(url, 'SELECT 1')).toThrow();
});
