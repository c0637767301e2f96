// DuckDB, as every catalog; and what only its files can be.
import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, it } from 'vitest';
import { DuckCatalog } from '../../src/catalog/duckdb/catalog.ts';
import { DuckDraft } from '../../src/catalog/duckdb/draft.ts';
import { rowOf, uuidOf } from './rows.ts';
import { catalogSuite } from './suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'vignet-duckdb-'));
afterAll(() => rmSync(folder, { recursive: true }));

const baseOf = (path: string) => `${path}.base`;
const openCatalog = (path: string) => DuckCatalog.open(path, baseOf(path));
const openDraft = (path: string) => DuckDraft.open(path);

catalogSuite('a catalog in a DuckDB file', { draft: openDraft, open: openCatalog });

/** Nothing is changed. */
async function makeDelta(path: string): Promise<void> {
  if (existsSync(path)) return;
  const base = await openCatalog(baseOf(path));
  const end = await base.packEnd();
  base.close();
  const delta = await DuckDraft.delta(path, baseOf(path));
  await delta.finish(end);
  delta.close();
}

catalogSuite('a catalog in a DuckDB file that changes an empty base', {
  async draft(path) {
    if (!existsSync(baseOf(path))) {
      const empty = await openDraft(baseOf(path));
      await empty.finish({ pack: 1, offset: 0 });
      empty.close();
    }
    return DuckDraft.delta(path, baseOf(path));
  },
  open: openCatalog,
});

catalogSuite('a catalog in a DuckDB file that changes a base with rows', {
  async draft(path) {
    return existsSync(baseOf(path)) ? DuckDraft.delta(path, baseOf(path)) : openDraft(baseOf(path));
  },
  async open(path) {
    await makeDelta(path);
    return openCatalog(path);
  },
});

const parts = new Map<string, number>();
const part = (path: string) => `${path}.${parts.get(path) ?? 0}`;
catalogSuite('a catalog in a DuckDB file that has taken up its changes', {
  async draft(path) {
    if (!parts.has(path)) {
      parts.set(path, 0);
      return openDraft(part(path));
    }
    // What is changed now is a delta; what `open` opens is whole again.
    renameSync(part(path), baseOf(path));
    return DuckDraft.delta(path, baseOf(path));
  },
  async open(path) {
    if (existsSync(path)) {
      parts.set(path, (parts.get(path) ?? 0) + 1);
      copyFileSync(baseOf(path), part(path));
      const merged = await DuckDraft.merged(part(path), path, baseOf(path));
      await merged.finish(await merged.packEnd());
      merged.close();
      rmSync(path);
    }
    return openCatalog(part(path));
  },
});

it('a delta without its own base is refused', async () => {
  const path = join(folder, 'changed');
  for (const [n, name] of [baseOf(path), join(folder, 'alike')].entries()) {
    const draft = await openDraft(name);
    await draft.put([rowOf({ uuid: uuidOf(n) })]);
    await draft.finish({ pack: 1, offset: 10 });
    draft.close();
  }
  await makeDelta(path);
  const held = await openCatalog(path);
  expect([await held.count({ op: 'true' }), await held.packEnd()]).toEqual([1, { pack: 1, offset: 10 }]);
  held.close();
  for (const base of [join(folder, 'alike'), join(folder, 'nowhere')])
    await expect(DuckCatalog.open(path, base)).rejects.toMatchObject({ kind: 'data', code: 'BAD_CATALOG' });
});

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
