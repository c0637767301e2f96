// An archive as different people see it. The service's routes are in test/service/visibility.test.ts.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/access/policy.ts';
import { ANONYMOUS, OPERATOR, type Principal } from '../../src/access/principal.ts';
import { openArchive } from '../../src/archive/archive.ts';
import type { ArchiveView } from '../../src/archive/view.ts';
import { ALWAYS, equals, isIn, lessThan, NEVER, not } from '../../src/catalog/predicate.ts';
import { ingest } from '../../src/ingest/ingest.ts';
import { folder, imageAt } from '../support/archive.ts';

const anna = { name: 'anna' };
const here = { shape: 'circle', values: [10, 0, 5] } as const;

/** Six images about one place, visits 0 to 5. */
async function archiveWith(policy: Policy) {
  const [root, dir] = [folder(), folder()];
  for (let visit = 0; visit < 6; visit++)
    writeFileSync(join(root, `${visit}.fits`), imageAt(10, visit * 1e-6, { EXPNUM: visit }));
  await ingest(dir, [root], { collection: 'Test', repo: 'test' });
  const archive = await openArchive(dir, { policy });
  const ids = new Map<number, string>();
  for await (const rows of archive.as(OPERATOR).list())
    for (const row of rows) ids.set(row.lsst_visit ?? -1, row.id);
  return { archive, dir, id: (visit: number) => ids.get(visit) ?? '' };
}

async function visits(view: ArchiveView, options = {}): Promise<(number | null)[]> {
  const found: (number | null)[] = [];
  for await (const rows of view.list(options)) found.push(...rows.map((row) => row.lsst_visit));
  return found.sort();
}

const observed = async (view: ArchiveView, most?: number) =>
  (await view.observations([{ region: here }], most === undefined ? {} : { most })).map(
    ({ dataset }) => dataset?.observation.visit,
  );

const code = (error: string) => expect.objectContaining({ kind: 'usage', code: error });

describe('a dataset that may not be known of', () => {
  const policy: Policy = (principal) => ({
    mayRead: principal === anna ? lessThan('lsst_visit', 4) : isIn('lsst_visit', [0, 2]),
  });

  it('is in no list, search or count, and its ID is of none', async () => {
    const { archive, id } = await archiveWith(policy);
    for (const [principal, all] of [
      [ANONYMOUS, [0, 2]],
      [anna, [0, 1, 2, 3]],
      [OPERATOR, [0, 1, 2, 3, 4, 5]],
    ] as [Principal, number[]][]) {
      const view = archive.as(principal);
      expect(await visits(view)).toEqual(all);
      expect(await visits(view, { near: [10, 0] })).toEqual(all);
      expect(await visits(view, { where: not(equals('lsst_visit', 0)) })).toEqual(all.slice(1));
      expect((await observed(view)).toSorted()).toEqual(all);
      expect((await view.find(here)).map((one) => one.observation.visit).toSorted()).toEqual(all);
      expect(await view.find(here, equals('lsst_visit', 3))).toHaveLength(all.includes(3) ? 1 : 0);
      expect([await view.count(), await view.count(lessThan('lsst_visit', 1))]).toEqual([all.length, 1]);
      expect(await view.census()).toEqual([
        { name: 'Test', type: 'image', repo: 'test', datasets: all.length },
      ]);
      for (let visit = 0; visit < 6; visit++) {
        if (all.includes(visit)) {
          expect((await view.resolve(id(visit))).id).toBe(id(visit));
          continue;
        }
        const unknown = id(visit).replace(/.{12}$/, '000000000000');
        for (const ask of [(one: string) => view.resolve(one), (one: string) => view.named([one])]) {
          const hidden = await ask(id(visit)).catch((error: Error) => error);
          const absent = await ask(unknown).catch((error: Error) => error);
          expect(hidden).toEqual(code('UNKNOWN_ID'));
          expect(String(hidden).replace(id(visit), '')).toBe(String(absent).replace(unknown, ''));
        }
      }
    }
    await archive.close();
  });

  it('does not count for limits', async () => {
    const { archive } = await archiveWith(policy);
    expect(await observed(archive.as(ANONYMOUS), 2)).toHaveLength(2);
    await expect(observed(archive.as(anna), 3)).rejects.toMatchObject({
      code: 'TOO_MANY',
      message: expect.stringContaining('the search finds more than 3 datasets'),
    });
    await archive.close();
  });

  it('stays so in the next generation, where other rows may be seen', async () => {
    const { archive, dir } = await archiveWith(policy);
    const next = folder();
    writeFileSync(join(next, 'next.fits'), imageAt(10, 1e-5, { EXPNUM: 2 }));
    await ingest(dir, [next], { collection: 'Second', repo: 'second' });
    const again = await openArchive(dir, { policy });
    expect(await visits(again.as(ANONYMOUS))).toEqual([0, 2, 2]);
    expect((await observed(again.as(ANONYMOUS))).toSorted()).toEqual([0, 2, 2]);
    await again.close();
    await archive.close();
  });
});

describe('a dataset that may be known of and not read', () => {
  const policy: Policy = () => ({ mayRead: lessThan('lsst_visit', 2), mayKnow: lessThan('lsst_visit', 4) });

  it('is listed and counted, left out of regions, and refused by its ID', async () => {
    const { archive, id } = await archiveWith(policy);
    const view = archive.as(anna);
    expect(await visits(view)).toEqual([0, 1, 2, 3]);
    expect(await visits(view, { readable: true })).toEqual([0, 1]);
    expect([await view.count(), (await view.find(here)).length]).toEqual([4, 4]);
    expect((await observed(view)).toSorted()).toEqual([0, 1]);
    await expect(view.resolve(id(2))).rejects.toThrow(code('FORBIDDEN'));
    await expect(view.named([id(0), id(3)])).rejects.toThrow(code('FORBIDDEN'));
    await expect(archive.as(ANONYMOUS).resolve(id(2))).rejects.toThrow(code('UNAUTHENTICATED'));
    await expect(view.resolve(id(4))).rejects.toThrow(code('UNKNOWN_ID'));
    await expect(view.resolve(id(2).replace('repo=test', 'repo=other'))).rejects.toThrow(code('UNKNOWN_ID'));
    await archive.close();
  });
});

it('an archive of which nothing may be seen is as an empty one', async () => {
  const { archive } = await archiveWith(() => ({ mayRead: NEVER }));
  const view = archive.as(anna);
  expect([await visits(view), await observed(view), await view.find(here)]).toEqual([[], [], []]);
  expect([await view.count(), await view.census(), await view.collections()]).toEqual([0, [], []]);
  await archive.close();
});

it('a policy is asked once for a view, with the minute of its making', async () => {
  const asked: unknown[] = [];
  const { archive } = await archiveWith((principal, now) => {
    asked.push([principal, now]);
    return { mayRead: ALWAYS };
  });
  const view = archive.as(anna, new Date('2026-06-01T12:34:56.789Z'));
  await visits(view);
  await observed(view);
  expect(asked).toEqual([[anna, '2026-06-01T12:34:00']]);
  await archive.close();
});
