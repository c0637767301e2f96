// An archive whose catalog is in PostgreSQL: the same in every respect as one with files. Oracle: the same files in an archive with files.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, OPERATOR } from '../../src/access/principal.ts';
import { openArchive } from '../../src/archive/archive.ts';
import { checkArchive } from '../../src/archive/check.ts';
import { generations } from '../../src/archive/generation.ts';
import { ALWAYS, equals, lessThan } from '../../src/catalog/predicate.ts';
import { ingest } from '../../src/ingest/ingest.ts';
import { folder, imageAt } from '../support/archive.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const labels = { collection: 'Test', repo: 'test' };

function files(count: number): string {
  const root = folder();
  for (let n = 0; n < count; n++)
    writeFileSync(
      join(root, `${n}.fits`),
      imageAt(10 + n / 100, 0, { EXPNUM: n, INSTRUME: 'Cam', AIRMASS: 1 + n / 10 }),
    );
  return root;
}

/** All that can be seen of an archive. */
async function seen(archive: string) {
  const opened = await openArchive(archive);
  const view = opened.as(OPERATOR);
  const rows = [];
  for await (const batch of view.list()) rows.push(...batch);
  const visits = [];
  const query = { from: 'visit', columns: ['visit', 'airmass'], where: ALWAYS, order: ['visit'] } as const;
  for await (const batch of view.rows(query)) visits.push(...batch);
  const near = { shape: 'circle', values: [10.02, 0, 0.001] } as const;
  const found = await view.find(near, lessThan('lsst_visit', 5));
  const found_ids = found.map(({ id }) => id);
  const [first] = rows;
  const resolved = first && (await view.resolve(first.id)).version;
  const counted = [await view.count(), await view.count(equals('lsst_visit', 1)), await view.census()];
  await opened.close();
  // Packs are filled in the order in which files are done.
  const plain = rows.map(({ pack: _, pack_offset: __, ...row }) => row);
  return { rows: plain, visits, found_ids, resolved, counted };
}

describe('an archive with its catalog in PostgreSQL', () => {
  it('is the same as one with files, after every ingest', async () => {
    const root = files(6);
    const [archive, plain] = [folder(), folder()];
    const catalog = server.database();
    const both = async (options = {}) => {
      const report = await ingest(archive, [root], { ...labels, ...options });
      expect({ ...(await ingest(plain, [root], labels)), generation: report.generation }).toEqual(report);
      expect(await seen(archive)).toEqual(await seen(plain));
      const faults = [];
      for await (const fault of checkArchive(archive, { files: true })) faults.push(fault);
      expect(faults).toEqual([]);
      return report;
    };
    expect(await both({ catalog })).toMatchObject({ ingested: 6, generation: 1 });
    expect(await both()).toMatchObject({ unchanged: 6, generation: 1 });
    writeFileSync(join(root, '2.fits'), imageAt(50, 0, { EXPNUM: 2, INSTRUME: 'Cam' }));
    writeFileSync(join(root, 'new.fits'), imageAt(51, 0, { EXPNUM: 77, INSTRUME: 'Cam' }));
    expect(await both()).toMatchObject({ ingested: 1, replaced: 1, unchanged: 5, generation: 2 });
    expect(generations(archive)).toEqual([2, 1]);
    const config = readFileSync(join(archive, 'archive.json'), 'utf8');
    expect(JSON.parse(config).catalog).toMatchObject({
      url: catalog,
      schema: expect.stringMatching(/^vignet_/),
    });
  });

  it('is followed by readers from one generation to the next', async () => {
    const root = files(3);
    const archive = folder();
    await ingest(archive, [root], { ...labels, catalog: server.database() });
    const opened = await openArchive(archive);
    expect(await opened.as(ANONYMOUS).count(equals('obs_collection', 'Test'))).toBe(3);
    writeFileSync(join(root, 'new.fits'), imageAt(51, 0, { EXPNUM: 77 }));
    await ingest(archive, [root], labels);
    await expect
      .poll(() => opened.as(ANONYMOUS).count(equals('obs_collection', 'Test')), { timeout: 60_000 })
      .toBe(4);
    await opened.close();
  });

  it('stays where it was made: files or a database', async () => {
    const root = files(1);
    const archive = folder();
    await ingest(archive, [root], labels);
    await expect(ingest(archive, [root], { ...labels, catalog: server.database() })).rejects.toMatchObject({
      kind: 'usage',
      code: 'BAD_CATALOG_URL',
    });
    const secret = 'postgresql://anna:secret@host/db';
    await expect(ingest(folder(), [root], { ...labels, catalog: secret })).rejects.toMatchObject({
      code: 'BAD_CATALOG_URL',
      message: expect.not.stringContaining('secret@'),
    });
  });

  it('says that the database is away, and works on what needs none', async () => {
    const root = files(2);
    const archive = folder();
    const other = await startPostgres();
    await ingest(archive, [root], { ...labels, catalog: other.database() });
    const opened = await openArchive(archive);
    const [one] = await opened.as(ANONYMOUS).find({ point: [10, 0] });
    await other.stop();
    expect((await opened.as(ANONYMOUS).resolve(one?.id ?? '')).id).toBe(one?.id);
    await expect(opened.as(ANONYMOUS).census()).rejects.toMatchObject({
      kind: 'transient',
      code: 'CATALOG_AWAY',
    });
    await opened.close();
    await expect(ingest(archive, [root], labels)).rejects.toMatchObject({ code: 'CATALOG_AWAY' });
  });
});
