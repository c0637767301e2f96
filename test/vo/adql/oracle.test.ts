// The grammar against another: Debian's adql-java 1.5, whose language is ADQL 2.0. Queries of that language, as they are and with one token
// removed, doubled or exchanged, are taken or refused by both. Where they differ, one of the reasons below holds.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseQuery } from '../../../src/vo/adql/parse.ts';
import { printQuery } from './print.ts';
import { queries } from './trees.ts';

const RUNS = 200;

const whole = fc.sample(queries(true), { numRuns: RUNS, seed: 14 }).map(printQuery);

const tokens = (text: string) => text.match(/'[^']*'|"[^"]*"|[A-Za-z0-9_.]+|[<>]=|<>|\S/g) ?? [];

/** One token removed, doubled, or put in another's place. */
function damaged(text: string, at: number): string {
  const all = tokens(text);
  const place = (at * 7) % all.length;
  const other = all[(at * 13) % all.length] ?? '';
  all.splice(place, 1, ...([[], [all[place] ?? '', all[place] ?? ''], [other]][at % 3] ?? []));
  return all.join(' ');
}

function taken(text: string): boolean {
  try {
    parseQuery(text, 'QUERY');
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'BAD_ADQL' });
    return false;
  }
}

function oracle(texts: readonly string[]): string[] {
  const input = texts.map((text) => Buffer.from(text).toString('base64')).join('\n');
  const classes = '/usr/share/java/bsh.jar:/usr/share/java/adql.jar';
  const script = join(import.meta.dirname, '../../oracles/adql_oracle.bsh');
  const args = ['-XX:TieredStopAtLevel=1', '-cp', classes, 'bsh.Interpreter', script];
  const { stdout, stderr, status } = spawnSync('java', args, { input, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return stdout.trim().split('\n');
}

/** By hand: geometry, texts, and what is easily taken wrongly. */
const WRITTEN = [
  "SELECT TOP 10 * FROM ivoa.ObsCore WHERE 1 = CONTAINS(POINT('ICRS', s_ra, s_dec), CIRCLE('ICRS', 10.5, -3, .1))",
  "SELECT s_ra FROM ivoa.ObsCore WHERE INTERSECTS(s_region, POLYGON('ICRS', 1, 2, 3, 4, 5, 6)) = 0",
  "SELECT AREA(s_region), COORD1(CENTROID(s_region)), COORDSYS(p) FROM a WHERE DISTANCE(POINT('', 1, 2), p) < 0.5",
  "SELECT * FROM a WHERE 1 = INTERSECTS(BOX('ICRS', 1, 2, 3, 4), REGION('CIRCLE ICRS 1 2 3'))",
  "SELECT * FROM a WHERE b = 'it''s' AND c LIKE '%_x' AND d <> '' AND e != '--'",
  "SELECT a || 'x' || b AS t FROM c WHERE d || 'y' = 'zy'",
  'SELECT "a b", "select", "x""y" FROM "table"',
  'SELECT * FROM a b, c AS d, (SELECT e FROM f) g',
  'SELECT * FROM a NATURAL JOIN b',
  'SELECT * FROM a JOIN b USING (c, d) LEFT JOIN e ON e.f = a.f',
  'SELECT * FROM (a JOIN b ON a.c = b.c)',
  'SELECT COUNT(*), COUNT(DISTINCT a), SUM(ALL b) FROM c GROUP BY d HAVING COUNT(*) > 2 ORDER BY 1 DESC, d ASC',
  'SELECT a -- b\n FROM c -- the end',
  'select a from b where not (c = 1 and d in (1, 2) or e between 1 and 2)',
  'SELECT a FROM b WHERE c IN (SELECT d FROM e) AND EXISTS (SELECT * FROM f)',
  'SELECT a.b.c.d FROM a.b.c',
  'SELECT ROUND(a, 2), TRUNCATE(b), LOG10(c), DEGREES(d), RAND(5) FROM e',
  'SELECT a FROM b;',
  'SELECT a b FROM c',
  'SELECT a, FROM c',
  'SELECT a FROM b WHERE',
  'SELECT a FROM b WHERE c',
  'SELECT a FROM b WHERE c = ',
  "SELECT a FROM b WHERE c = 'x",
  'SELECT a FROM b WHERE (c = 1',
  'SELECT a FROM b WHERE c = 1)',
  'SELECT a FROM b WHERE c == 1',
  'SELECT a FROM b WHERE c = d = e',
  'SELECT a FROM b WHERE c IS 1',
  'SELECT a FROM b WHERE c BETWEEN 1',
  'SELECT a FROM b WHERE c IN ()',
  'SELECT a FROM b WHERE c LIKE',
  'SELECT a FROM b GROUP c',
  'SELECT a FROM b ORDER c',
  'SELECT a FROM b HAVING',
  'SELECT TOP a FROM b',
  'SELECT TOP -1 a FROM b',
  'SELECT size FROM b',
  'SELECT a AS order FROM b',
  'SELECT a FROM b AS where',
  'SELECT 1a FROM b',
  'SELECT _a FROM b',
  'SELECT a FROM b c d',
  'SELECT a FROM (SELECT b FROM c)',
  'SELECT a FROM b JOIN',
  'SELECT ABS() FROM b',
  'SELECT ABS(1, 2) FROM b',
  'SELECT MOD(1) FROM b',
  'SELECT PI(1) FROM b',
  'SELECT COUNT() FROM b',
  'SELECT SUM(*) FROM b',
  'SELECT a.* b FROM a',
  'SELECT a FROM b WHERE c = 1 AND OR d = 2',
  'SELECT a FROM b WHERE NOT NOT c = 1',
  'SELECT a FROM b WHERE - - c = 1',
  'SELECT * * FROM b',
  'SELECT (a FROM b',
  'SELECT a FROM b FROM c',
  'INSERT INTO a VALUES (1)',
  'DROP TABLE a',
  'UPDATE a SET b = 1',
  'SELECT a INTO b FROM c',
  'SELECT a FROM b; DELETE FROM b',
  'SELECT a FROM b LIMIT 5',
  "SELECT a FROM '/etc/passwd.csv'",
  'SELECT CASE WHEN a = 1 THEN 2 END FROM b',
  'SELECT a::text FROM b',
  'SELECT a FROM b WHERE c = $1',
  'SELECT a FROM b WHERE c = ?',
  'SELECT a FROM b /* c */',
];

/** Why one takes what the other refuses. */
const REASONS: readonly (readonly [why: string, form: RegExp])[] = [
  ['ADQL 2.1 gives coordinates of centroids, ADQL 2.0 only of points and columns', /COORD[12]\(CENTROID/],
  ['it reads nothing behind a semicolon, so that a second statement is not noticed', /;.*\w/],
];

const VERSION_21: readonly string[] = [
  'SELECT LOWER(a), UPPER(b) FROM c',
  "SELECT a FROM b WHERE c ILIKE 'x%'",
  'SELECT COALESCE(a, b) FROM c',
  'SELECT CAST(a AS VARCHAR(3)), CAST(b AS DOUBLE PRECISION) FROM c',
  "SELECT IN_UNIT(a, 'arcsec') FROM b",
  'SELECT a FROM b ORDER BY c OFFSET 10',
  'SELECT a FROM b UNION ALL SELECT c FROM d EXCEPT SELECT e FROM f INTERSECT SELECT g FROM h',
  'WITH a AS (SELECT b FROM c), d AS (SELECT * FROM a) SELECT * FROM d',
  'SELECT a FROM b GROUP BY MOD(c, 2) ORDER BY t.x, d + 1 DESC',
  'SELECT a FROM b WHERE DISTANCE(1, 2, 3, 4) < 1 AND 1 = CONTAINS(POINT(a, b), CIRCLE(POINT(1, 2), 3))',
  'SELECT POLYGON(POINT(1, 2), POINT(3, 4), POINT(5, 6)), BOX(POINT(1, 2), 3, 4) FROM a',
];

it(`${2 * RUNS + WRITTEN.length} queries are taken or refused by both`, () => {
  const texts = [...whole, ...whole.map(damaged), ...WRITTEN];
  const answers = oracle(texts);
  expect(answers).toHaveLength(texts.length);
  const differing = texts
    .map((text, at) => ({ text, theirs: answers[at] ?? '', ours: taken(text) }))
    .filter(({ theirs, ours }) => theirs.startsWith('yes') !== ours)
    .filter(({ text }) => !REASONS.some(([, form]) => form.test(text)));
  expect(differing).toEqual([]);
  expect(answers.filter((one) => one.startsWith('yes')).length).toBeGreaterThan(RUNS / 2);
  expect(answers.filter((one) => one.startsWith('no')).length).toBeGreaterThan(RUNS / 4);
});

it('what ADQL 2.1 has more is taken', () => {
  expect(VERSION_21.filter((text) => !taken(text))).toEqual([]);
});
