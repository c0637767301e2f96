// Search conditions in ADQL on both engines. Oracle: SQLite, with the functions of Python's math, asked for the same rows. Rows have nulls,
// so that conditions are true, false and unknown. Functions are compared where they are not within rounding of a bound: exact otherwise.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalog, CatalogDraft } from '../../src/catalog/catalog.ts';
import { DuckCatalog } from '../../src/catalog/duckdb/catalog.ts';
import { DuckDraft } from '../../src/catalog/duckdb/draft.ts';
import { PgCatalog } from '../../src/catalog/postgres/catalog.ts';
import { PgDraft } from '../../src/catalog/postgres/draft.ts';
import { and, equals, NEVER, not, or, type Predicate } from '../../src/catalog/predicate.ts';
import type { CatalogRow } from '../../src/catalog/schema.ts';
import { meeting, SHOWN_COLUMNS } from '../../src/products/select/columns.ts';
import { rowOf, uuidOf } from '../catalog/rows.ts';
import { dice } from '../support/dice.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const ROWS = 400;
const CONDITIONS = 400;

/** A column of each type, its values among these or null. */
const KINDS = {
  s_ra: [0, 0.5, 1.25, 10, 149.99, 150.3, 359.9999, 2.5, 3.5],
  s_dec: [-90, -45.5, -2.5, -1e-9, 0, 0.5, 1, 2.5, 90],
  t_min: [60_000, 60_000.25, 61_083.323, 59_999.999],
  t_exptime: [0, 1, 15, 30, 29.5, -3],
  s_resolution: [0.5, 0.7, 0.75, 1.5, 1e-5],
  lsst_visit: [2026021100003, 2026021100004, 2026042700006, 9007199254740992, -1],
  lsst_detector: [0, 1, 2, 94, 95, 188],
  lsst_patch: [-7, -1, 0, 3, 8, 40],
  lsst_band: ['u', 'g', 'r', 'i', 'R', ''],
  lsst_filter: ['r_57', 'R_57', 'r%57', 'i_39', 'a\nb', "it's", 'x'],
  target_name: ['COSMOS', 'cosmos', 'Cosmos field', 'M31', '12', '-3.5', '1e3', ' 7', 'NaN', '\u00e9'],
} as const;

type Used = keyof typeof KINDS;
const USED = Object.keys(KINDS) as Used[];
const ints = ['lsst_detector', 'lsst_patch'] as const;
const doubles = ['s_ra', 's_dec', 't_min', 't_exptime', 's_resolution'] as const;
const texts = ['lsst_band', 'lsst_filter', 'target_name'] as const;

const roll = dice(1);
const of = <T>(all: readonly T[]): T => all[roll(all.length)] as T;

const rows = Array.from({ length: ROWS }, (_, n): CatalogRow => {
  const values = USED.map((name) => [name, roll(5) === 0 ? null : of<string | number>(KINDS[name])]);
  // Of the columns' own types.
  return rowOf({ uuid: uuidOf(n), ...(Object.fromEntries(values) as Partial<CatalogRow>) });
});

/** The same in ADQL and in SQLite's words. */
type Said = readonly [adql: string, sqlite: string];
const both = (text: string): Said => [text, text];
const say = (strings: TemplateStringsArray, ...parts: readonly Said[]): Said => [
  String.raw({ raw: strings }, ...parts.map(([adql]) => adql)),
  String.raw({ raw: strings }, ...parts.map(([, sqlite]) => sqlite)),
];
const quoted = (text: string) => both(`'${text.replaceAll("'", "''")}'`);

function whole(depth: number): Said {
  if (depth === 0 || roll(3) === 0) return roll(2) ? both(of(ints)) : both(String(roll(9)));
  const [a, b] = [whole(depth - 1), whole(depth - 1)];
  return of([
    () => say`(${a} + ${b})`,
    () => say`(${a} - ${b})`,
    () => say`(${a} * ${b})`,
    () => say`(${a} / ${b})`,
    () => say`MOD(${a}, ${b})`,
    () => say`(- ${a})`,
    () => say`ABS(${a})`,
    () => say`COALESCE(${a}, ${b})`,
    (): Said => [`CAST(${a[0]} AS SMALLINT)`, `TO_SHORT(${a[1]})`],
  ])();
}

function real(depth: number): Said {
  if (depth === 0 || roll(3) === 0)
    return roll(3) ? both(of(doubles)) : both(of(['0.5', '2.25', '1e1', '.125', '10.']));
  const [a, b] = [real(depth - 1), real(depth - 1)];
  const name = of([
    'SIN',
    'COS',
    'ATAN',
    'SQRT',
    'LOG',
    'LOG10',
    'ACOS',
    'ASIN',
    'RADIANS',
    'DEGREES',
    'FLOOR',
    'CEILING',
  ]);
  return of(
    [
      () => say`(${a} + ${b})`,
      () => say`(${a} - ${b})`,
      () => say`(${a} * ${b})`,
      () => say`(${a} / ${b})`,
      () => say`(- ${a})`,
      () => say`${both(name)}(${a})`,
      () => say`${both(name)}(${whole(1)})`,
      () => say`ROUND(${a}, ${both(of(['2', '1', '-1']))})`,
      () => say`TRUNCATE(${a})`,
      () => say`POWER(${a}, ${both(of(['2', '0.5', '-1', 'lsst_patch']))})`,
      () => say`ATAN2(${a}, ${b})`,
      () => say`COALESCE(${a}, ${b}, 0.5)`,
      () => say`(${a} + ${whole(1)})`,
      (): Said => [`CAST(${a[0]} AS REAL)`, `TO_SINGLE(${a[1]})`],
    ].slice(0, 14),
  )();
}

function word(depth: number): Said {
  if (depth === 0 || roll(2) === 0) return roll(3) ? both(of(texts)) : quoted(of(KINDS.target_name));
  const [a, b] = [word(depth - 1), word(depth - 1)];
  return of([
    () => say`(${a} || ${b})`,
    () => say`COALESCE(${a}, ${b})`,
    (): Said => [`CAST(${a[0]} AS VARCHAR(3))`, `START(${a[1]}, 3)`],
    (): Said => [`CAST(lsst_visit AS VARCHAR)`, `CAST(lsst_visit AS TEXT)`],
  ])();
}

const PATTERNS = [
  '%',
  'r%',
  '%5_',
  'r_57',
  'r\\_57',
  '_',
  '%o%o%',
  'a%b',
  '',
  '%[A-Z]%',
  "it's",
  '.*',
  '%.%',
];
const sign = () => both(of(['=', '<>', '<', '<=', '>', '>=']));

function predicate(): Said {
  const negated = both(of(['', 'NOT ']));
  return of([
    () => say`${whole(2)} ${sign()} ${whole(2)}`,
    () => say`${real(3)} ${sign()} ${real(2)}`,
    () => say`${real(1)} ${sign()} ${whole(1)}`,
    () => say`${word(1)} ${sign()} ${word(2)}`,
    () =>
      say`lsst_visit ${sign()} ${both(of(['2026021100003', '9007199254740992', '9007199254740993', '2026021100003.5']))}`,
    () => say`${real(1)} ${negated}BETWEEN ${real(1)} AND ${real(1)}`,
    () => say`${word(1)} ${negated}BETWEEN ${word(0)} AND ${word(0)}`,
    () => say`${whole(1)} ${negated}IN (${whole(0)}, ${whole(1)}, 94)`,
    () => say`lsst_detector ${negated}IN (${both(Array.from({ length: 20 }, () => roll(200)).join(', '))})`,
    () => say`s_ra ${negated}IN (${both(Array.from({ length: 20 }, (_, n) => n / 2).join(', '))})`,
    () => say`${word(0)} ${negated}IN ('r', 'R', 'M31', NULL)`,
    () => say`${word(1)} ${negated}LIKE ${quoted(of(PATTERNS))}`,
    (): Said => {
      const [value, pattern] = [of(texts), of(PATTERNS)];
      return [
        `${value} ILIKE ${quoted(pattern)[0]}`,
        `LOWER(${value}) LIKE ${quoted(pattern.toLowerCase())[1]}`,
      ];
    },
    () => say`LOWER(${both(of(texts))}) = ${quoted(of(['cosmos', 'r', 'r_57']))}`,
    () => say`UPPER(${both(of(texts))}) < ${quoted(of(['COSMOS', 'R', 'R_57']))}`,
    () => say`${word(1)} IS ${negated}NULL`,
    () => say`${real(2)} IS ${negated}NULL`,
    () => say`NULL = ${whole(0)}`,
    (): Said => ['CAST(s_dec AS BIGINT) = 2', 'TO_LONG(s_dec) = 2'],
    (): Said => ['CAST(lsst_visit AS INTEGER) IS NULL', 'TO_INT(lsst_visit) IS NULL'],
    (): Said => [
      'CAST(target_name AS DOUBLE PRECISION) > -10',
      "CAST(CASE WHEN target_name IN ('12', '-3.5', '1e3') THEN target_name END AS REAL) > -10",
    ],
    (): Said => ['CAST(target_name AS INTEGER) >= 1', "CASE WHEN target_name = '12' THEN 12 END >= 1"],
    (): Said => ["IN_UNIT(s_resolution, 'arcmin') > 0.012", 's_resolution / 60 > 0.012'],
    (): Said => ["IN_UNIT(t_min, 's') > 5184000000", 't_min * 86400 > 5184000000'],
  ])();
}

function condition(depth: number): Said {
  if (depth === 0 || roll(3) === 0) return predicate();
  const [a, b] = [condition(depth - 1), condition(depth - 1)];
  return of([() => say`(${a} AND ${b})`, () => say`(${a} OR ${b})`, () => say`NOT (${a})`])();
}

const conditions = Array.from({ length: CONDITIONS }, () => condition(2));
const folder = mkdtempSync(join(tmpdir(), 'vignet-adql-'));
let server: TestPostgres;
let engines: readonly (readonly [name: string, catalog: Catalog])[] = [];

async function fill(draft: CatalogDraft): Promise<void> {
  await draft.put(rows);
  await draft.finish({ pack: 1, offset: 0 });
  draft.close();
}

beforeAll(async () => {
  server = await startPostgres();
  const database = { url: server.database(), schema: 'adql' };
  const marker = join(folder, 'marker.json');
  await fill(await DuckDraft.open(join(folder, 'catalog.duckdb')));
  await fill(await PgDraft.open({ ...database, number: 1, marker }));
  const { generation, token } = JSON.parse(readFileSync(marker, 'utf8'));
  engines = [
    ['DuckDB', await DuckCatalog.open(join(folder, 'catalog.duckdb'), folder)],
    ['PostgreSQL', await PgCatalog.open(database, { generation, token })],
  ];
});
afterAll(async () => {
  for (const [, catalog] of engines) catalog.close();
  await server.stop();
  rmSync(folder, { recursive: true });
});

async function found(catalog: Catalog, where: Predicate): Promise<string[]> {
  const all: string[] = [];
  for await (const batch of catalog.select({ columns: ['uuid'], where, order: ['uuid'] }))
    all.push(...batch.map(({ uuid }) => uuid));
  return all;
}

/** What SQLite finds. */
function oracle(all: readonly string[]): string[][] {
  const columns = ['uuid', ...USED];
  const typeOf = (name: string) =>
    ['uuid', ...texts].includes(name)
      ? 'TEXT'
      : (doubles as readonly string[]).includes(name)
        ? 'REAL'
        : 'INTEGER';
  const input = JSON.stringify({
    columns: columns.map((name) => [name, typeOf(name)]),
    rows: rows.map((row) => columns.map((name) => row[name as Used])),
    conditions: all,
  });
  const script = join(import.meta.dirname, '../oracles/adql_rows.py');
  return JSON.parse(
    execFileSync('/usr/bin/python3', [script], { input, encoding: 'utf8', maxBuffer: 2 ** 28 }),
  );
}

it('the documentation lists the columns that a condition may name', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/find.md'), 'utf8');
  const names = SHOWN_COLUMNS.filter((column) => !('shape' in column)).map(({ name }) => name);
  expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  for (const name of names) expect(() => meeting(`ivoa.ObsCore.${name} IS NULL`), name).not.toThrow();
});

describe('search conditions', () => {
  it(`${CONDITIONS} conditions find what SQLite finds, in both engines`, async () => {
    const expected = oracle(conditions.map(([, sqlite]) => sqlite));
    const counts = new Set<number>();
    const differing: string[] = [];
    for (const [at, [adql]] of conditions.entries()) {
      for (const [name, catalog] of engines)
        if ((await found(catalog, meeting(adql))).join() !== expected[at]?.join())
          differing.push(`${name}: ${adql}`);
      counts.add(expected[at]?.length ?? 0);
    }
    expect(differing).toEqual([]);
    // They tell rows apart.
    expect(counts.size).toBeGreaterThan(80);
  });

  it('a condition that is negated as a whole holds where it is not true, as all conditions of the catalog', async () => {
    const all = rows.map(({ uuid }) => uuid);
    for (const [adql] of conditions.slice(0, 60)) {
      for (const [name, catalog] of engines) {
        const here = new Set(await found(catalog, meeting(adql)));
        const others = all.filter((uuid) => !here.has(uuid));
        expect(await found(catalog, not(meeting(adql))), `${name}: ${adql}`).toEqual(others);
        expect(await catalog.count(or(meeting(adql), not(meeting(adql)))), name).toBe(ROWS);
        expect(await catalog.count(and(meeting(adql), NEVER)), name).toBe(0);
      }
    }
  });

  it('a number that is too large is an error, unless another condition leaves the row out', async () => {
    const large = meeting('lsst_visit * 9000000000 > 1');
    for (const [name, catalog] of engines) {
      const error = { kind: 'usage', code: 'NUMBER_TOO_LARGE' };
      await expect(found(catalog, large), name).rejects.toMatchObject(error);
      await expect(catalog.count(large), name).rejects.toMatchObject(error);
      // Rows of that visit are all that are asked: the other rows cannot be told of by the error that they would make.
      const small = equals('lsst_visit', -1);
      expect(await found(catalog, and(large, small)), name).toEqual([]);
      expect(await found(catalog, and(small, large)), name).toEqual([]);
    }
  });

  it('what is no condition on these columns is refused with its place, and nothing is asked of a database', () => {
    const refusals: readonly (readonly [adql: string, message: RegExp])[] = [
      [
        'lsst_vist = 3',
        /^expected a column of ivoa\.ObsCore for WHERE at line 1, column 1, received 'lsst_vist'; did you mean lsst_visit\?$/,
      ],
      ['"Lsst_visit" = 3', /in double quotes case counts: "lsst_visit"$/],
      ['path = 1', /^expected a column of ivoa\.ObsCore/],
      ['"path" LIKE \'%\'', /^expected a column of ivoa\.ObsCore/],
      ['other.s_ra > 1', /^expected a column of ivoa\.ObsCore .* received 'other\.s_ra'$/],
      ['footprint = 1', /footprint is a list of numbers$/],
      [
        "t_min >\n 'x'",
        /^expected a number, as what it is compared with for WHERE at line 2, column 2, .*; this is a text$/,
      ],
      ["t_min IN (1, '2')", /numbers stand without quotes$/],
      [`t_min IN (${'1, '.repeat(20)}'2')`, /^expected a number, as what it is compared with/],
      ['lsst_band = 5', /^expected a text, as what it is compared with .* this is a whole number$/],
      ['- lsst_band = 5', /^expected a number for WHERE at line 1, column 3/],
      ['s_ra || 1 = 5', /^expected a text for WHERE/],
      ['LOGARITHM(s_ra) = 1', /^expected a function of ADQL 2\.1/],
      ['SQTR(s_ra) = 1', /did you mean SQRT\?$/],
      ['COUNT(*) > 1', /^expected a value of one row, without COUNT/],
      ["1 = CONTAINS(POINT('ICRS', s_ra, s_dec), CIRCLE('ICRS', 1, 2, 3))", /CONTAINS is not available here/],
      ['lsst_visit IN (SELECT visit FROM visit)', /without a subquery/],
      ['EXISTS (SELECT * FROM "/etc/passwd.csv")', /without a subquery/],
      ['lsst_band LIKE lsst_filter', /^expected a pattern in single quotes/],
      [`lsst_band LIKE '${'%a'.repeat(1000)}'`, /^expected a pattern of at most 1000 characters/],
      ["IN_UNIT(s_ra, 'parsecs') > 1", /^expected a unit of VOUnits 1\.0/],
      ["IN_UNIT(s_ra, 'm') > 1", /s_ra is in deg$/],
      ["IN_UNIT(lsst_visit, 'm') > 1", /lsst_visit has none$/],
      ["IN_UNIT(s_ra + 1, 'rad') > 1", /^expected a column that has a unit/],
      ['ROUND(s_ra, lsst_patch) = 1', /^expected a whole number from -300 to 300/],
      ['CAST(s_ra AS VARCHAR) = 1', /^expected a whole number or a text to become a text/],
      ['CAST(s_ra AS POINT) = 1', /POINT is not available here$/],
      [`s_ra > 1${'0'.repeat(400)}`, /^expected a number of at most 1\.8e308/],
      [`${'s_ra = 1 OR '.repeat(3000)}s_ra = 2`, /^expected at most 2000 numbers and texts/],
      ['s_ra = 1) OR (1 = 1', /^expected .* received '\)'$/],
      ['s_ra = 1; DROP TABLE dataset; --', /received ';'$/],
      ["read_csv('/etc/passwd') = 1", /^expected a function of ADQL 2\.1/],
      ["s_ra = 1 OR $1 = ''", /received '\$'$/],
      ['s_ra = 1 UNION SELECT 1', /received 'UNION'$/],
    ];
    for (const [adql, message] of refusals) {
      const refused = expect(() => meeting(adql), adql);
      refused.toThrow(
        expect.objectContaining({ kind: 'usage', code: 'BAD_ADQL', message: expect.stringMatching(message) }),
      );
    }
  });

  it('what looks like SQL within a text is a text', async () => {
    const hostile = [
      "'; DROP TABLE dataset; --",
      '$1',
      '?',
      "\\'; --",
      '"',
      '\u0000',
      '%s',
      'x'.repeat(90_000),
    ];
    for (const [name, catalog] of engines) {
      for (const text of hostile) {
        const literal = `'${text.replaceAll("'", "''")}'`;
        expect(
          await found(catalog, meeting(`target_name = ${literal} OR lsst_filter = 'x' || ${literal}`)),
          name,
        ).toEqual([]);
      }
      expect(await catalog.count(equals('uuid', uuidOf(1))), name).toBe(1);
    }
  });

  it('no pattern takes longer than the text that it is compared with', async () => {
    // Tried one way after the other, these would take 10 to the 29th steps for one row.
    const text = `'${'a'.repeat(100)}'`;
    const pattern = `${'%a_'.repeat(30)}%b`;
    for (const [name, catalog] of engines) {
      expect(await found(catalog, meeting(`${text} LIKE '${pattern}'`)), name).toEqual([]);
      expect(await catalog.count(meeting(`${text} ILIKE '${'%a_'.repeat(30)}%'`)), name).toBe(ROWS);
    }
  });

  it('the largest conditions that are taken are answered', async () => {
    const deep = `${'ABS('.repeat(60)}s_dec${')'.repeat(60)} >= 0`;
    const partial = `${'SQRT('.repeat(60)}s_dec${')'.repeat(60)} >= 0`;
    const long = `s_ra${' + 1'.repeat(200)} > 1`;
    const many = `lsst_visit IN (${Array.from({ length: 20_000 }, (_, n) => n).join(', ')})`;
    const wide = Array.from({ length: 900 }, (_, n) => `lsst_detector = ${n} AND lsst_patch = ${n}`).join(
      ' OR ',
    );
    const quotients = `${'(s_dec / '.repeat(60)}s_ra${')'.repeat(60)} > 1`;
    const powers = `${'POWER(s_dec, '.repeat(60)}s_ra${')'.repeat(60)} > 1`;
    for (const adql of [deep, partial, quotients, powers, long, many, wide]) {
      const [first, second] = await Promise.all(engines.map(([, catalog]) => found(catalog, meeting(adql))));
      expect(first, adql.slice(0, 40)).toEqual(second);
    }
  });
});
