// Eleven releases side by side in one archive, each from its own Butler with its own label and collection, and each dropped as a whole.
// Oracles: what was simulated; the archive of the other releases alone, in both databases.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR } from '../../src/access/principal.ts';
import { openArchive } from '../../src/archive/archive.ts';
import { checkArchive } from '../../src/archive/check.ts';
import { ALWAYS } from '../../src/catalog/predicate.ts';
import { columnNames, SIDE_TABLES } from '../../src/catalog/tables.ts';
import { dropRelease, ingest, ingestButler } from '../../src/ingest/index.ts';
import { type SimulateOptions, simulate } from '../../src/simulate/index.ts';
import { folder } from '../support/archive.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const scratch = mkdtempSync(join(tmpdir(), 'vignet-releases-'));
const labels = Array.from({ length: 11 }, (_, n) => `dr${n + 1}`);
const tiny = {
  ...{ preset: 'release', scale: 0.03, visits: 2, detectors: 1, bands: ['r'], coaddBands: ['r'] },
  ...{ tracts: 1, patches: 2, recipe: 'none', workers: 0 },
} as const satisfies Omit<SimulateOptions, 'out'>;
const TYPES = ['bias', 'dark', 'deep_coadd', 'defects', 'difference_image', 'flat', 'raw'];
let server: TestPostgres;

beforeAll(async () => {
  // Of the same sky and, from the third on, of others.
  for (const [n, label] of labels.entries())
    await simulate({ ...tiny, out: join(scratch, label), label, seed: Math.max(1, n) });
  server = await startPostgres();
});
afterAll(async () => {
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function take(archive: string, names: readonly string[], catalog?: string): Promise<void> {
  for (const label of names) {
    const selection = { repository: join(scratch, label), collections: [label] };
    const options = { repo: label, collection: `Sim.${label.toUpperCase()}`, seek: false };
    const report = await ingestButler(archive, selection, { ...options, ...(catalog && { catalog }) });
    expect(report.failures).toEqual([]);
  }
}

/** All rows of all tables, without the places in packs. */
async function contents(archive: string): Promise<Record<string, string[]>> {
  const opened = await openArchive(archive);
  const view = opened.as(OPERATOR);
  const tables: Record<string, string[]> = { dataset: [] };
  try {
    for await (const batch of view.list())
      for (const { pack: _, pack_offset: __, ...row } of batch) tables.dataset?.push(JSON.stringify(row));
    for (const from of SIDE_TABLES) {
      const found: string[] = [];
      const query = { from, columns: columnNames(from), where: ALWAYS };
      for await (const batch of view.rows(query as never))
        found.push(...(batch as object[]).map((row) => JSON.stringify(row)));
      tables[from] = found;
    }
  } finally {
    await opened.close();
  }
  for (const rows of Object.values(tables)) rows.sort();
  return tables;
}

async function faultsOf(archive: string) {
  const faults = [];
  for await (const fault of checkArchive(archive, { files: true })) faults.push(fault);
  return faults;
}

describe.each(['DuckDB', 'PostgreSQL'])('eleven releases in %s', (engine) => {
  const archive = join(scratch, engine);
  const catalogOf = () => (engine === 'DuckDB' ? undefined : server.database());

  it('stand side by side, each with its label and collection and every type', async () => {
    await take(archive, labels, catalogOf());
    const opened = await openArchive(archive);
    const census = await opened.as(OPERATOR).census();
    await opened.close();
    for (const label of labels) {
      const own = census.filter(({ repo }) => repo === label);
      expect(new Set(own.map(({ name }) => name))).toEqual(new Set([`Sim.${label.toUpperCase()}`]));
      const types = [...TYPES, 'template_coadd', 'visit_image'];
      expect(own.map(({ type }) => type).sort()).toEqual(types);
    }
    expect(new Set(census.map(({ repo }) => repo)).size).toBe(11);
  });

  it('is one fewer after a drop, and the others are as if it had never been there', async () => {
    const before = await openArchive(archive);
    const view = before.as(OPERATOR);
    const all = await view.count();
    const [one] = (await view.census()).filter(({ repo }) => repo === 'dr4');
    // A list that has begun ends on the generation that it began on.
    const list = view.list()[Symbol.asyncIterator]();
    const first = await list.next();
    const dropped = await dropRelease(archive, 'DR4');
    let listed = first.done ? 0 : first.value.length;
    for (let next = await list.next(); !next.done; next = await list.next()) listed += next.value.length;
    expect(listed).toBe(all);
    expect(dropped?.release).toBe('dr4');
    expect(dropped?.types).toContainEqual({
      collection: 'Sim.DR4',
      type: one?.type,
      datasets: one?.datasets,
    });
    await before.close();
    const others = join(scratch, `${engine}-others`);
    await take(
      others,
      labels.filter((label) => label !== 'dr4'),
      catalogOf(),
    );
    const [left, expected] = [await contents(archive), await contents(others)];
    for (const [table, rows] of Object.entries(expected)) expect(left[table], table).toEqual(rows);
    expect(left.dataset).toHaveLength(all - (dropped?.datasets ?? 0));
    expect(await faultsOf(archive)).toEqual([]);
    const config = JSON.parse(readFileSync(join(archive, 'archive.json'), 'utf8'));
    expect(Object.keys(config.repos).sort()).toEqual(labels.filter((label) => label !== 'dr4').sort());
  });

  it('can be taken back', async () => {
    await take(archive, ['dr4']);
    const opened = await openArchive(archive);
    const census = await opened.as(OPERATOR).census();
    await opened.close();
    expect(census.filter(({ repo }) => repo === 'dr4')).toHaveLength(9);
    expect(await faultsOf(archive)).toEqual([]);
  });

  it('names those that are there for a label that is not', async () => {
    await expect(dropRelease(archive, 'dr99')).rejects.toMatchObject({
      code: 'UNKNOWN_RELEASE',
      message: expect.stringMatching(/received 'dr99'; there: .*dr11/),
    });
  });

  it('is dropped whole or not at all when it is killed', async () => {
    const script = `import { dropRelease } from ${JSON.stringify(new URL('../../dist/ingest/drop-release.js', import.meta.url).href)};
      import { writeSync } from 'node:fs';
      await dropRelease(${JSON.stringify(archive)}, 'dr5', async () => { writeSync(1, 'asked'); return true; });`;
    const size = (rows: Record<string, string[]>) =>
      (rows.dataset ?? []).filter((row) => row.includes('"dr5"')).length;
    const whole = await contents(archive);
    let left = whole;
    for (let wait = 0; size(left) > 0; wait += 40) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' });
      await once(child.stdout, 'data');
      await sleep(wait);
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      left = await contents(archive);
      if (size(left) > 0) expect(left).toEqual(whole);
      expect(await faultsOf(archive)).toEqual([]);
    }
    expect(size(whole)).toBeGreaterThan(10);
  });
});

it('leaves what another release has of it: its tables and, as a name, an input', async () => {
  const archive = folder();
  // Both labels in one collection: the same visits, of which the second's stay.
  for (const label of ['dr1', 'dr2'])
    await ingestButler(
      archive,
      { repository: join(scratch, label), collections: [label] },
      { repo: label, collection: 'Shared', seek: false },
    );
  const before = await contents(archive);
  await dropRelease(archive, 'dr1');
  const after = await contents(archive);
  for (const table of ['visit', 'visit_detector', 'tract', 'patch']) {
    expect(after[table]).toHaveLength(before[table]?.length ?? 0);
    expect(after[table]?.length).toBeGreaterThan(0);
  }
  expect(after.run?.every((row) => row.includes('"dr2/'))).toBe(true);
  expect(await faultsOf(archive)).toEqual([]);
});

it('an archive that is not there, and one of files without any release', async () => {
  await expect(dropRelease(join(scratch, 'none'), 'dr1')).rejects.toMatchObject({ code: 'NO_ARCHIVE' });
  const archive = folder();
  await ingest(archive, [folder()], { collection: 'a', repo: 'a' });
  await expect(dropRelease(archive, 'a')).rejects.toMatchObject({
    code: 'UNKNOWN_RELEASE',
    message: expect.stringContaining('the archive has none'),
  });
});
