/** ADQL 2.1 as text to a tree, or what was expected where. Takes time in proportion to the text, and a bounded depth of calls. */
import { clip } from '../../base/clip.ts';
import { usageError, type VignetError } from '../../base/errors.ts';
import type { Condition, Query } from './ast.ts';
import { Unexpected } from './build.ts';
import { parse as parseText, SyntaxError as Unread } from './parser.ts';
import { RESERVED } from './words.ts';

/** Characters of a text. */
export const MOST_CHARACTERS = 200_000;
/** Parentheses within each other. */
const MOST_PARENTHESES = 64;
/** Parts of the tree within each other: a sum of so many numbers is as deep. */
const MOST_DEPTH = 256;

/** What a text is called in messages, and what it is. */
interface Kind {
  readonly name: string;
  readonly rule: 'Statement' | 'SearchCondition';
}

/** Throws VignetError usage BAD_ADQL. `name`: of the parameter. */
export function parseCondition(text: string, name: string): Condition {
  return parse<Condition>(text, { name, rule: 'SearchCondition' });
}

/** Throws VignetError usage BAD_ADQL. `name`: of the parameter. */
export function parseQuery(text: string, name: string): Query {
  return parse<Query>(text, { name, rule: 'Statement' });
}

/** `expected a column for WHERE at line 1, column 8, received 'see'; why`. */
export function adqlError(
  name: string,
  text: string,
  at: number,
  expected: string,
  why?: string,
): VignetError {
  const before = text.slice(0, at).split(/\r\n|\n|\r/);
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  const received = tokenAt(text, at);
  return usageError(
    'BAD_ADQL',
    `expected ${expected} for ${name} at ${place}, received ${received === '' ? 'its end' : `'${clip(received)}'`}${why === undefined ? '' : `; ${why}`}`,
  );
}

function parse<T extends object>(text: string, { name, rule }: Kind): T {
  if (text.length > MOST_CHARACTERS)
    throw usageError(
      'BAD_ADQL',
      `expected at most ${MOST_CHARACTERS} characters for ${name}, received ${text.length}; ask in several requests`,
    );
  const deep = tooDeep(text);
  if (deep !== undefined)
    throw adqlError(name, text, deep, `at most ${MOST_PARENTHESES} parentheses within each other`);
  let tree: T;
  try {
    // The grammar makes the tree that its rule is declared to make.
    tree = parseText(text, { startRule: rule }) as T;
  } catch (error) {
    throw unread(error, name, text);
  }
  if (isDeep(tree))
    throw usageError(
      'BAD_ADQL',
      `expected at most ${MOST_DEPTH} operations within each other for ${name}, received more; write a shorter one`,
    );
  return tree;
}

interface Expectation {
  readonly type: 'literal' | 'class' | 'any' | 'end' | 'other';
  readonly text?: string;
  readonly description?: string;
}

function unread(error: unknown, name: string, text: string): unknown {
  if (error instanceof Unexpected) return adqlError(name, text, error.at, error.message);
  if (!(error instanceof Unread)) return error;
  // peggy's, of a parser that is not typed.
  const { expected, location } = error as unknown as {
    readonly expected: readonly Expectation[];
    readonly location: { readonly start: { readonly offset: number } };
  };
  const at = location.start.offset;
  const words = summary(expected.map(wordsOf).filter((one) => one !== undefined));
  const last = words.pop() ?? 'its end';
  const list = words.length === 0 ? last : `${words.join(', ')} or ${last}`;
  return adqlError(name, text, at, list, hintFor(text, at, expected));
}

/** What a value may begin with, and what else a condition may. */
const VALUE = [
  ...["'('", 'AVG', 'CAST', 'COUNT', 'MAX', 'MIN', 'NULL', 'SUM'],
  ...['a function', 'a name', 'a number', 'a sign', 'a text in single quotes'],
];
const CONDITION = [...VALUE, 'EXISTS', 'NOT'];

/** Each once and sorted; one word for all that a condition or a value may begin with. */
function summary(words: readonly string[]): string[] {
  const whole = [
    [CONDITION, 'a condition'],
    [CONDITION.filter((word) => word !== 'NOT'), 'a condition'],
    [VALUE, 'a value'],
  ] as const;
  const known = new Set(words);
  const found = whole.find(([parts]) => parts.every((part) => known.has(part)));
  for (const part of found?.[0] ?? []) known.delete(part);
  if (found) known.add(found[1]);
  return [...known].sort();
}

function wordsOf({ type, text = '', description = '' }: Expectation): string | undefined {
  if (type === 'end') return 'its end';
  if (type === 'literal') return /^[A-Z]/.test(text) ? text : `'${text}'`;
  return type === 'other' && description !== 'white space' ? description : undefined;
}

/** Words that rarely are meant to be names. */
const STRUCTURE = /^(?:and|as|between|by|from|group|having|in|is|join|like|not|on|or|order|select|where)$/i;

/** What may help with the word that stands where another was expected. */
function hintFor(text: string, at: number, expected: readonly Expectation[]): string | undefined {
  const word = tokenAt(text, at);
  const wanted = (description: string) => expected.some((one) => one.description === description);
  if (wanted('a name') && RESERVED.has(word.toUpperCase()) && !STRUCTURE.test(word))
    return `'${word}' is a word of ADQL: a name that is the same stands in double quotes, "${word}"`;
  if ((word === '"' || word === "'") && !text.includes(word, text.indexOf(word, at) + 1))
    return `a text that begins with ${word} ends with ${word}`;
  if (/^==?$/.test(word) && at > 0 && text[at - 1] === '=') return "a comparison for equality is one '='";
  return undefined;
}

function tokenAt(text: string, at: number): string {
  const rest = text.slice(at, at + 80).trimStart();
  return /^(?:[A-Za-z0-9_.]+|[<>=!|]+|[\s\S])?/.exec(rest)?.[0] ?? '';
}

/** The first parenthesis that stands in too many, if there is one: what stands in quotes and comments does not count. */
function tooDeep(text: string): number | undefined {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/'[^']*(?:'|$)|"[^"]*(?:"|$)|--[^\r\n]*|[()]/g)) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (depth > MOST_PARENTHESES) return index;
  }
  return undefined;
}

/** Looked at in a list and not by calls of itself, of which there may be too many. */
function isDeep(tree: object): boolean {
  const left: (readonly [part: object, depth: number])[] = [[tree, 1]];
  for (let next = left.pop(); next; next = left.pop()) {
    const [part, depth] = next;
    if (depth > MOST_DEPTH) return true;
    const below = Array.isArray(part) ? depth : depth + 1;
    for (const one of Object.values(part))
      if (typeof one === 'object' && one !== null) left.push([one, below]);
  }
  return false;
}
