// Every call by which ingest writes may fail, with any error, and it may be killed before any of them: what was published stays whole, the
// command says so in our words, nothing half-made stays behind, and the next ingest completes. Some files are gzipped, so that the scratch
// folder is written, too. Oracle: `checkArchive`, which reads everything. A selection here; all calls, with each error, in the long form.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { openArchive } from '../../src/archive/archive.ts';
import { checkArchive } from '../../src/archive/check.ts';
import { ingest } from '../../src/ingest/index.ts';
import { imageAt } from '../support/archive.ts';
import { type Ending, each, type Fault, some, vignetWithFault } from '../support/system-faults.ts';

const scratch = mkdtempSync(join(tmpdir(), 'vignet-faults-'));
const older = join(scratch, 'older');
const newer = join(scratch, 'newer');
const base = join(scratch, 'base');
const archive = join(scratch, 'archive');
const labels = { collection: 'faults', repo: 'faults' };
const BEFORE = 3;
const AFTER = 6;

const inside = (name: string) => join(archive, name);
/** Files that one ingest opens by these names; others have names of their own each time. */
const opened = [
  ...['CURRENT', 'archive.json', 'ingest.lock', 'packs', 'packs/1.pack', 'scratch', 'generations'],
  ...['generations/next', 'generations/next/catalog.duckdb', 'generations/next/catalog.duckdb.wal'],
  ...['generations/next/index.vgi', 'generations/2'],
];

/** More of each than one ingest makes: the last ones do not happen, and the ingest succeeds. */
const faults: readonly Fault[] = [
  ...each('fsync', 10),
  ...each('rename', 5),
  ...each('mkdir', 4),
  ...each('ftruncate', 2),
  ...each('link', 1),
  ...each('unlink', 4),
  ...each('utimensat', 3),
  ...each('pwrite64', 8),
  ...each('write', 12),
  ...each('copy_file_range', 2),
  ...each('ioctl', 3),
  ...each('write', 4, inside('packs/1.pack')),
  ...each('write', 6, inside('generations/next/catalog.duckdb.wal')),
  ...opened.flatMap((name) => each('open,openat', 2, inside(name))),
  ...['packs/1.pack', 'generations/next/catalog.duckdb', 'generations/next/index.vgi'].flatMap((name) =>
    each('close', 2, inside(name)),
  ),
];
const long = Boolean(process.env.VIGNET_LONG);
const of = (chosen: readonly Fault[], ending: Ending) => chosen.map((fault) => ({ fault, ending }));
const cases = long
  ? (['ENOSPC', 'EIO', 'EACCES', 'SIGKILL'] as const).flatMap((ending) => of(faults, ending))
  : [
      ...of(some(faults, 9), 'ENOSPC'),
      ...of(some(faults, 23, 4), 'EIO'),
      ...of(some(faults, 13, 3), 'SIGKILL'),
    ];
const nameOf = ({ call, nth, file = '' }: Fault) => `${call} ${nth} ${file.slice(archive.length + 1)}`;

beforeAll(async () => {
  for (const [folder, from, to] of [
    [older, 0, BEFORE],
    [newer, BEFORE, AFTER],
  ] satisfies [string, number, number][]) {
    mkdirSync(folder);
    for (let n = from; n < to; n++) {
      const bytes = imageAt(10 + n, 5);
      const gzipped = n === BEFORE + 1;
      writeFileSync(join(folder, `${n}.fits${gzipped ? '.gz' : ''}`), gzipped ? gzipSync(bytes) : bytes);
    }
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

const command = ['ingest', '--archive', archive, '--collection', 'faults', '--repo', 'faults', older, newer];

it.each(
  cases.map(({ fault, ending }) => ({ fault, ending, name: nameOf(fault) })),
)('$name: $ending leaves the archive whole', async ({ fault, ending }) => {
  rmSync(archive, { recursive: true, force: true });
  cpSync(base, archive, { recursive: true });
  const { code, said } = await vignetWithFault(command, fault, ending);
  expect(await whatIsWrong()).toEqual([]);
  const found = await datasets();
  const killed = code < 0;
  if (code === 0) expect([AFTER, AFTER - 1]).toContain(found);
  else expect([BEFORE, AFTER]).toContain(found);
  // A file that cannot be inflated is one failure of an ingest that goes on; then, too, it is said. Node itself ends, without a word, when it
  // cannot wake its own threads: as a kill.
  if (code === 1)
    expect(said).toMatch(
      /vignet: the archive cannot be written: .+ run the same command again|cannot be inflated|no space for the inflated copy/,
    );
  // A lock that cannot be read or removed stays; its holder is dead, and the next ingest takes it over.
  if (!killed && fault.call !== 'unlink' && !fault.file?.endsWith('.lock')) expect(leftOver()).toEqual([]);
  await ingest(archive, [older, newer], labels);
  expect(await datasets()).toBe(AFTER);
  expect(await whatIsWrong()).toEqual([]);
  expect(existsSync(join(archive, 'generations', 'next'))).toBe(false);
  expect(leftOver()).toEqual([]);
  expect(readdirSync(join(archive, 'scratch')).filter((name) => name.startsWith('.'))).toEqual([]);
}, 60_000);
