// What is damaged in an archive is said, by every reader and by the check of the whole; never another dataset's pixels.
// Oracle: the rows and the entries as they were written.
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { native } from '../../src/addon/addon.ts';
import { type IndexRow, indexTable } from '../../src/addon/dataset-index.ts';
import { openArchive } from '../../src/archive/archive.ts';
import { checkArchive } from '../../src/archive/check.ts';
import { OPERATOR } from '../../src/index.ts';
import { ingest, ingestButler } from '../../src/ingest/index.ts';
import { vignet } from '../cli/run.ts';
import { folder, imageAt } from '../support/archive.ts';
import { newButler, putFile, uuidOf } from '../support/butler.ts';
import { plainImage, wcsKeywords } from '../support/fits.ts';

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
  const rows = [...Array(index.size).keys()].map((n) => ({
    ...index.row(n),
    ...index.origin(n),
    footprint: [n, 1, 0.1],
  }));
  index.close();
  native.buildIndex(partOf('index.vgi'), indexTable(change(rows)));
}

describe('an archive', () => {
  it('that is whole has no fault', async () => {
    expect(await faults({ files: true })).toEqual([]);
    expect(await resolved()).toEqual(['itself', 'itself', 'itself']);
  });

  it('whose index has a turned bit is said to be damaged, and an ingest of anything mends it', async () => {
    const good = readFileSync(partOf('index.vgi'));
    // Behind the header, which has a checksum of its own, and before the one checksum of a block.
    for (let at = 368; at < good.length - 8; at += 37) {
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
      "expected version 4 for the dataset index, received 1; run 'vignet ingest'",
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

describe('datasets of an archive', () => {
  const taken = { 'DATE-OBS': '2026-01-01T02:00:00', EXPTIME: 30 };
  const exposure = (visit: number, detector: number, cards = {}) =>
    Buffer.from(imageAt(10 + detector, 5, { EXPNUM: visit, CCDNUM: detector, INSTRUME: 'Cam', ...cards }));

  async function said(options = {}): Promise<string[]> {
    const open = await openArchive(archive);
    const names = new Map<string, string>();
    for await (const batch of open.as(OPERATOR).list())
      for (const { uuid, path } of batch) names.set(uuid, path);
    await open.close();
    const found: string[] = [];
    for await (const { part, uuid = '', error } of checkArchive(archive, { datasets: true, ...options })) {
      const other = /dataset ([0-9a-f-]{36})/.exec(error.message)?.[1] ?? '';
      found.push(`${part} ${error.code} ${[names.get(uuid), names.get(other)].filter(Boolean).sort()}`);
    }
    return found.sort();
  }

  it('have every fault said once: without WCS, without a time, and there twice by data ID or pixels', async () => {
    archive = folder();
    files = folder();
    const plainer = Buffer.from(
      plainImage(40, 30, { EXPNUM: 3, CCDNUM: 1, INSTRUME: 'Cam', ...taken }, wcsKeywords),
    );
    const own: Record<string, Buffer> = {
      good: exposure(1, 1, taken),
      'no-time': exposure(2, 1),
      'no-wcs': plainer,
      'same-id-a': exposure(4, 1, taken),
      'same-id-b': exposure(4, 1, { ...taken, EXTRA: 1 }),
      'same-pixels-a': exposure(5, 1, taken),
      'same-pixels-b': exposure(6, 1, taken),
      // What is no image of a visit needs neither.
      bias: Buffer.from(plainImage(9, 9, { INSTRUME: 'Cam' }, wcsKeywords)),
      dark: Buffer.from(
        plainImage(8, 8, { EXPNUM: 7, CCDNUM: 1, INSTRUME: 'Cam', OBSTYPE: 'dark', ...taken }, wcsKeywords),
      ),
    };
    for (const [n, [name, bytes]] of Object.entries(own).entries()) {
      // Each with its own pixels, but two.
      bytes.writeFloatBE(name === 'same-pixels-b' ? n - 0.5 : n + 0.5, bytes.length - 2880);
      writeFileSync(join(files, `${name}.fits`), bytes);
    }
    await ingest(archive, [files], LABELS);
    const always = [
      'dataset DUPLICATE_DATASET same-id-a.fits,same-id-b.fits',
      'dataset NO_TIME no-time.fits',
      'dataset NO_WCS no-wcs.fits',
    ];
    expect(await said()).toEqual(always);
    const pixels = 'dataset DUPLICATE_DATASET same-pixels-a.fits,same-pixels-b.fits';
    expect(await said({ pixels: true })).toEqual([...always, pixels].sort());
    const { code, stdout } = await vignet(['check', '--archive', archive, '--pixels']);
    expect([code, stdout.trim().split('\n').length, stdout.includes('4 faults')]).toEqual([1, 5, true]);
    // Another release may have the same images.
    await ingest(archive, [files], { collection: 'Again', repo: 'again' });
    expect((await said({ pixels: true })).length).toBe(8);
    // A file that is not as it was is that fault alone.
    truncateSync(join(files, 'good.fits'), 2880);
    rmSync(join(files, 'bias.fits'));
    const gone = (await said({ files: true, pixels: true })).filter((one) => one.startsWith('file'));
    expect(gone).toEqual(
      ['file FILE_CHANGED good.fits', 'file FILE_GONE bias.fits'].flatMap((one) => [one, one]),
    );
  });

  it('of a Butler have one file twice said, and a dark or a bias need no place', async () => {
    const repository = folder();
    const butler = await newButler(repository);
    await butler.collection('run', 'run');
    await butler.type('calexp', 'ExposureF', 'instrument:text detector:int visit:int');
    await butler.type('raw', 'Exposure', 'instrument:text detector:int exposure:int');
    const span = [1_767_225_637_000_000_000n, 1_767_225_667_000_000_000n] as const;
    const common = { instrument: 'Cam', physical_filter: 'r_57', timespan: span };
    await butler.registry.insert('visit', [{ ...common, id: 100, name: 'V100', exposure_time: 30 }]);
    await butler.registry.insert('exposure', [
      { ...common, id: 200, obs_id: 'E200', observation_type: 'dark' },
    ]);
    putFile(repository, 'one.fits', imageAt(10, 5));
    for (const detector of [1, 2])
      await butler.dataset(
        'calexp',
        'run',
        uuidOf(detector),
        { instrument: 'Cam', detector, visit: 100 },
        'one.fits',
      );
    putFile(repository, 'dark.fits', plainImage(8, 8, {}, wcsKeywords));
    await butler.dataset(
      'raw',
      'run',
      uuidOf(3),
      { instrument: 'Cam', detector: 1, exposure: 200 },
      'dark.fits',
    );
    await butler.registry.close();
    archive = folder();
    expect((await ingestButler(archive, { repository }, LABELS)).failures).toEqual([]);
    expect(await said()).toEqual(['dataset DUPLICATE_DATASET one.fits,one.fits']);
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
