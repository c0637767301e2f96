// PostgreSQL, as every catalog; and what only a database can be: away, denied, shared, read while it changes. Oracle: psql, and the suite.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CatalogDraft } from '../../src/catalog/catalog.ts';
import { PgCatalog } from '../../src/catalog/postgres/catalog.ts';
import { checkUrl } from '../../src/catalog/postgres/database.ts';
import { type DraftPlace, PgDraft } from '../../src/catalog/postgres/draft.ts';
import { ALWAYS, equals } from '../../src/catalog/predicate.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { rowOf, uuidOf } from './rows.ts';
import { type CatalogMaker, catalogSuite } from './suite.ts';

let server: TestPostgres;
let url = '';
const folder = mkdtempSync(join(tmpdir(), 'vignet-postgres-'));
beforeAll(async () => {
  server = await startPostgres();
  url = server.database();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

interface Place {
  readonly schema: string;
  current?: { generation: number; token: string };
}

/** Drafts and catalogs of one schema after the other: a schema is what a file is elsewhere. */
class Schemas implements CatalogMaker {
  readonly #places = new Map<string, Place>();

  placeOf(path: string): Place {
    const known = this.#places.get(path) ?? { schema: `s${this.#places.size}_${process.pid}` };
    this.#places.set(path, known);
    return known;
  }

  draftPlace(path: string): DraftPlace {
    const { schema, current } = this.placeOf(path);
    const number = (current?.generation ?? 0) + 1;
    return { url, schema, number, current, marker: join(folder, `${schema}.json`) };
  }

  async draft(path: string, keep?: number): Promise<CatalogDraft> {
    const at = { ...this.draftPlace(path), keep };
    const draft = await PgDraft.open(at);
    const finish = draft.finish.bind(draft);
    draft.finish = async (end) => {
      await finish(end);
      const { generation, token } = JSON.parse(readFileSync(at.marker, 'utf8'));
      this.placeOf(path).current = { generation, token };
    };
    return draft;
  }

  open(path: string): Promise<PgCatalog> {
    const { schema, current } = this.placeOf(path);
    if (!current) throw new Error('nothing was published');
    return PgCatalog.open({ url, schema }, current);
  }
}

const schemas = new Schemas();
catalogSuite('a catalog in PostgreSQL', {
  draft: (path) => schemas.draft(path),
  open: (path) => schemas.open(path),
});

const ask = (sql: string) => execFileSync('psql', ['-XAtqc', sql, url], { encoding: 'utf8' }).trim();

async function publish(
  path: string,
  put: readonly number[],
  remove: readonly number[] = [],
  keep?: number,
): Promise<void> {
  const draft = await schemas.draft(path, keep);
  await draft.remove(remove.map(uuidOf));
  await draft.put(put.map((n) => rowOf({ uuid: uuidOf(n), owner: 'anna' })));
  await draft.finish({ pack: 1, offset: put.length });
  draft.close();
}

async function uuids(catalog: PgCatalog): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of catalog.select({ columns: ['uuid'], where: ALWAYS, order: ['uuid'] }))
    found.push(...batch.map(({ uuid }) => uuid));
  return found;
}

describe('a generation in PostgreSQL', () => {
  it('does not change while the next ones are made, and is written by delta', async () => {
    await publish('delta', [1, 2, 3]);
    const first = await schemas.open('delta');
    const { schema } = schemas.placeOf('delta');
    await publish('delta', [4], [2]);
    const second = await schemas.open('delta');
    expect(await uuids(first)).toEqual([1, 2, 3].map(uuidOf));
    expect(await uuids(second)).toEqual([1, 3, 4].map(uuidOf));
    expect([await first.packEnd(), await second.packEnd()]).toEqual([
      { pack: 1, offset: 3 },
      { pack: 1, offset: 1 },
    ]);
    // Rows 1 and 3 were not written again.
    expect(ask(`SELECT uuid, gen_from, gen_to > 1000 FROM ${schema}.dataset ORDER BY uuid`)).toBe(
      [`${uuidOf(1)}|1|t`, `${uuidOf(2)}|1|f`, `${uuidOf(3)}|1|t`, `${uuidOf(4)}|2|t`].join('\n'),
    );
    // The third publication removes for good what only the first had: who still reads that is given an error, never fewer rows.
    await publish('delta', [5], [3]);
    expect(ask(`SELECT count(*) FROM ${schema}.dataset WHERE uuid = '${uuidOf(2)}'`)).toBe('0');
    await expect(uuids(first)).rejects.toMatchObject({ kind: 'transient', code: 'CATALOG_CHANGED' });
    expect(await uuids(second)).toEqual([1, 3, 4].map(uuidOf));
    first.close();
    second.close();
  });

  it('is read whole by whoever began before a publication', async () => {
    const many = Array.from({ length: 2500 }, (_, n) => n + 1);
    await publish('reading', many);
    const catalog = await schemas.open('reading');
    let seen = 0;
    for await (const batch of catalog.select({ columns: ['uuid'], where: ALWAYS })) {
      if (seen === 0) {
        await publish('reading', [3000], many.slice(0, 2000));
        await publish('reading', [3001]);
      }
      seen += batch.length;
    }
    expect(seen).toBe(2500);
    catalog.close();
  });

  it('stays readable for the ingest that began with it, however often that publishes', async () => {
    await publish('kept', [1, 2]);
    const first = await schemas.open('kept');
    for (const n of [3, 4, 5]) await publish('kept', [n], n === 3 ? [1] : [], 1);
    expect(await uuids(first)).toEqual([1, 2].map(uuidOf));
    // The next ingest began with a later one.
    await publish('kept', [6]);
    await expect(uuids(first)).rejects.toMatchObject({ code: 'CATALOG_CHANGED' });
    const last = await schemas.open('kept');
    expect(await uuids(last)).toEqual([2, 3, 4, 5, 6].map(uuidOf));
    const { schema } = schemas.placeOf('kept');
    expect(ask(`SELECT count(*) FROM ${schema}.dataset`)).toBe('5');
    first.close();
    last.close();
  });

  it('that was not finished is as if it had never been; one that the archive does not have is taken back', async () => {
    await publish('crash', [1, 2]);
    const place = schemas.placeOf('crash');
    const before = place.current;
    const unfinished = await schemas.draft('crash');
    await unfinished.remove([uuidOf(1)]);
    await unfinished.put([rowOf({ uuid: uuidOf(3) })]);
    unfinished.close();
    await expect.poll(() => ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")).toBe('0');
    // Committed, but the archive's folder of this generation was never made.
    await publish('crash', [4], [2]);
    if (before) place.current = before;
    await publish('crash', [5]);
    const catalog = await schemas.open('crash');
    expect(await uuids(catalog)).toEqual([1, 2, 5].map(uuidOf));
    catalog.close();
  });

  it('is made by one ingest at a time, and in a schema of its own', async () => {
    const one = await schemas.draft('locked');
    await expect(schemas.draft('locked')).rejects.toMatchObject({
      kind: 'transient',
      code: 'INGEST_RUNNING',
    });
    await one.put([rowOf({ uuid: uuidOf(1) })]);
    await one.finish({ pack: 1, offset: 0 });
    one.close();
    await expect.poll(() => ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")).toBe('0');
    const other = { ...schemas.draftPlace('locked'), current: { generation: 1, token: 'of another' } };
    await expect(PgDraft.open(other)).rejects.toMatchObject({ kind: 'data', code: 'BAD_CATALOG' });
    await expect(PgDraft.open({ ...other, current: undefined, number: 0 })).rejects.toMatchObject({
      code: 'BAD_CATALOG',
    });
  });

  it('holds any text', async () => {
    const draft = await schemas.draft('text');
    await draft.put([rowOf({ uuid: uuidOf(1), owner: 'a\0b\ud800c', target_name: `{"'\\N\t\u2028🔭` })]);
    const found: unknown[] = [];
    for await (const batch of draft.select({ columns: ['owner', 'target_name'], where: ALWAYS }))
      found.push(...batch);
    expect(found).toEqual([{ owner: 'a\ufffdb\ufffdc', target_name: `{"'\\N\t\u2028🔭` }]);
    expect(await draft.count(equals('owner', 'a\0b'))).toBe(0);
    draft.close();
  });
});

describe('a database that cannot be used says so', () => {
  const ref = { generation: 1, token: 't' };

  it('away, denied, or without the archive', async () => {
    const away = url.replace(encodeURIComponent('/tmp/'), encodeURIComponent('/nowhere/'));
    for (const [at, kind, code] of [
      [away, 'transient', 'CATALOG_AWAY'],
      ['postgresql://vignet@127.0.0.1:1/none', 'transient', 'CATALOG_AWAY'],
      [url.replace('vignet@', 'nobody_of_that_name@'), 'fatal', 'CATALOG_DENIED'],
      [url.replace(/test\d+/, 'no_such_database'), 'fatal', 'CATALOG_DENIED'],
      [url, 'transient', 'CATALOG_CHANGED'],
    ] as const)
      await expect(PgCatalog.open({ url: at, schema: 'none' }, ref), at).rejects.toMatchObject({
        kind,
        code,
      });
  });

  it('with too few rights', async () => {
    ask('CREATE ROLE reader LOGIN');
    const place = { ...schemas.draftPlace('denied'), url: url.replace('vignet@', 'reader@') };
    await expect(PgDraft.open(place)).rejects.toMatchObject({ kind: 'fatal', code: 'CATALOG_DENIED' });
  });

  it('ended in the midst of reading', async () => {
    await publish(
      'ended',
      Array.from({ length: 2500 }, (_, n) => n + 1),
    );
    const catalog = await schemas.open('ended');
    const read = async () => {
      for await (const _ of catalog.select({ columns: ['uuid'], where: ALWAYS }))
        ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'vignet'");
    };
    await expect(read()).rejects.toMatchObject({ kind: 'transient', code: 'CATALOG_AWAY' });
    // The next question gets a connection of its own.
    expect(await catalog.count(ALWAYS)).toBe(2500);
    catalog.close();
  });

  it('of a bad URL or schema', async () => {
    for (const bad of [
      'mysql://a/b',
      'no url',
      'postgresql://a:secret@b/c',
      'postgresql://a@b/c?password=secret',
    ]) {
      const refused = () => checkUrl(bad);
      expect(refused, bad).toThrow(expect.objectContaining({ kind: 'usage', code: 'BAD_CATALOG_URL' }));
      expect(refused).not.toThrow(/secret/);
    }
    const schema = 'a"; DROP SCHEMA x; --';
    await expect(PgCatalog.open({ url, schema }, ref)).rejects.toMatchObject({ code: 'BAD_CATALOG' });
  });
});
