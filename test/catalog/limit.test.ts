// A statement in DuckDB that would never end is stopped, whether it makes rows already or still thinks. Nothing else ends it.
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { within } from '../../src/catalog/duckdb/limit.ts';

const SLOW = { kind: 'transient', code: 'CATALOG_SLOW' };
const ENDLESS = 'FROM range(1000000000) AS a(x), range(1000000000) AS b(y) WHERE x * y % 7 = 3';

it('a statement that takes too long is stopped, and the connection can be used again', async () => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  const count = connection.runAndReadAll(`SELECT count(*) ${ENDLESS}`);
  await expect(within(50, connection, count)).rejects.toMatchObject(SLOW);
  const stream = await within(50, connection, connection.stream(`SELECT max(x) ${ENDLESS} GROUP BY y`)).catch(
    (error: unknown) => error,
  );
  expect(stream).toMatchObject(SLOW);
  const reader = await within(60_000, connection, connection.runAndReadAll('SELECT 1'));
  expect(reader.getRows()).toEqual([[1]]);
  connection.closeSync();
  instance.closeSync();
});
