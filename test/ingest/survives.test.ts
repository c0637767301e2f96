// What an archive survives: kills, damage, readers beside a writer.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { type Archive, openArchive } from '../../src/archive/archive.ts';
import { ingest } from '../../src/ingest/ingest.ts';
import { folder, imageAt } from '../support/archive.ts';

const labels = { collection: 'Test', repo: 'test' };

function images(n: number, root = folder(), from = 0): string {
  for (let i = from; i < from + n; i++) {
    writeFileSync(
      join(root, `${String(i).padStart(5, '0')}.fits`),
      imageAt((i * 0.1) % 360, Math.floor(i / 3600)),
    );
  }
  return root;
}

async function idsOf(archive: Archive): Promise<string[]> {
  const ids: string[] = [];
  for await (const piece of archive.as(ANONYMOUS).list()) ids.push(...piece.map((row) => row.id));
  return ids;
}

/** Everything listed can be resolved, and everything is there once. */
async function expectWhole(dir: string, count: number): Promise<void> {
  const archive = await openArchive(dir);
  const ids = await idsOf(archive);
  expect(new Set(ids).size).toBe(count);
  expect(ids).toHaveLength(count);
  expect(await archive.as(ANONYMOUS).count()).toBe(count);
  for (const id of ids) expect((await archive.as(ANONYMOUS).resolve(id)).layout.length).toBeGreaterThan(100);
  await archive.close();
}

/**
 * An ingest in a process of its own, which sends itself `signal` when it has ingested `files`. Resolves when that is done,
 * to the bytes that had been appended to the pack.
 */
async function ingestUntil(
  [files, signal]: [number, 'SIGKILL' | 'SIGSTOP'],
  dir: string,
  root: string,
  publishEveryMs = 3_600_000,
) {
  const built = new URL('../../dist/ingest/ingest.js', import.meta.url).href;
  const script = `import { ingest } from ${JSON.stringify(built)};
    import { writeSync } from 'node:fs';
    const options = ${JSON.stringify({ ...labels, publishEveryMs })};
    await ingest(${JSON.stringify(dir)}, [${JSON.stringify(root)}], options, ({ ingested }) => {
      if (ingested < ${files}) return;
      writeSync(1, 'here');
      process.kill(process.pid, '${signal}');
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  if (signal === 'SIGKILL') expect((await once(child, 'exit'))[1]).toBe(signal);
  return child;
}

const packBytes = (dir: string) => statSync(join(dir, 'packs', '1.pack')).size;

describe('an ingest killed with -9', () => {
  it('before it published anything leaves nothing, and runs again', async () => {
    const [root, dir] = [images(400), folder()];
    await ingestUntil([300, 'SIGKILL'], dir, root);
    expect(packBytes(dir)).toBeGreaterThan(20_000);
    expect(existsSync(join(dir, 'CURRENT'))).toBe(false);
    expect(existsSync(join(dir, 'ingest.lock'))).toBe(true);
    expect(await ingest(dir, [root], labels)).toMatchObject({ ingested: 400, failed: 0 });
    await expectWhole(dir, 400);
  });

  it('between publications keeps what was published, and goes on from there', async () => {
    const [root, dir] = [images(1500), folder()];
    await ingestUntil([700, 'SIGKILL'], dir, root, 1);
    const half = await openArchive(dir);
    const before = await half.as(ANONYMOUS).count();
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(700);
    await half.close();
    expect(await ingest(dir, [root], labels)).toMatchObject({
      ingested: 1500 - before,
      unchanged: before,
      failed: 0,
    });
    await expectWhole(dir, 1500);
    expect(readdirSync(join(dir, 'generations')).filter((name) => name === 'next')).toEqual([]);
  });

  it('keeps a second one out while it runs', async () => {
    const [root, dir] = [images(400), folder()];
    const child = await ingestUntil([100, 'SIGSTOP'], dir, root);
    await expect(ingest(dir, [root], labels)).rejects.toMatchObject({
      kind: 'transient',
      code: 'INGEST_RUNNING',
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
});

describe('a reader beside an ingest', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('sees the new generation after a second, while a list it had begun goes on', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] });
    const [root, dir] = [images(2500), folder()];
    await ingest(dir, [root], labels);
    const archive = await openArchive(dir);
    const list = archive.as(ANONYMOUS).list();
    let rows = (await list.next()).value?.length ?? 0;
    for (let n = 0; n < 3; n++) {
      images(1, root, 2500 + n);
      await ingest(dir, [root], labels);
    }
    vi.advanceTimersByTime(999);
    expect(await archive.as(ANONYMOUS).count()).toBe(2500);
    vi.advanceTimersByTime(1);
    expect(await archive.as(ANONYMOUS).count()).toBe(2503);
    expect(await archive.as(ANONYMOUS).find({ point: [250.2, 0] })).not.toHaveLength(0);
    for await (const piece of list) rows += piece.length;
    expect(rows).toBe(2500);
    expect(readdirSync(join(dir, 'generations'))).toHaveLength(2);
    await archive.close();
  });

  it('that opened an empty archive sees its first datasets', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] });
    const [root, dir] = [folder(), folder()];
    writeFileSync(join(root, 'bad.fits'), 'nothing');
    await ingest(dir, [root], labels);
    const archive = await openArchive(dir);
    expect([
      await archive.as(ANONYMOUS).count(),
      await idsOf(archive),
      await archive.as(ANONYMOUS).find({ point: [0, 0] }),
    ]).toEqual([0, [], []]);
    await ingest(dir, [images(2)], labels);
    vi.advanceTimersByTime(1000);
    expect(await archive.as(ANONYMOUS).count()).toBe(2);
    await archive.close();
  });
});

describe('damage', () => {
  it('to CURRENT is no loss: the newest whole generation is used, and the next ingest mends it', async () => {
    const [root, dir] = [images(2), folder()];
    await ingest(dir, [root], labels);
    await ingest(dir, [images(1, root, 2)], labels);
    for (const content of ['', 'garbage', '99\n', '-1', '0', '1e0', '2\u0000\u0000']) {
      writeFileSync(join(dir, 'CURRENT'), content);
      await expectWhole(dir, 3);
    }
    rmSync(join(dir, 'CURRENT'));
    await expectWhole(dir, 3);
    await ingest(dir, [images(1, root, 3)], labels);
    expect(readFileSync(join(dir, 'CURRENT'), 'utf8')).toBe('3\n');
    await expectWhole(dir, 4);
  });

  it('to a pack is said for the datasets it hit, and mended by --force', async () => {
    const [root, dir] = [images(3), folder()];
    await ingest(dir, [root], labels);
    const path = join(dir, 'packs', '1.pack');
    const bytes = readFileSync(path);
    bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 0xff;
    writeFileSync(path, bytes);
    const archive = await openArchive(dir);
    const results = await Promise.allSettled(
      (await idsOf(archive)).map((id) => archive.as(ANONYMOUS).resolve(id)),
    );
    const failed = results.filter((one) => one.status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(failed[0]?.reason).toMatchObject({ kind: 'data', code: 'BAD_PACK' });
    await archive.close();
    await ingest(dir, [root], { ...labels, force: true });
    await expectWhole(dir, 3);
  });

  it('to the index or the catalog is an error that says so', async () => {
    const dir = folder();
    await ingest(dir, [images(2)], labels);
    const [index, catalog] = ['index.vgi', 'catalog.duckdb'].map((name) =>
      join(dir, 'generations', '1', name),
    ) as [string, string];
    const good = readFileSync(catalog);
    writeFileSync(catalog, good.subarray(0, 5000));
    const archive = await openArchive(dir);
    await expect(idsOf(archive)).rejects.toMatchObject({ kind: 'data', code: 'BAD_CATALOG' });
    await archive.close();
    writeFileSync(catalog, good);
    writeFileSync(index, readFileSync(index).subarray(0, 40));
    await expect(openArchive(dir)).rejects.toMatchObject({ kind: 'data', code: 'BAD_INDEX' });
  });

  it.each([
    ['no JSON', '{'],
    ['another version', '{"version":2}'],
    ['a relative root', '{"version":1,"authority":"example.org","roots":{"a":"../x"},"repos":{}}'],
    ['no authority', '{"version":1,"roots":{},"repos":{}}'],
  ])('to archive.json (%s) is an error that says so', async (_, text) => {
    const dir = folder();
    writeFileSync(join(dir, 'archive.json'), text);
    await expect(openArchive(dir)).rejects.toMatchObject({ kind: 'data', code: 'BAD_ARCHIVE' });
  });
});
