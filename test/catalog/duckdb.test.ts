// DuckDB, as every catalog; and what only its files can be.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, it } from 'vitest';
import { DuckCatalog } from '../../src/catalog/duckdb/catalog.ts';
import { DuckDraft } from '../../src/catalog/duckdb/draft.ts';
import { catalogSuite } from './suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'vignet-duckdb-'));
afterAll(() => rmSync(folder, { recursive: true }));

const openCatalog = (path: string) => DuckCatalog.open(path);
const openDraft = (path: string) => DuckDraft.open(path);

catalogSuite('a catalog in a DuckDB file', { draft: openDraft, open: openCatalog });

it('a file that is none, or of another version, is refused', async () => {
  const path = join(folder, 'none');
  writeFileSync(path, 'not a database');
  await expect(openCatalog(path)).rejects.toMatchObject({ kind: 'data', code: 'BAD_CATALOG' });
  const other = join(folder, 'other');
  const instance = await DuckDBInstance.create(other);
  const connection = await instance.connect();
  await connection.run('CREATE TABLE catalog AS SELECT 99 AS version');
  connection.closeSync();
  instance.closeSync();
  for (const open of [openCatalog, openDraft])
    await expect(open(other)).rejects.toMatchObject({ kind: 'data', code: 'BAD_CATALOG' });
});
