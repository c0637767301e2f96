// A SQLite registry is read without a trace beside it, and what cannot be read so is refused in words. Files are made by Python's
// sqlite3, whose SQLite is Debian's own.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, vi } from 'vitest';
import type { Database, ReadLimits } from '../../../src/ingest/butler/database.ts';
import { openDatabase } from '../../../src/ingest/butler/open-database.ts';
import { readPages } from '../../../src/ingest/butler/registry/pages.ts';
import { sql } from '../../../src/ingest/butler/sql.ts';
import { folder } from '../../support/archive.ts';
import { makeEndless } from '../../support/endless-table.ts';

function python(path: string, ...statements: string[]): void {
  const program =
    'import sqlite3, sys\nc = sqlite3.connect(sys.argv[1])\nfor s in sys.argv[2:]: c.execute(s)\nc.commit()\nc.close()';
  execFileSync('/usr/bin/python3', ['-c', program, path, ...statements]);
}

/** Numbers 1 to 5,000 with a text of 200 characters: some 300 pages. */
const FILL =
  "WITH RECURSIVE c(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM c WHERE n < 5000) INSERT INTO t SELECT n, printf('%0200d', n) FROM c";

function filled(): string {
  const path = join(folder(), 'gen3.sqlite3');
  python(path, 'CREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT)', FILL);
  return path;
}

async function using<T>(
  path: string,
  work: (database: Database) => Promise<T>,
  limits: ReadLimits = {},
): Promise<T> {
  const database = await openDatabase({ kind: 'sqlite', path }, [], limits);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

const count = sql`SELECT count(*) AS n, sum(length(word)) AS letters FROM t`;

describe('a SQLite registry', () => {
  it('is read where nothing can be written, leaves no trace, and values are bound', async () => {
    const path = filled();
    const parent = join(path, '..');
    const bytes = readFileSync(path);
    chmodSync(path, 0o444);
    chmodSync(parent, 0o555);
    try {
      await using(path, async (database) => {
        expect(await database.rows(count)).toEqual([{ n: 5000, letters: 1_000_000 }]);
        expect(await database.columns('t')).toEqual(['id', 'word']);
        expect(await database.columns('nothing')).toBeUndefined();
        const odd = "'; DROP TABLE t; --";
        expect(await database.rows(sql`SELECT ${odd} AS a, ${9_007_199_254_740_993n} AS b`)).toEqual([
          { a: odd, b: 9_007_199_254_740_993n },
        ]);
        // Also while it is open.
        expect(readdirSync(parent)).toEqual(['gen3.sqlite3']);
      });
    } finally {
      chmodSync(parent, 0o755);
    }
    expect(readdirSync(parent)).toEqual(['gen3.sqlite3']);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('gives no row of a transaction that is not finished, and says that it is locked', async () => {
    const path = filled();
    const program = `
import sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
# In a cache of a few pages, so that changed pages go to the file before the end.
c.execute('PRAGMA cache_size=5')
c.execute('BEGIN IMMEDIATE')
c.execute('DELETE FROM t WHERE id > 4999')
print('begun', flush=True)
sys.stdin.readline()
c.execute("UPDATE t SET word = 'x'")
c.execute('DELETE FROM t WHERE id > 10')
print('locked', flush=True)
sys.stdin.readline()
c.execute('COMMIT')
print('done', flush=True)
sys.stdin.readline()
`;
    const writer = spawn('/usr/bin/python3', ['-c', program, path], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: writer.stdout });
    try {
      await once(lines, 'line');
      // Nothing is in the file yet: it is as before.
      expect(await using(path, (database) => database.rows(count))).toEqual([
        { n: 5000, letters: 1_000_000 },
      ]);
      writer.stdin.write('\n');
      await once(lines, 'line');
      await expect(using(path, (database) => database.rows(count))).rejects.toMatchObject({
        ...{ kind: 'transient', code: 'REGISTRY_BUSY' },
        message: expect.stringContaining('locked'),
      });
      writer.stdin.write('\n');
      await once(lines, 'line');
      expect(await using(path, (database) => database.rows(count))).toEqual([{ n: 10, letters: 10 }]);
    } finally {
      writer.stdin.end('\n');
      await once(writer, 'exit');
    }
  });

  it('sees what was committed between two statements', async () => {
    const path = filled();
    await using(path, async (database) => {
      expect(await database.rows(count)).toMatchObject([{ n: 5000 }]);
      python(path, 'DELETE FROM t WHERE id <= 4000');
      expect(await database.rows(count)).toMatchObject([{ n: 1000 }]);
    });
  });

  const open = (path: string) => using(path, (database) => database.rows(sql`SELECT * FROM t ORDER BY id`));

  it('is refused in WAL mode, where another program would have to write beside it', async () => {
    const path = join(folder(), 'gen3.sqlite3');
    python(path, 'PRAGMA journal_mode=WAL', 'CREATE TABLE t (id INTEGER PRIMARY KEY)');
    await expect(open(path)).rejects.toMatchObject({
      ...{ kind: 'data', code: 'BAD_BUTLER_DATABASE' },
      message: expect.stringContaining('PRAGMA journal_mode=DELETE'),
    });
  });

  it.each<[string, (path: string) => void, string]>([
    ['is another file', (path) => writeFileSync(path, 'SIMPLE  =            T'.repeat(100)), 'another file'],
    ['is empty', (path) => truncateSync(path, 0), 'another file'],
    ['is cut off', (path) => truncateSync(path, 50_000), 'damaged'],
    [
      'has bytes of another file in it',
      (path) => {
        const bytes = readFileSync(path);
        writeFileSync(path, bytes.fill(0x5a, 4096, bytes.length));
      },
      'damaged',
    ],
  ])('is refused when it %s', async (_, damage, words) => {
    const path = join(folder(), 'gen3.sqlite3');
    copyFileSync(filled(), path);
    damage(path);
    await expect(open(path)).rejects.toMatchObject({
      ...{ kind: 'data', code: 'BAD_BUTLER_DATABASE' },
      message: expect.stringContaining(words),
    });
  });

  it('is refused when it is missing, a folder or a pipe', async () => {
    const pipe = join(folder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const path of [join(folder(), 'nothing.sqlite3'), folder(), pipe])
      await expect(open(path)).rejects.toMatchObject({ code: 'BAD_BUTLER_DATABASE' });
  });

  it('gives no answer that fills the memory', async () => {
    const path = join(folder(), 'gen3.sqlite3');
    const fill =
      "WITH RECURSIVE c(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM c WHERE n < 9) INSERT INTO t SELECT n, printf('%.*c', 10000000, 'x') FROM c";
    python(path, 'CREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT)', fill);
    await expect(open(path)).rejects.toMatchObject({
      ...{ code: 'BAD_BUTLER_DATABASE', message: expect.stringContaining('longer texts') },
    });
    const one = sql`SELECT length(word) AS n FROM t WHERE id = 1`;
    expect(await using(path, (database) => database.rows(one))).toEqual([{ n: 10_000_000 }]);
  });

  it.each<[string, () => ReadLimits, object]>([
    [
      'at the limit of a statement',
      () => ({ statementMs: 700 }),
      {
        ...{ kind: 'data', code: 'BAD_BUTLER_DATABASE' },
        message: expect.stringContaining('PRAGMA integrity_check'),
      },
    ],
    [
      'when the ingest is stopped',
      () => ({ signal: AbortSignal.timeout(700) }),
      { kind: 'transient', code: 'REGISTRY_BUSY', message: expect.stringContaining('stopped') },
    ],
  ])('whose pages have no end is left %s, and nothing of it remains', async (_, limits, error) => {
    const path = filled();
    makeEndless(path, 't');
    const temporary = folder();
    vi.stubEnv('TMPDIR', temporary);
    try {
      const reading = using(
        path,
        async (database) => {
          expect(await database.columns('t')).toEqual(['id', 'word']);
          expect(readdirSync(temporary)).toHaveLength(1);
          await database.rows(count);
        },
        limits(),
      );
      await expect(reading).rejects.toMatchObject(error);
      expect(readdirSync(temporary)).toEqual([]);
      expect(await using(filled(), (database) => database.rows(count))).toMatchObject([{ n: 5000 }]);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('has no views, virtual tables or computed columns in the place of tables: they could run for ever', async () => {
    const path = join(folder(), 'gen3.sqlite3');
    python(
      path,
      'CREATE VIEW endless AS WITH RECURSIVE c(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM c) SELECT n FROM c',
      'CREATE VIRTUAL TABLE virtual USING fts5(word)',
      'CREATE TABLE computed (id INTEGER, big TEXT GENERATED ALWAYS AS (zeroblob(1000000000)))',
    );
    await using(path, async (database) => {
      for (const [name, words] of [
        ['endless', 'a view'],
        ['virtual', 'virtual table'],
        ['computed', 'computed ones'],
      ] as const)
        await expect(database.columns(name)).rejects.toThrow(words);
    });
  });

  it('has no view in the place of a table that is read as a whole', async () => {
    const path = join(folder(), 'gen3.sqlite3');
    python(path, 'CREATE VIEW collection_chain AS SELECT 1 AS parent, 1 AS position, 1 AS child');
    await using(path, async (database) => {
      const rows = readPages(database, 'collection_chain', ['parent', 'position']);
      await expect(rows.next()).rejects.toThrow('a view');
    });
  });
});
