// No file may grow beyond a number of bytes: as on a disk that fills, a write is done in part before the next one fails. Whatever the number,
// what was published stays whole, the command says why in our words, and the next ingest with room completes. Oracle: `checkArchive`. Faults of
// single calls, which do nothing at all, are in test/ingest/write-faults.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkArchive } from '../../src/archive/check.ts';
import { ingest } from '../../src/ingest/index.ts';
import { bin, run } from '../cli/run.ts';
import { datasets } from '../service/process.ts';
import { imageAt } from '../support/archive.ts';

const top = mkdtempSync(join(tmpdir(), 'vignet-full-'));
const [older, newer, base, archive] = ['older', 'newer', 'base', 'archive'].map((name) =>
  join(top, name),
) as [string, string, string, string];
const labels = { collection: 'full', repo: 'full' };
const [BEFORE, AFTER] = [10, 40];
const long = Boolean(process.env.VIGNET_LONG);

beforeAll(async () => {
  for (const folder of [older, newer]) mkdirSync(folder);
  for (let n = 0; n < AFTER; n++) {
    const gzipped = n % 9 === 8;
    const bytes = imageAt(n, 5);
    writeFileSync(
      join(n < BEFORE ? older : newer, `${n}.fits${gzipped ? '.gz' : ''}`),
      gzipped ? gzipSync(bytes) : bytes,
    );
  }
  await ingest(base, [older], labels);
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

/** Sizes at which some file of the archive is in the middle of a write; of the larger ones many, because the catalog is large. */
function limits(): number[] {
  const pack = statSync(join(base, 'packs/1.pack')).size;
  const few = [1, 40, pack - 1, pack + 1, pack + 937, pack + 5000, 6000];
  const many = Array.from({ length: 40 }, (_, n) => 10_000 + 15_001 * n);
  return long ? [...few, ...many] : [40, pack + 5000, 6000, 280_001];
}

async function faults(): Promise<string[]> {
  const found: string[] = [];
  for await (const { part, error } of checkArchive(archive)) found.push(`${part}: ${error.message}`);
  return found;
}

it('at any size of a file the archive stays whole, and what failed is said', async () => {
  const command = ['ingest', '--archive', archive, '--collection', 'full', '--repo', 'full', older, newer];
  const codes = new Set<number>();
  for (const bytes of limits()) {
    rmSync(archive, { recursive: true, force: true });
    cpSync(base, archive, { recursive: true });
    // An error in place of the signal that ends a process.
    const script = `trap '' XFSZ; exec prlimit --fsize=${bytes} "$@"`;
    const { code, stdout, stderr } = await run('sh', ['-c', script, 'sh', process.execPath, bin, ...command]);
    codes.add(code);
    expect(await faults(), `${bytes}`).toEqual([]);
    const found = datasets(archive).length;
    if (code === 0 && !stdout.includes('failure')) expect([bytes, found]).toEqual([bytes, AFTER]);
    else expect([BEFORE, AFTER], `${bytes}: ${stdout}${stderr}`).toContain(found);
    if (found === BEFORE)
      expect(`${bytes} ${stdout} ${stderr}`).toMatch(
        /the archive cannot be written: .* run the same command again/,
      );
    await ingest(archive, [older, newer], labels);
    expect(datasets(archive)).toHaveLength(AFTER);
    expect(await faults()).toEqual([]);
    expect(readdirSync(join(archive, 'generations')).filter((name) => !/^\d+$/.test(name))).toEqual([]);
  }
  expect([...codes]).toContain(1);
});
