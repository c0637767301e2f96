// From files to datasets that can be found, listed and resolved.

import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { native } from '../../src/addon/addon.ts';
import { openArchive } from '../../src/archive/archive.ts';
import type { ListedDataset } from '../../src/archive/dataset-search.ts';
import type { ArchiveView, ListOptions } from '../../src/archive/view.ts';
import { equals } from '../../src/catalog/predicate.ts';
import { ingest } from '../../src/ingest/ingest.ts';
import type { IngestOptions } from '../../src/ingest/options.ts';
import { folder, imageAt } from '../support/archive.ts';
import { plainImage, wcsKeywords } from '../support/fits.ts';

const labels: IngestOptions = { collection: 'Test', repo: 'test' };

async function listed(archive: ArchiveView, options: ListOptions = {}): Promise<ListedDataset[]> {
  const rows: ListedDataset[] = [];
  for await (const piece of archive.list(options)) rows.push(...piece);
  return rows;
}

async function withArchive<T>(dir: string, work: (archive: ArchiveView) => Promise<T>): Promise<T> {
  const archive = await openArchive(dir);
  try {
    return await work(archive.as(ANONYMOUS));
  } finally {
    await archive.close();
  }
}

/** A folder of `n` images along the equator, a degree apart. */
function images(n: number): string {
  const root = folder();
  for (let i = 0; i < n; i++)
    writeFileSync(join(root, `${i}.fits`), imageAt(10 + i, 0, { EXPNUM: i, FILTER: i % 2 ? 'g' : 'r' }));
  return root;
}

const touch = (path: string) => utimesSync(path, new Date(), new Date(Date.now() - 5000));

describe('an ingest', () => {
  it('makes datasets that are listed, found by position, and resolved by ID', async () => {
    const [root, dir] = [images(3), folder()];
    expect(await ingest(dir, [root], labels)).toMatchObject({ ingested: 3, failed: 0, generation: 1 });
    await withArchive(dir, async (archive) => {
      const rows = await listed(archive);
      expect(rows.map((row) => row.lsst_visit).sort()).toEqual([0, 1, 2]);
      expect(rows[0]).toMatchObject({
        obs_collection: 'Test',
        dataproduct_type: 'image',
        planes: 'image',
        s_region_origin: 'wcs',
      });
      expect(rows[0]?.s_region).toMatch(/^POLYGON ICRS( -?[\d.]+)+$/);
      expect(await archive.census()).toEqual([{ name: 'Test', type: 'image', repo: 'test', datasets: 3 }]);

      const at = await archive.find({ point: [11, 0] });
      expect(at).toHaveLength(1);
      expect(
        await archive.find({ shape: 'circle', values: [11, 0, 1.5] }, equals('lsst_band', 'r')),
      ).toHaveLength(2);
      expect(await archive.find({ point: [11, 5] })).toEqual([]);
      expect(await listed(archive, { regions: [{ point: [11, 0] }] })).toMatchObject([
        { lsst_visit: 1, id: at[0]?.id },
      ]);
      expect(await listed(archive, { where: equals('lsst_band', 'g') })).toHaveLength(1);
      expect(
        await listed(archive, { where: equals('obs_collection', "x'; DROP TABLE dataset; --") }),
      ).toEqual([]);

      const dataset = await archive.resolve(at[0]?.id ?? '');
      expect(dataset.sources).toEqual([{ root, path: '1.fits' }]);
      expect(native.describeLayout(dataset.layout).planes[0]).toMatchObject({ width: 40, height: 30 });
      expect(dataset.name).toBe('1');
      const { uuid } = dataset.key;
      expect((await archive.resolve(`butler://TEST/${uuid.toUpperCase()}`)).id).toBe(dataset.id);
      await expect(archive.resolve(`butler://other/${uuid}`)).rejects.toMatchObject({
        kind: 'usage',
        code: 'UNKNOWN_ID',
      });
      await expect(
        archive.resolve('butler://test/01234567-89ab-4def-8123-456789abcdef'),
      ).rejects.toMatchObject({ code: 'UNKNOWN_ID' });
    });
  });

  it('gives the same IDs in another archive, and to another copy of the folder', async () => {
    const [one, two] = [images(2), images(2)];
    const ids: string[][] = [];
    for (const root of [one, two]) {
      const dir = folder();
      await ingest(dir, [root], labels);
      ids.push(
        await withArchive(dir, async (archive) => (await listed(archive)).map((row) => row.id).sort()),
      );
    }
    expect(ids[0]).toEqual(ids[1]);
  });

  it('skips what is unchanged, replaces what is changed, adds what is new', async () => {
    const [root, dir] = [images(3), folder()];
    await ingest(dir, [root], labels);
    expect(await ingest(dir, [root], labels)).toMatchObject({
      ingested: 0,
      replaced: 0,
      unchanged: 3,
      generation: 1,
    });
    const before = await withArchive(
      dir,
      async (archive) => (await archive.find({ point: [10, 0] }))[0]?.id ?? '',
    );
    const old = await withArchive(dir, (archive) => archive.resolve(before));

    writeFileSync(join(root, '0.fits'), plainImage(50, 30, { CRVAL1: 10, CRVAL2: 0 }));
    touch(join(root, '0.fits'));
    writeFileSync(join(root, 'new.fits'), imageAt(80, 10));
    expect(await ingest(dir, [root], labels)).toMatchObject({
      ingested: 1,
      replaced: 1,
      unchanged: 2,
      generation: 2,
    });
    await withArchive(dir, async (archive) => {
      expect(await archive.count()).toBe(4);
      const now = await archive.resolve(before);
      expect(native.describeLayout(now.layout).planes[0]?.width).toBe(50);
      expect(now.version).not.toBe(old.version);
    });
    expect(await ingest(dir, [root], { ...labels, force: true })).toMatchObject({
      replaced: 4,
      generation: 3,
    });
  });

  it('names a file by its deepest root, so that its ID stays', async () => {
    const root = images(1);
    const sub = join(root, 'sub');
    mkdirSync(sub);
    writeFileSync(join(sub, 'x.fits'), imageAt(5, 5));
    const dir = folder();
    await ingest(dir, [sub], labels);
    expect(await ingest(dir, [root], labels)).toMatchObject({ ingested: 1, unchanged: 1 });
    expect(await ingest(dir, [join(root, '0.fits')], labels)).toMatchObject({ unchanged: 1 });
  });

  it('lists bad files with their reasons and does the rest', async () => {
    const [root, dir] = [images(2), folder()];
    const good = plainImage();
    const bad: Record<string, Buffer | string> = {
      'empty.fits': '',
      'text.fits': 'no FITS at all',
      'cut.fits': good.subarray(0, 3000),
      'gz.fits.gz': gzipSync(good).subarray(0, 200),
      'bomb.fits.gz': gzipSync(Buffer.concat([good, Buffer.alloc(300 * 2 ** 20)])),
    };
    for (const [name, content] of Object.entries(bad)) writeFileSync(join(root, name), content);
    const report = await ingest(dir, [root], labels);
    expect(report).toMatchObject({ ingested: 2, failed: Object.keys(bad).length, found: 7, done: 7 });
    const codes = Object.fromEntries(
      report.failures.map(({ path, code }) => [path.slice(root.length + 1), code]),
    );
    expect(codes).toMatchObject({
      'empty.fits': 'EMPTY',
      'text.fits': 'NOT_FITS',
      'gz.fits.gz': 'BAD_GZIP',
      'bomb.fits.gz': 'GZIP_TOO_LARGE',
    });
    for (const { reason, kind } of report.failures) {
      expect(reason.length, reason).toBeGreaterThan(15);
      expect(reason).not.toContain(root);
      expect(kind).toBe('data');
    }
  });

  it('keeps images without a WCS; they have no place on the sky', async () => {
    const [root, dir] = [folder(), folder()];
    writeFileSync(join(root, 'a.fits'), plainImage(40, 30, {}, wcsKeywords));
    expect(await ingest(dir, [root], labels)).toMatchObject({ ingested: 1, failed: 0 });
    await withArchive(dir, async (archive) => {
      const [row] = await listed(archive);
      expect(row).toMatchObject({
        s_ra: null,
        s_dec: null,
        s_region: null,
        s_region_origin: null,
        s_xel1: 40,
        calib_level: 1,
      });
      expect((await archive.resolve(row?.id ?? '')).bounds).toEqual({
        em: null,
        time: null,
        pol: null,
      });
    });
  });

  it('takes any file name to the end', async () => {
    const [root, dir] = [folder(), folder()];
    const names = [
      "it's.fits",
      'new\nline.fits',
      '"; DROP TABLE dataset;--.fits',
      '‮evil.fits',
      'ünï ✨.fits',
      '$(x) %2e%2e.fits',
      '..fits',
    ];
    for (const [n, name] of names.entries()) writeFileSync(join(root, name), imageAt(n, 1));
    expect(await ingest(dir, [root], labels)).toMatchObject({ ingested: names.length, failed: 0 });
    await withArchive(dir, async (archive) => {
      const rows = await listed(archive);
      expect(rows.map((row) => row.path).sort()).toEqual([...names].sort());
      for (const row of rows)
        expect((await archive.resolve(row.id)).name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);
    });
  });

  it('lets a file that moved take its ID along, and refuses a second copy', async () => {
    const [root, dir] = [folder(), folder()];
    const id = '58f56d2e-cfd8-44e7-a343-20ebdc1f4127';
    const file = plainImage(40, 30, { 'HIERARCH LSST BUTLER ID': id });
    const text = file
      .toString('latin1')
      .replace(/HIERARCH LSST BUTLER ID= '[^']*' */, (card) =>
        `HIERARCH LSST BUTLER ID = '${id}'`.padEnd(card.length).slice(0, card.length),
      );
    const bytes = Buffer.from(text, 'latin1');
    writeFileSync(join(root, 'a.fits'), bytes);
    await ingest(dir, [root], labels);
    await withArchive(dir, async (archive) =>
      expect((await listed(archive)).map((row) => row.uuid)).toEqual([id]),
    );
    writeFileSync(join(root, 'b.fits'), bytes);
    const copy = await ingest(dir, [root], labels);
    expect(copy).toMatchObject({ unchanged: 1, failed: 1 });
    expect(copy.failures[0]).toMatchObject({ path: join(root, 'b.fits'), code: 'DUPLICATE_ID' });
    rmSync(join(root, 'a.fits'));
    expect(await ingest(dir, [root], labels)).toMatchObject({ ingested: 1, failed: 0 });
    await withArchive(dir, async (archive) =>
      expect((await listed(archive)).map((row) => row.path)).toEqual(['b.fits']),
    );
    expect((await ingest(dir, [root], { ...labels, repo: 'other' })).failures[0]).toMatchObject({
      code: 'ID_IN_OTHER_REPO',
    });
  });

  it('says what is wrong with what was asked', async () => {
    const dir = folder();
    const root = images(1);
    const wrong: [string[], Partial<IngestOptions>, string][] = [
      [[], {}, 'NOTHING_TO_INGEST'],
      [[join(root, 'nope')], {}, 'NO_SUCH_PATH'],
      [[root], { repo: 'a b' }, 'BAD_REPO'],
      [[root], { collection: ' ' }, 'BAD_COLLECTION'],
      [[root], { authority: 'x' }, 'BAD_AUTHORITY'],
      [[root], { releaseDate: 'soon' }, 'BAD_DATE'],
      [[root], { root: folder() }, 'BAD_ROOT'],
    ];
    for (const [paths, options, code] of wrong) {
      await expect(ingest(dir, paths, { ...labels, ...options }), code).rejects.toMatchObject({
        kind: 'usage',
        code,
      });
    }
    await expect(openArchive(folder())).rejects.toMatchObject({ kind: 'usage', code: 'NO_ARCHIVE' });
  });
});

describe('gzipped files', () => {
  it('resolve to their inflated copy, and to nothing once the original changed or is gone', async () => {
    const [root, dir] = [folder(), folder()];
    const path = join(root, 'a.fits.gz');
    writeFileSync(path, gzipSync(plainImage()));
    touch(path);
    await ingest(dir, [root], labels);
    await withArchive(dir, async (archive) => {
      const [row] = await listed(archive);
      const id = row?.id ?? '';
      const { sources } = await archive.resolve(id);
      const copy = join(sources[0]?.root ?? '', sources[0]?.path ?? '');
      expect(readFileSync(copy).equals(plainImage())).toBe(true);
      rmSync(copy);
      await archive.resolve(id);
      expect(statSync(copy).isFile()).toBe(true);

      writeFileSync(path, gzipSync(plainImage(41, 30)));
      await expect(archive.resolve(id)).rejects.toMatchObject({
        kind: 'data',
        code: 'FILE_CHANGED',
      });
      rmSync(path);
      await expect(archive.resolve(id)).rejects.toMatchObject({
        kind: 'data',
        code: 'FILE_GONE',
      });
    });
  });
});
