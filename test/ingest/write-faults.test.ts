// Every call by which ingest writes may fail, with any error: what was published stays whole, the command says so in our words, nothing
// half-made stays behind, and the next ingest completes. Oracle: strace, which lets the n-th call of a kind fail; `checkArchive`, which reads
// everything. A selection here; all calls, with two errors each, in the long form.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { openArchive } from '../../src/archive/archive.ts';
import { checkArchive } from '../../src/archive/check.ts';
import { ingest } from '../../src/ingest/index.ts';
import { imageAt } from '../support/archive.ts';

const execute = promisify(execFile);
const program = resolve(import.meta.dirname, '../../bin/vignet.mjs');
const scratch = mkdtempSync(join(tmpdir(), 'vignet-faults-'));
const older = join(scratch, 'older');
const newer = join(scratch, 'newer');
const base = join(scratch, 'base');
const archive = join(scratch, 'archive');
const labels = { collection: 'faults', repo: 'faults' };
const BEFORE = 3;
const AFTER = 5;

interface Fault {
  readonly name: string;
  readonly call: string;
  readonly nth: number;
  /** Only calls on this file of the archive; else on any. */
  readonly file?: string;
}

const each = (call: string, count: number, file?: string): Fault[] =>
  Array.from({ length: count }, (_, n) => ({
    name: `${call} ${n + 1}${file ? ` of ${file}` : ''}`,
    call,
    nth: n + 1,
    ...(file && { file }),
  }));

/** More of each than one ingest makes: the last ones do not happen, and the ingest succeeds. */
const faults: readonly Fault[] = [
  ...each('fsync', 8),
  ...each('rename', 3),
  ...each('mkdir', 2),
  ...each('ftruncate', 2),
  ...each('link', 1),
  ...each('pwrite64', 4),
  ...each('write', 3),
  ...each('write', 2, 'packs/1.pack'),
  ...each('write', 3, 'generations/next/catalog.duckdb.wal'),
];
const long = Boolean(process.env.VIGNET_LONG);
const chosen = faults.filter((_, n) => long || n % 3 === 0);

beforeAll(async () => {
  for (const [folder, from, to] of [
    [older, 0, BEFORE],
    [newer, BEFORE, AFTER],
  ] satisfies [string, number, number][]) {
    mkdirSync(folder);
    for (let n = from; n < to; n++) writeFileSync(join(folder, `${n}.fits`), imageAt(10 + n, 5));
  }
  await ingest(base, [older], labels);
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function datasets(): Promise<number> {
  const opened = await openArchive(archive);
  let count = 0;
  for await (const rows of opened.as(ANONYMOUS).list()) count += rows.length;
  await opened.close();
  return count;
}

async function whatIsWrong(): Promise<string[]> {
  const found: string[] = [];
  for await (const { part, error } of checkArchive(archive)) found.push(`${part}: ${error.message}`);
  return found;
}

/** Everything in the archive's folder and in that of its generations that has no place in one. */
const leftOver = () => [
  ...readdirSync(archive).filter(
    (name) => !/^(?:CURRENT|archive\.json|generations|packs|scratch)$/.test(name),
  ),
  ...readdirSync(join(archive, 'generations')).filter((name) => !/^\d+$/.test(name)),
];

async function ingestWith(
  { call, nth, file }: Fault,
  error: string,
): Promise<{ code: number; said: string }> {
  const only = file ? ['-P', join(archive, file)] : [];
  const inject = [
    '-f',
    '-qq',
    '-o',
    '/dev/null',
    '-e',
    `trace=${call}`,
    '-e',
    `inject=${call}:error=${error}:when=${nth}`,
  ];
  const command = [program, 'ingest', '--archive', archive, '--collection', 'faults', '--repo', 'faults'];
  try {
    await execute('strace', [...inject, ...only, process.execPath, ...command, older, newer]);
    return { code: 0, said: '' };
  } catch (failure) {
    const { code, stderr } = failure as { code?: number; stderr: string };
    return { code: code ?? -1, said: stderr };
  }
}

it.each(
  chosen.flatMap((fault) => (long ? ['ENOSPC', 'EIO'] : ['ENOSPC']).map((error) => ({ ...fault, error }))),
)('$name: $error leaves the archive whole', async ({ error, ...fault }) => {
  rmSync(archive, { recursive: true, force: true });
  cpSync(base, archive, { recursive: true });
  const { code, said } = await ingestWith(fault, error);
  expect(await whatIsWrong()).toEqual([]);
  const found = await datasets();
  if (code === 0) expect(found).toBe(AFTER);
  else expect([BEFORE, AFTER]).toContain(found);
  // Node itself ends, without a word, when it cannot wake its own threads: as a kill.
  if (code === 1)
    expect(said).toMatch(/vignet: the archive cannot be written: .+ run the same command again/);
  if (code >= 0) expect(leftOver()).toEqual([]);
  await ingest(archive, [older, newer], labels);
  expect(await datasets()).toBe(AFTER);
  expect(await whatIsWrong()).toEqual([]);
  expect(existsSync(join(archive, 'generations', 'next'))).toBe(false);
}, 60_000);
