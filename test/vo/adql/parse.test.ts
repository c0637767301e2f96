// The grammar of ADQL 2.1: what is printed is read as the same tree; what is refused, is refused at the right place; nothing is deep or slow.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_CHARACTERS, parseCondition, parseQuery } from '../../../src/vo/adql/parse.ts';
import { printCondition, printQuery } from './print.ts';
import { bare, queries, treesOf } from './trees.ts';

const root = join(import.meta.dirname, '../../..');

it('the parser is the one that the grammar makes', async () => {
  const { generated } = (await import('../../../scripts/grammar.mjs' as string)) as {
    generated(): Promise<string>;
  };
  expect(readFileSync(join(root, 'src/vo/adql/parser.ts'), 'utf8')).toBe(await generated());
});

describe('what is printed is read as the same tree', () => {
  it('conditions', () => {
    fc.assert(
      fc.property(treesOf(false).condition, (tree) => {
        expect(bare(parseCondition(printCondition(tree), 'Q'))).toEqual(bare(tree));
      }),
      { numRuns: 1000 },
    );
  });

  it('queries, with comments and white space between their words', () => {
    fc.assert(
      fc.property(queries(false), (tree) => {
        expect(bare(parseQuery(`-- a comment\n ${printQuery(tree)}\t;`, 'Q'))).toEqual(bare(tree));
      }),
      { numRuns: 1000 },
    );
  });
});

const messageOf = (text: string, parse: (text: string, name: string) => unknown = parseCondition): string => {
  try {
    parse(text, 'WHERE');
  } catch (error) {
    expect(error).toMatchObject({ kind: 'usage', code: 'BAD_ADQL' });
    return (error as Error).message;
  }
  return 'accepted';
};

describe('what is refused', () => {
  it.each([
    [
      'size = 1',
      `expected a condition for WHERE at line 1, column 1, received 'size'; 'size' is a word of ADQL: a name that is the same stands in double quotes, "size"`,
    ],
    ['a = 1\n  AND b < ,', "expected a value for WHERE at line 2, column 11, received ','"],
    [
      'a == 1',
      "expected a value for WHERE at line 1, column 4, received '='; a comparison for equality is one '='",
    ],
    [
      "a = 'abc",
      "expected a value for WHERE at line 1, column 5, received '''; a text that begins with ' ends with '",
    ],
    ['(a = 1) = 2', "expected a value, not a condition for WHERE at line 1, column 2, received 'a'"],
    ['mod(1) = 2', "expected 2 arguments of MOD, not 1, for WHERE at line 1, column 1, received 'mod'"],
    ['a = 1; DROP TABLE x', "expected AND, OR or an operator for WHERE at line 1, column 6, received ';'"],
    ['a = 1 /* x */', "expected a value for WHERE at line 1, column 8, received '*'"],
    ['a = 1 AND', 'expected a condition for WHERE at line 1, column 10, received its end'],
    [
      'a',
      "expected '.', BETWEEN, ILIKE, IN, IS, LIKE, NOT, a comparison or an operator for WHERE at line 1, column 2, received its end",
    ],
    ['a = \u00e9', "expected a value for WHERE at line 1, column 5, received '\u00e9'"],
    ['a = \u0000', "expected a value for WHERE at line 1, column 5, received '\ufffd'"],
    ['a = 1 COLLATE x', "expected AND, OR or an operator for WHERE at line 1, column 7, received 'COLLATE'"],
  ])('%j', (text, message) => {
    expect(messageOf(text)).toBe(message);
  });

  it.each([
    ['DELETE FROM a', "expected '(', SELECT or WITH for WHERE at line 1, column 1, received 'DELETE'"],
    ['SELECT * FROM', "expected '(' or a name for WHERE at line 1, column 14, received its end"],
    ['SELECT TOP 5.5 * FROM a', "expected a value for WHERE at line 1, column 18, received 'FROM'"],
    ["SELECT * FROM '/etc/passwd'", "expected '(' or a name for WHERE at line 1, column 15, received '''"],
    [
      'SELECT * FROM a WHERE b = (SELECT c FROM d)',
      "expected a condition for WHERE at line 1, column 28, received 'SELECT'",
    ],
  ])('%j', (text, message) => {
    expect(messageOf(text, parseQuery)).toBe(message);
  });

  it.each([
    ['parentheses', '('.repeat(MOST_CHARACTERS)],
    ['calls', 'f('.repeat(10_000)],
    ['subqueries', 'a IN (SELECT b FROM c WHERE '.repeat(1000)],
    ['a sum', `a = 1${'+1'.repeat(90_000)}`],
    ['a text joined of many', `a = ''${"||''".repeat(40_000)}`],
    ['negations', 'NOT '.repeat(40_000)],
    ['signs', `a = ${'- '.repeat(90_000)}`],
    ['quotes', "'".repeat(150_001)],
    ['a comment', '-'.repeat(MOST_CHARACTERS)],
    ['a long name', `${'x'.repeat(MOST_CHARACTERS - 10)} = 'x`],
    ['a megabyte', 'x'.repeat(1_000_000)],
  ])('%s: within bounds of depth', (_, text) => {
    expect(messageOf(text)).toMatch(/^expected /);
  });

  it('what is long, but not deep, is read', () => {
    expect(messageOf(`a IN (${'1, '.repeat(50_000)}1)`)).toBe('accepted');
    expect(messageOf(`${'a = 1 AND '.repeat(19_000)}a = 1`)).toBe('accepted');
    // Each parenthesis could begin a condition, a value or a subquery: read in all ways, these would take 3 to the 60th steps.
    expect(messageOf(`${'('.repeat(60)}a = 1${')'.repeat(60)}`)).toBe('accepted');
    expect(messageOf(`${'('.repeat(60)}a${')'.repeat(60)} = 1`)).toBe('accepted');
    expect(messageOf(`a IN (${'('.repeat(60)}1${')'.repeat(60)})`)).toBe('accepted');
  });
});
