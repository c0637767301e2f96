// What every catalog must do with the tables beside `dataset`. Oracle: the same rows and conditions in JavaScript.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalog } from '../../src/catalog/catalog.ts';
import {
  ALWAYS,
  and,
  equals,
  exists,
  isNull,
  not,
  of,
  or,
  type Predicate,
} from '../../src/catalog/predicate.ts';
import type { CatalogRow } from '../../src/catalog/schema.ts';
import type { SiteTable } from '../../src/catalog/site-table.ts';
import {
  columnNames,
  type RowOf,
  rowFor,
  SIDE_TABLES,
  type SideTable,
  TABLES,
  type TableName,
} from '../../src/catalog/tables.ts';
import { visibleRows } from '../../src/catalog/visible.ts';
import { dice } from '../support/dice.ts';
import { rowOf, uuidOf } from './rows.ts';
import { type CatalogMaker, rowMeets } from './suite.ts';

/** Rows with a value in every column: different in each row where the column belongs to the key. */
function fullRow<T extends SideTable>(table: T, n: number): RowOf<T> {
  const cells = TABLES[table].columns.map((column, at) => {
    const number = column.type === 'double' ? at + n / 8 : at + n;
    const value = column.type === 'char' ? `é'${n}` : 'shape' in column ? [number, -0.5, 2] : number;
    return [column.name, value];
  });
  return Object.fromEntries(cells);
}

function emptyRow<T extends SideTable>(table: T, n: number): RowOf<T> {
  const row = Object.entries(fullRow(table, n));
  const required = new Set<string>(
    TABLES[table].columns.flatMap((column) => ('required' in column ? [column.name] : [])),
  );
  return Object.fromEntries(
    row.map(([name, value]) => [name, required.has(name) ? value : null]),
  ) as RowOf<T>;
}

async function all<T extends SideTable>(catalog: Catalog, from: T, where: Predicate<string> = ALWAYS) {
  const columns = columnNames(from);
  const found: RowOf<T>[] = [];
  const query = { from, columns, where: where as typeof ALWAYS };
  for await (const batch of catalog.select(query)) found.push(...(batch as unknown as RowOf<T>[]));
  return found.map((row) => JSON.stringify(row)).sort();
}

const sorted = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort();

function visit(n: number, given: Partial<RowOf<'visit'>> = {}): RowOf<'visit'> {
  return rowFor('visit', { obs_collection: 'A', instrument: 'Cam', visit: n, ...given });
}

function input(output: number, position: number, named: string, of?: number): RowOf<'dataset_input'> {
  const resolved = of === undefined ? null : uuidOf(of);
  return rowFor('dataset_input', { output: uuidOf(output), position, role: 'input', named, input: resolved });
}

function datasets(): CatalogRow[] {
  const roll = dice(3);
  return Array.from({ length: 60 }, (_, n) =>
    rowOf({
      uuid: uuidOf(n),
      obs_collection: roll(2) ? 'A' : 'B',
      instrument_name: roll(4) === 0 ? null : 'Cam',
      lsst_visit: roll(4) === 0 ? null : roll(8),
      owner: ['anna', 'bert', null][roll(3)] ?? null,
    }),
  );
}

export function tablesSuite(name: string, maker: CatalogMaker): void {
  describe(`${name}: tables beside dataset`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'vignet-tables-'));
    const rows = datasets();
    const visits = Array.from({ length: 8 }, (_, n) =>
      visit(n, { obs_collection: n % 2 ? 'B' : 'A', airmass: n % 3 ? 1 + n / 8 : null }),
    );
    let catalog: Catalog;
    const rowsOf = (table: TableName) => (table === 'dataset' ? rows : table === 'visit' ? visits : []);

    beforeAll(async () => {
      const path = join(folder, 'catalog');
      const draft = await maker.draft(path);
      await draft.put(rows);
      await draft.putRows('visit', visits);
      await draft.finish({ pack: 1, offset: 0 });
      draft.close();
      catalog = await maker.open(path);
    });

    afterAll(() => {
      catalog.close();
      rmSync(folder, { recursive: true });
    });

    it('gives back what was put into them, every column of every table, and null', async () => {
      const draft = await maker.draft(join(folder, 'every'));
      for (const table of SIDE_TABLES) {
        const given = [fullRow(table, 1), fullRow(table, 2), emptyRow(table, 3)];
        await draft.putRows(table, given);
        expect(await all(draft, table), table).toEqual(sorted(given));
      }
      draft.close();
    });

    it('replaces the rows of a key together, and leaves others', async () => {
      const draft = await maker.draft(join(folder, 'replaced'));
      await draft.putRows('visit', [visit(1, { airmass: 1.5, name: 'first' }), visit(2)]);
      await draft.putRows('visit', [visit(1, { airmass: 1.25 }), visit(3)]);
      expect(await all(draft, 'visit')).toEqual(sorted([visit(1, { airmass: 1.25 }), visit(2), visit(3)]));
      await draft.putRows('dataset_input', [input(1, 0, 'a'), input(1, 1, 'b'), input(2, 0, 'c')]);
      await draft.putRows('dataset_input', [input(1, 0, 'new', 7)]);
      expect(await all(draft, 'dataset_input')).toEqual(sorted([input(1, 0, 'new', 7), input(2, 0, 'c')]));
      draft.close();
    });

    it('removes rows by a condition, also on other tables, and nothing else', async () => {
      const draft = await maker.draft(join(folder, 'conditions'));
      await draft.put(rows);
      await draft.putRows('visit', visits);
      await draft.removeRows('visit', of('visit').lessThan('airmass', 1.3));
      const heavy = visits.filter(({ airmass }) => airmass === null || airmass >= 1.3);
      expect(heavy.length).toBeLessThan(visits.length);
      expect(await all(draft, 'visit')).toEqual(sorted(heavy));
      const ofAnna = exists<'dataset', 'visit' | 'obs_collection'>(
        'dataset',
        [
          ['obs_collection', 'obs_collection'],
          ['visit', 'lsst_visit'],
        ],
        equals('owner', 'anna'),
      );
      await draft.removeRows('visit', ofAnna);
      const isAnnas = (one: RowOf<'visit'>) =>
        rows.some(
          (row) =>
            row.owner === 'anna' && row.obs_collection === one.obs_collection && row.lsst_visit === one.visit,
        );
      const left = heavy.filter((one) => !isAnnas(one));
      expect(left.length).toBeLessThan(heavy.length);
      expect(await all(draft, 'visit')).toEqual(sorted(left));
      await draft.removeRows('dataset', not(equals('obs_collection', 'A')));
      expect(await draft.count(ALWAYS)).toBe(rows.filter((row) => row.obs_collection === 'A').length);
      expect(await all(draft, 'visit')).toEqual(sorted(left));
      draft.close();
    });

    it('refuses two rows of a key that occurs once', async () => {
      const draft = await maker.draft(join(folder, 'twice'));
      await expect(draft.putRows('visit', [visit(1), visit(1)])).rejects.toMatchObject({
        kind: 'fatal',
        code: 'INTERNAL',
        message: expect.stringContaining('table visit'),
      });
      draft.close();
    });

    it('removes with a dataset its inputs and the ranges in which it is valid', async () => {
      const draft = await maker.draft(join(folder, 'removed'));
      const valid = (n: number, from: number) =>
        rowFor('calibration_validity', {
          uuid: uuidOf(n),
          calibration_collection: 'calib',
          valid_from: from,
          valid_to: from + 1,
        });
      await draft.put([rowOf({ uuid: uuidOf(1) }), rowOf({ uuid: uuidOf(2) })]);
      await draft.putRows('dataset_input', [input(1, 0, 'a'), input(2, 0, 'of the other', 1)]);
      await draft.putRows('calibration_validity', [valid(1, 60_000), valid(1, 60_001), valid(2, 60_000)]);
      await draft.remove([uuidOf(1)]);
      expect(await draft.count(ALWAYS)).toBe(1);
      expect(await all(draft, 'dataset_input')).toEqual(sorted([input(2, 0, 'of the other', 1)]));
      expect(await all(draft, 'calibration_validity')).toEqual(sorted([valid(2, 60_000)]));
      draft.close();
    });

    it('looks into other tables, and takes null for no match', async () => {
      const high = of('visit');
      const ofVisit = [
        ['obs_collection', 'obs_collection'],
        ['instrument_name', 'instrument'],
        ['lsst_visit', 'visit'],
      ] as const;
      const atLeast = (airmass: number) =>
        exists('visit', ofVisit, not(or(high.lessThan('airmass', airmass), high.isNull('airmass'))));
      const asked: Predicate[] = [
        exists('visit', ofVisit),
        not(exists('visit', ofVisit)),
        atLeast(1.5),
        or(and(atLeast(1.2), equals('owner', 'anna')), isNull('lsst_visit')),
        not(and(atLeast(1.2), not(atLeast(1.7)))),
        exists(
          'visit',
          [['lsst_visit', 'visit']],
          exists('dataset', [['visit', 'lsst_visit']], isNull('owner')),
        ),
      ];
      for (const where of asked) {
        const meant = rows.filter((row) => rowMeets(row, where, rowsOf)).map(({ uuid }) => uuid);
        expect(meant.length).toBeGreaterThan(0);
        expect(meant.length).toBeLessThan(rows.length);
        const found: string[] = [];
        for await (const batch of catalog.select({ columns: ['uuid'], where, order: ['uuid'] }))
          found.push(...batch.map(({ uuid }) => uuid));
        expect(found, JSON.stringify(where)).toEqual(meant);
        expect(await catalog.count(where)).toBe(meant.length);
        const positions = await catalog.positions(where);
        expect(rows.filter((_, at) => positions.has(at)).map(({ uuid }) => uuid)).toEqual(meant);
      }
    });

    it('shows a row to whoever may know one of its datasets', async () => {
      for (const mayKnow of [ALWAYS, equals('owner', 'anna'), isNull('owner'), equals('owner', 'nobody')]) {
        const where = visibleRows('visit', mayKnow);
        const meant = visits.filter((row) => rowMeets(row, where, rowsOf));
        const known = (row: RowOf<'visit'>) =>
          rows.some(
            (one) =>
              rowMeets(one, mayKnow, rowsOf) &&
              one.obs_collection === row.obs_collection &&
              one.instrument_name === row.instrument &&
              one.lsst_visit === row.visit,
          );
        expect(meant).toEqual(visits.filter(known));
        expect(await all(catalog, 'visit', where)).toEqual(sorted(meant));
        expect(await catalog.count(where, 'visit')).toBe(meant.length);
      }
    });

    it('holds tables that a site brings, replaced with other columns, and kept by the next generation', async () => {
      const path = join(folder, 'site');
      const table = (columns: SiteTable['columns']): SiteTable => ({
        name: 'weather',
        description: "the site's log",
        columns,
        ...{ dataRights: 'public', releaseDate: null, owner: 'anna', group: null },
      });
      const [order, user, value] = [
        { name: 'order', type: 'long', description: 'a reserved word', ucd: 'meta.number' },
        { name: 'user', type: 'char', description: 'another' },
        { name: 'value', type: 'double', description: 'a number', unit: 'm/s' },
      ] as const;
      const rows = Array.from({ length: 2500 }, (_, n) => ({
        order: n - 1,
        user: n % 7 ? `é"'${n % 5}` : null,
        value: n % 3 ? n / 8 : null,
      }));
      async function* batches<T>(all: readonly T[]) {
        for (let at = 0; at < all.length; at += 999) yield all.slice(at, at + 999);
      }
      const found = async (catalog: Catalog, columns: string[], where: Predicate<string>, sort: string) => {
        const all: object[] = [];
        for await (const batch of catalog.siteRows({ from: 'weather', columns, where, order: [sort] }))
          all.push(...batch);
        return all;
      };
      const first = await maker.draft(path);
      expect(await first.siteTables()).toEqual([]);
      await first.putSiteTable(table([order, user, value]), batches(rows));
      await first.finish({ pack: 1, offset: 0 });
      first.close();
      const opened = await maker.open(path);
      expect(await opened.siteTables()).toEqual([table([order, user, value])]);
      const every: Predicate<string> = ALWAYS;
      expect(await found(opened, ['order', 'user', 'value'], every, 'order')).toEqual(rows);
      const where: Predicate<string> = and<string>(
        { op: 'less', column: 'order', value: 40 },
        not<string>({ op: 'null', column: 'user' }),
        not<string>({ op: 'equals', column: 'value', value: 0.5 }),
      );
      const meant = rows.filter((row) => rowMeets(row, where, () => []));
      expect(meant.length).toBeGreaterThan(10);
      expect(await found(opened, ['order'], where, 'order')).toEqual(
        meant.map(({ order: n }) => ({ order: n })),
      );
      await expect(found(opened, ['nothing'], every, 'order')).rejects.toMatchObject({
        code: 'UNKNOWN_COLUMN',
      });
      for (const from of ['seeing', 'dataset', 'site_weather'])
        await expect(
          opened
            .siteRows({ from, columns: ['order'], where: every })
            [Symbol.asyncIterator]()
            .next(),
        ).rejects.toMatchObject({ kind: 'usage', code: 'UNKNOWN_TABLE' });
      opened.close();
      const second = await maker.draft(path);
      await second.put([rowOf({ uuid: uuidOf(1) })]);
      expect(await found(second, ['value'], where, 'order')).toHaveLength(meant.length);
      await second.putSiteTable(table([user]), batches([{ user: 'x' }]));
      expect(await second.siteTables()).toEqual([table([user])]);
      expect(await found(second, ['user'], every, 'user')).toEqual([{ user: 'x' }]);
      second.close();
    });

    it('refuses what is no table and no column of it, by name', async () => {
      const from = 'visit; --' as 'visit';
      await expect(catalog.count(ALWAYS, from)).rejects.toMatchObject({
        kind: 'usage',
        code: 'UNKNOWN_TABLE',
        message: expect.stringContaining("received 'visit; --'"),
      });
      await expect(catalog.count(of('visit').isNull('uuid' as 'airmass'), 'visit')).rejects.toMatchObject({
        code: 'UNKNOWN_COLUMN',
        message: expect.stringContaining('a column of visit'),
      });
    });
  });
}
