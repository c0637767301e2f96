// What is damaged in an archive is said, by every reader and by the check of the whole; never another dataset's pixels.
// Oracle: the rows and the entries as they were written.
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { native } from '../../src/addon/addon.ts';
import type { IndexRow } from '../../src/addon/dataset-index.ts';
import { openArchive } from '../../src/archive/archive.ts';
import { checkArchive } from '../../src/archive/check.ts';
import { OPERATOR } from '../../src/index.ts';
import { ingest } from '../../src/ingest/index.ts';
import { vignet } from '../cli/run.ts';
import { folder, imageAt } from '../support/archive.ts';

const LABELS = { collection: 'Check', repo: 'check' };
const PLACES = [10, 20, 30] as const;
let archive: string;
let files: string;

beforeEach(async () => {
  archive = folder();
  files = folder();
  for (const ra of PLACES) writeFileSync(join(files, `${ra}.fits`), imageAt(ra, 5));
  await ingest(archive, [files], LABELS);
});

const partOf = (name: string) => join(archive, 'generations', '1', name);

async function faults(options = {}): Promise<string[]> {
  const found: string[] = [];
  for await (const { part, error } of checkArchive(archive, options)) found.push(`${part} ${error.code}`);
  return found;
}

/** What every dataset that is listed resolves to: its own UUID, or the code of an error. */
async function resolved(): Promise<string[]> {
  const open = await openArchive(archive);
  const view = open.as(OPERATOR);
  const seen: string[] = [];
  for await (const batch of view.list())
    for (const { id, uuid } of batch)
      seen.push(
        await view.resolve(id).then(
          ({ key }) => (key.uuid === uuid ? 'itself' : 'another'),
          ({ code }: { code: string }) => code,
        ),
      );
  await open.close();
  return seen;
}

/** An index with valid checksums whose rows are not the catalog's. */
function rewriteIndex(change: (rows: IndexRow[]) => IndexRow[]): void {
  const index = native.openIndex(partOf('index.vgi'));
  const rows = [...Array(index.size).keys()].map((n) => ({ ...index.row(n), footprint: [n, 1, 0.1] }));
  index.close();
  native.buildIndex(partOf('index.vgi'), change(rows));
}

describe('an archive', () => {
  it('that is whole has no fault', async () => {
    expect(await faults({ files: true })).toEqual([]);
    expect(await resolved()).toEqual(['itself', 'itself', 'itself']);
  });

  it('whose index has a turned bit is said to be damaged, and an ingest of anything mends it', async () => {
    const good = readFileSync(partOf('index.vgi'));
    // Behind the header, which has a checksum of its own, and before the one checksum of a block.
    for (let at = 352; at < good.length - 8; at += 37) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(partOf('index.vgi'), bad);
      const seen = await resolved();
      expect(
        seen.every((one) => one === 'itself' || one === 'BAD_INDEX'),
        `byte ${at}: ${seen}`,
      ).toBe(true);
    }
    expect(await faults()).toContain('index BAD_INDEX');
    expect(await ingest(archive, [files], LABELS)).toMatchObject({ unchanged: 3, failed: 0, generation: 2 });
    expect(await faults()).toEqual([]);
  });

  it('whose index is of an older version says how it is renewed', async () => {
    const old = readFileSync(partOf('index.vgi'));
    old.writeUInt32LE(1, 8);
    writeFileSync(partOf('index.vgi'), old);
    await expect(openArchive(archive)).rejects.toThrow(
      "expected version 3 for the dataset index, received 1; run 'vignet ingest'",
    );
    await ingest(archive, [files], LABELS);
    expect(await resolved()).toEqual(['itself', 'itself', 'itself']);
  });

  it("whose index leads to another dataset's record gives an error, not that dataset", async () => {
    rewriteIndex((rows) =>
      rows.map((row, n) => ({ ...(rows[(n + 1) % rows.length] ?? row), uuid: row.uuid })),
    );
    expect(await resolved()).toEqual(['BAD_INDEX', 'BAD_INDEX', 'BAD_INDEX']);
    const open = await openArchive(archive);
    const all = await open.as(OPERATOR).observations([{ region: { shape: 'circle', values: [0, 0, 180] } }]);
    expect(all.map(({ problem }) => problem?.code)).toEqual(['BAD_INDEX', 'BAD_INDEX', 'BAD_INDEX']);
    await open.close();
    expect(await faults()).toEqual(['index BAD_INDEX', 'index BAD_INDEX', 'index BAD_INDEX']);
  });

  it('whose index lacks rows is found by the check', async () => {
    rewriteIndex((rows) => rows.slice(0, 2));
    expect(await faults()).toContain('index BAD_INDEX');
  });

  it('whose pack, catalog, pointer or files are not as they were is found by the check', async () => {
    writeFileSync(join(archive, 'CURRENT'), 'x');
    expect(await faults()).toEqual(['pointer BAD_ARCHIVE']);
    writeFileSync(join(archive, 'CURRENT'), '1\n');

    writeFileSync(join(files, '10.fits'), imageAt(11, 5, { EXTRA: 1 }));
    rmSync(join(files, '20.fits'));
    expect(await faults()).toEqual([]);
    expect((await faults({ files: true })).sort()).toEqual(['file FILE_CHANGED', 'file FILE_GONE']);

    truncateSync(join(archive, 'packs', '1.pack'), 100);
    expect(await faults()).toEqual(['pack BAD_PACK', 'pack BAD_PACK', 'pack BAD_PACK']);

    truncateSync(partOf('catalog.duckdb'), 5000);
    expect(await faults()).toEqual(['catalog BAD_CATALOG']);
  });
});

describe('vignet check', () => {
  it('says what is damaged, what to do, and exits with 1', async () => {
    const whole = await vignet(['check', '--archive', archive, '--files']);
    expect(whole).toMatchObject({ code: 0, stdout: 'the archive is whole\n' });
    truncateSync(join(archive, 'packs', '1.pack'), 100);
    const damaged = await vignet(['check', '--archive', archive]);
    expect(damaged.code).toBe(1);
    expect(damaged.stdout).toMatch(
      /^pack of [0-9a-f-]{36}: .*ingest its file again with --force \[BAD_PACK\]$/m,
    );
    expect(damaged.stdout).toContain('3 faults');
    const json = await vignet(['check', '--archive', archive, '--json']);
    expect(
      json.stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line).code),
    ).toEqual(Array(3).fill('BAD_PACK'));
    expect((await vignet(['check', '--archive', files])).code).toBe(2);
  });
});
