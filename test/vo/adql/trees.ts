// Random trees of ADQL, for fast-check. `at` is 0 everywhere: see `bare`.
import fc from 'fast-check';
import type {
  Body,
  Condition,
  Name,
  Query,
  Select,
  SelectItem,
  Subquery,
  TableReference,
  Value,
} from '../../../src/vo/adql/ast.ts';
import { FUNCTIONS, RESERVED } from '../../../src/vo/adql/words.ts';

/** A tree without its places. */
export function bare<T>(tree: T): T {
  return JSON.parse(JSON.stringify(tree, (key, value) => (key === 'at' ? 0 : value)));
}

const at = fc.constant(0);
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { freq: 3 });
const some = <T>(one: fc.Arbitrary<T>, maxLength = 3) => fc.array(one, { minLength: 1, maxLength });
const size = { withCrossShrink: true, maxDepth: 3, depthSize: 'small' } as const;

interface Trees {
  readonly value: Value;
  readonly condition: Condition;
  readonly table: TableReference;
  readonly primary: TableReference;
  readonly select: Select;
  readonly body: Body;
  readonly subquery: Subquery;
}

/** Of the whole language; `old`: only of what ADQL 2.0 has too. */
export function treesOf(old: boolean) {
  const word = fc
    .stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,6}$/)
    .filter((text) => !RESERVED.has(text.toUpperCase()));
  const regular = fc.record({ text: word, quoted: fc.constant(false), at });
  const quotedText = old
    ? fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,6}$/)
    : fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 });
  const quoted = fc.record({ text: quotedText, quoted: fc.constant(true), at });
  const name: fc.Arbitrary<Name> = fc.oneof(
    { weight: 4, arbitrary: regular },
    { weight: 1, arbitrary: quoted },
  );
  const path = (most: number) => fc.array(name, { minLength: 1, maxLength: most });
  const number = fc.stringMatching(/^(?:[0-9]{1,4}(?:\.[0-9]{0,3})?|\.[0-9]{1,3})(?:[Ee][+-]?[0-9]{1,2})?$/);
  const count = fc.nat(1000);
  const numeric = [
    'ABS',
    'CEILING',
    'LOG',
    'SQRT',
    'PI',
    'MOD',
    'POWER',
    'ROUND',
    'ATAN2',
    'RAND',
    'SIN',
    'COT',
  ];
  const functions = old ? [] : [...FUNCTIONS.keys()];

  return fc.letrec((tie: fc.LetrecTypedTie<Trees>) => {
    const value = tie('value');
    const condition = tie('condition');
    const call = old
      ? fc.constantFrom(...numeric).chain((called) => {
          const { least } = FUNCTIONS.get(called) ?? { least: 0 };
          return fc.record({
            kind: fc.constant('call' as const),
            name: fc.constant(called),
            args: fc.array(value, { minLength: least, maxLength: least }),
            at,
          });
        })
      : fc
          .oneof(
            fc.constantFrom(...functions),
            word.map((text) => text.toUpperCase()),
          )
          .chain((called) => {
            const { least, most } = FUNCTIONS.get(called) ?? { least: 0, most: 3 };
            return fc.record({
              kind: fc.constant('call' as const),
              name: fc.constant(called),
              args: fc.array(value, { minLength: least, maxLength: Math.min(most, least + 2) }),
              at,
            });
          });
    const aggregate = fc.oneof(
      fc.record({
        kind: fc.constant('aggregate' as const),
        name: fc.constantFrom(
          'COUNT' as const,
          'AVG' as const,
          'MAX' as const,
          'MIN' as const,
          'SUM' as const,
        ),
        distinct: fc.boolean(),
        of: value,
        at,
      }),
      fc.constant({ kind: 'aggregate' as const, name: 'COUNT' as const, distinct: false, of: null, at: 0 }),
    );
    const cast = fc.oneof(
      fc.record({
        kind: fc.constant('cast' as const),
        of: value,
        to: fc.constantFrom(
          ...(['SMALLINT', 'INTEGER', 'BIGINT', 'REAL', 'DOUBLE PRECISION', 'TIMESTAMP', 'POINT'] as const),
        ),
        length: fc.constant(null),
        at,
      }),
      fc.record({
        kind: fc.constant('cast' as const),
        of: value,
        to: fc.constantFrom('CHAR' as const, 'VARCHAR' as const),
        length: maybe(count),
        at,
      }),
    );
    const item: fc.Arbitrary<SelectItem> = fc.oneof(
      fc.record({
        value: fc.constant(null),
        path: fc.array(name, { maxLength: 3 }),
        alias: fc.constant(null),
        at,
      }),
      { weight: 3, arbitrary: fc.record({ value, path: fc.constant([]), alias: maybe(name), at }) },
    );
    const orderBy = some(fc.record({ value: old ? columnOf(path(1)) : value, descending: fc.boolean() }));
    const left = { kind: fc.constant('join' as const), left: tie('table'), right: tie('primary'), at };
    const type = fc.constantFrom('INNER' as const, 'LEFT' as const, 'RIGHT' as const, 'FULL' as const);
    const none = { on: fc.constant(null), using: fc.constant([]) };
    const join = fc.oneof(
      fc.record({ ...left, type, natural: fc.constant(true), ...none }),
      fc.record({ ...left, type, natural: fc.constant(false), on: condition, using: fc.constant([]) }),
      fc.record({ ...left, type, natural: fc.constant(false), on: fc.constant(null), using: some(name) }),
    );
    const negated = fc.boolean();
    return {
      value: fc.oneof(
        size,
        fc.record({ kind: fc.constant('column' as const), path: path(old ? 2 : 4), at }),
        fc.record({ kind: fc.constant('number' as const), text: number, at }),
        ...(old
          ? []
          : [
              fc.record({
                kind: fc.constant('text' as const),
                text: fc.string({ unit: 'grapheme', maxLength: 6 }),
                at,
              }),
              fc.constant({ kind: 'null' as const, at: 0 }),
              cast,
            ]),
        fc.record({
          kind: fc.constant('sign' as const),
          sign: fc.constantFrom('+' as const, '-' as const),
          of: value,
          at,
        }),
        fc.record({
          kind: fc.constant('binary' as const),
          operator: fc.constantFrom(
            ...(old ? (['+', '-', '*', '/'] as const) : (['+', '-', '*', '/', '||'] as const)),
          ),
          left: value,
          right: value,
          at,
        }),
        call,
        aggregate,
      ),
      condition: fc.oneof(
        size,
        fc.record({
          kind: fc.constant('compare' as const),
          operator: fc.constantFrom(
            '=' as const,
            '<>' as const,
            '<' as const,
            '<=' as const,
            '>' as const,
            '>=' as const,
          ),
          left: value,
          right: value,
          at,
        }),
        fc.record({ kind: fc.constant('between' as const), of: value, low: value, high: value, negated, at }),
        fc.record({ kind: fc.constant('isNull' as const), of: old ? columnOf(path(2)) : value, negated, at }),
        fc.record({
          kind: fc.constant('like' as const),
          of: old ? columnOf(path(2)) : value,
          pattern: old ? fc.constant({ kind: 'text' as const, text: 'a%', at: 0 }) : value,
          foldsCase: old ? fc.constant(false) : fc.boolean(),
          negated,
          at,
        }),
        fc.record({
          kind: fc.constant('in' as const),
          of: value,
          among: old ? fc.oneof(some(value), tie('subquery')) : fc.oneof(some(value), tie('subquery')),
          negated,
          at,
        }),
        fc.record({
          kind: fc.constantFrom('and' as const, 'or' as const),
          parts: fc.array(condition, { minLength: 2, maxLength: 3 }),
          at,
        }),
        fc.record({ kind: fc.constant('not' as const), of: condition, at }),
        fc.record({ kind: fc.constant('exists' as const), query: tie('subquery'), at }),
      ),
      primary: fc.oneof(
        size,
        fc.record({ kind: fc.constant('table' as const), path: path(3), alias: maybe(name), at }),
        fc.record({ kind: fc.constant('derived' as const), query: tie('subquery'), alias: name, at }),
        ...(old ? [] : [join]),
      ),
      table: fc.oneof(size, tie('primary'), join),
      select: fc.record({
        kind: fc.constant('select' as const),
        distinct: fc.boolean(),
        top: maybe(count),
        items: some(item),
        from: some(tie('table'), 2),
        where: maybe(condition),
        groupBy: fc.oneof(fc.constant([]), some(old ? columnOf(path(2)) : value)),
        having: maybe(condition),
        at,
      }),
      body: old
        ? tie('select')
        : fc.oneof(
            size,
            tie('select'),
            fc.record({
              kind: fc.constant('set' as const),
              operator: fc.constantFrom('UNION' as const, 'EXCEPT' as const, 'INTERSECT' as const),
              all: fc.boolean(),
              left: tie('body'),
              right: tie('body'),
              at,
            }),
            fc.record({
              kind: fc.constant('query' as const),
              body: tie('body'),
              orderBy,
              offset: maybe(count),
              at,
            }),
          ),
      subquery: fc.record({
        kind: fc.constant('query' as const),
        body: tie('body'),
        orderBy: fc.oneof(fc.constant([]), orderBy),
        offset: old ? fc.constant(null) : maybe(count),
        at,
      }),
    };
  });

  function columnOf(of: fc.Arbitrary<Name[]>): fc.Arbitrary<Value> {
    return fc.record({ kind: fc.constant('column' as const), path: of, at });
  }
}

export function queries(old: boolean): fc.Arbitrary<Query> {
  const { subquery } = treesOf(old);
  if (old) return subquery.map((query) => ({ ...query, with: [] }));
  const named = treesOf(false).subquery.map((query) => ({
    name: { text: 'cte', quoted: false, at: 0 },
    query,
  }));
  return fc
    .tuple(subquery, fc.array(named, { maxLength: 2 }))
    .map(([query, tables]) => ({ ...query, with: tables }));
}
