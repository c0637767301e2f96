// What every catalog must do, whatever database holds it. A new one calls this with a way to open its drafts and what they have become.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalog, CatalogDraft, Query } from '../../src/catalog/catalog.ts';
import {
  ALWAYS,
  and,
  equals,
  isIn,
  isNull,
  lessThan,
  NEVER,
  not,
  or,
  type Predicate,
} from '../../src/catalog/predicate.ts';
import type { CatalogRow, ColumnName } from '../../src/catalog/schema.ts';
import type { TableName } from '../../src/catalog/tables.ts';
import { dice } from '../support/dice.ts';
import { rowOf, uuidOf } from './rows.ts';
import { tablesSuite } from './tables-suite.ts';

export interface CatalogMaker {
  /** The draft at a path, made when it is not there. */
  draft(path: string): Promise<CatalogDraft>;
  open(path: string): Promise<Catalog>;
}

/** What a condition means: a comparison with null is false. */
export function meets(row: CatalogRow, predicate: Predicate): boolean {
  return rowMeets(row, predicate, () => []);
}

type AnyRow = Readonly<Record<string, unknown>>;

/** The same for rows of any table; `rowsOf` gives those of the tables that a condition looks into. */
export function rowMeets(
  row: AnyRow,
  predicate: Predicate<string>,
  rowsOf: (table: TableName) => readonly AnyRow[],
): boolean {
  const meets = (one: AnyRow, part: Predicate<string>) => rowMeets(one, part, rowsOf);
  switch (predicate.op) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'and':
      return predicate.parts.every((part) => meets(row, part));
    case 'or':
      return predicate.parts.some((part) => meets(row, part));
    case 'not':
      return !meets(row, predicate.part);
    case 'equals':
      return row[predicate.column] === predicate.value;
    case 'less': {
      const value = row[predicate.column];
      // Values of a column have the type of what they are compared with.
      return value !== null && (value as string) < (predicate.value as string);
    }
    case 'in':
      return predicate.values.some((value) => row[predicate.column] === value);
    case 'null':
      return row[predicate.column] === null;
    case 'exists':
      return rowsOf(predicate.table).some(
        (other) =>
          predicate.on.every(([here, there]) => row[here] !== null && row[here] === other[there]) &&
          meets(other, predicate.where),
      );
    case 'test':
      throw new Error('tests are compared with other databases: see test/products/adql.test.ts');
  }
}

const texts = [
  '',
  'a',
  'A',
  'ab',
  'é',
  "x'; DROP TABLE dataset; --",
  '$p1',
  '2026-01-01',
  '2026-01-01T00:00:00',
];
const numbers = [0, -1, 1.5, 59000.25, 2 ** 53 - 1, -1e300];

function rows(): CatalogRow[] {
  const roll = dice(1);
  return Array.from({ length: 300 }, (_, n) =>
    rowOf({
      // Not in order, so that an order is seen to be made.
      uuid: uuidOf((n * 7919) % 65536),
      obs_collection: texts[roll(3)] ?? '',
      owner: roll(3) === 0 ? null : (texts[roll(texts.length)] ?? ''),
      obs_release_date: roll(3) === 0 ? null : (texts[7 + roll(2)] ?? ''),
      lsst_visit: roll(3) === 0 ? null : roll(5) - 2,
      t_min: roll(3) === 0 ? null : (numbers[roll(numbers.length)] ?? 0),
      pack_offset: 2 ** 53 - 1,
      footprint: roll(2) === 0 ? null : [roll(360), 0.1, -0],
    }),
  );
}

function condition(roll: (n: number) => number, depth: number): Predicate {
  const text = () => texts[roll(texts.length)] ?? '';
  const number = () => numbers[roll(numbers.length)] ?? 0;
  const some = <T>(make: () => T) => Array.from({ length: roll(30) }, make);
  const leaves: (() => Predicate)[] = [
    () => equals('owner', text()),
    () => equals('lsst_visit', number()),
    () => equals('t_min', number()),
    () => lessThan('obs_release_date', text()),
    () => lessThan('lsst_visit', number()),
    () => lessThan('t_min', number()),
    () => isIn('owner', some(text)),
    () => isIn('lsst_visit', some(number)),
    () => isNull(roll(2) ? 'owner' : 't_min'),
    () => (roll(2) ? ALWAYS : NEVER),
  ];
  const leaf = leaves[roll(leaves.length)];
  if (depth === 0) return leaf?.() ?? ALWAYS;
  const parts = Array.from({ length: roll(4) }, () => condition(roll, depth - 1));
  const nodes = [() => and(...parts), () => or(...parts), () => not(condition(roll, depth - 1))];
  return nodes[roll(nodes.length)]?.() ?? ALWAYS;
}

export function catalogSuite(name: string, maker: CatalogMaker): void {
  tablesSuite(name, maker);
  describe(name, () => {
    const folder = mkdtempSync(join(tmpdir(), 'vignet-catalog-'));
    const all = rows();
    const sorted = all.toSorted((a, b) => (a.uuid < b.uuid ? -1 : 1));
    let catalog: Catalog;

    async function selected<C extends keyof CatalogRow>(
      query: Query<C, 'dataset'>,
    ): Promise<Pick<CatalogRow, C>[]> {
      const found: Pick<CatalogRow, C>[] = [];
      for await (const batch of catalog.select(query)) found.push(...batch);
      return found;
    }

    beforeAll(async () => {
      const path = join(folder, 'catalog');
      const draft = await maker.draft(path);
      await draft.put(all);
      await draft.finish({ pack: 3, offset: 2 ** 40 });
      draft.close();
      catalog = await maker.open(path);
    });

    afterAll(() => {
      catalog.close();
      rmSync(folder, { recursive: true });
    });

    it('gives back what was put into it, every column', async () => {
      const columns = Object.keys(rowOf({ uuid: '' })) as (keyof CatalogRow)[];
      expect(await selected({ columns, where: ALWAYS, order: ['uuid'] })).toEqual(sorted);
      expect(await catalog.packEnd()).toEqual({ pack: 3, offset: 2 ** 40 });
    });

    it('means by a condition what it says, in rows, counts, groups and positions', async () => {
      const roll = dice(2);
      for (let n = 0; n < 150; n++) {
        const where = condition(roll, n % 4);
        const meant = sorted.filter((row) => meets(row, where));
        const said = JSON.stringify(where);
        const found = await selected({ columns: ['uuid'], where, order: ['uuid'] });
        expect(
          found.map(({ uuid }) => uuid),
          said,
        ).toEqual(meant.map(({ uuid }) => uuid));
        expect(await catalog.count(where), said).toBe(meant.length);
        const groups = await catalog.groups(['obs_collection', 'owner'], where);
        expect(
          groups.reduce((sum, { datasets }) => sum + datasets, 0),
          said,
        ).toBe(meant.length);
        const positions = await catalog.positions(where);
        expect(
          sorted.filter((_, at) => positions.has(at)),
          said,
        ).toEqual(meant);
        expect(
          [-1, sorted.length, sorted.length + 7].some((at) => positions.has(at)),
          said,
        ).toBe(false);
      }
    });

    it('counts groups in the order of their columns, null last', async () => {
      const groups = await catalog.groups(['lsst_visit', 'obs_collection'], not(equals('owner', 'a')));
      const counted = new Map<string, number>();
      for (const row of all.filter(({ owner }) => owner !== 'a')) {
        const key = JSON.stringify([row.lsst_visit, row.obs_collection]);
        counted.set(key, (counted.get(key) ?? 0) + 1);
      }
      const visits = [-2, -1, 0, 1, 2, null];
      const keys = visits.flatMap((visit) => ['', 'A', 'a'].map((of) => JSON.stringify([visit, of])));
      expect(
        groups.map((one) => [JSON.stringify([one.lsst_visit, one.obs_collection]), one.datasets]),
      ).toEqual(keys.filter((key) => counted.has(key)).map((key) => [key, counted.get(key)]));
    });

    it('sorts by several columns, null last', async () => {
      const found = await selected({ columns: ['t_min', 'uuid'], where: ALWAYS, order: ['t_min', 'uuid'] });
      const rank = ({ t_min }: Pick<CatalogRow, 't_min'>) => t_min ?? Number.POSITIVE_INFINITY;
      const expected = sorted.toSorted((a, b) => rank(a) - rank(b) || (a.uuid < b.uuid ? -1 : 1));
      expect(found).toEqual(expected.map(({ t_min, uuid }) => ({ t_min, uuid })));
    });

    it('gives the first rows only, where so many are wanted', async () => {
      for (const most of [0, 1, 7, sorted.length + 1]) {
        const found = await selected({ columns: ['uuid'], where: ALWAYS, order: ['uuid'], most });
        expect(found).toEqual(sorted.slice(0, most).map(({ uuid }) => ({ uuid })));
      }
    });

    it('answers one question in the midst of another, and ends what nobody reads on', async () => {
      for await (const batch of catalog.select({ columns: ['uuid'], where: ALWAYS })) {
        expect(batch.length).toBeGreaterThan(0);
        expect(await catalog.count(ALWAYS)).toBe(all.length);
        break;
      }
      expect(await selected({ columns: ['uuid'], where: NEVER })).toEqual([]);
    });

    it('refuses what is no column, by name', async () => {
      const bad = 'uuid FROM dataset; --' as ColumnName;
      const refused = {
        kind: 'usage',
        code: 'UNKNOWN_COLUMN',
        message: expect.stringMatching(/received 'uuid FROM/),
      };
      await expect(catalog.count(isNull(bad))).rejects.toMatchObject(refused);
      await expect(catalog.groups([bad], ALWAYS)).rejects.toMatchObject(refused);
      await expect(selected({ columns: [bad], where: ALWAYS })).rejects.toMatchObject(refused);
      await expect(selected({ columns: ['uuid'], where: ALWAYS, order: [bad] })).rejects.toMatchObject(
        refused,
      );
    });

    it('is changed by removing and putting, and empty when new', async () => {
      const path = join(folder, 'second');
      const draft = await maker.draft(path);
      expect([await draft.count(ALWAYS), await draft.packEnd()]).toEqual([0, { pack: 1, offset: 0 }]);
      expect((await draft.positions(ALWAYS)).has(0)).toBe(false);
      await draft.put([rowOf({ uuid: uuidOf(1) }), rowOf({ uuid: uuidOf(2), owner: 'old' })]);
      await draft.finish({ pack: 1, offset: 10 });
      draft.close();
      const again = await maker.draft(path);
      await again.remove([uuidOf(2), uuidOf(9)]);
      await again.put([rowOf({ uuid: uuidOf(2), owner: 'new' })]);
      await again.finish({ pack: 2, offset: 0 });
      expect(await again.count(equals('owner', 'old'))).toBe(0);
      expect(await again.count(isIn('uuid', [uuidOf(1), uuidOf(2)]))).toBe(2);
      again.close();
    });
  });
}
