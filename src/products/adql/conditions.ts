/** A search condition in ADQL as a condition of the catalog. */
import { type Expression, LONG_LIST, type Test } from '../../catalog/expression.ts';
import type { Predicate } from '../../catalog/predicate.ts';
import type { Condition, Value } from '../../vo/adql/ast.ts';
import { parseCondition } from '../../vo/adql/parse.ts';
import type { QueryTable, Source } from './scope.ts';
import { comparable, Values } from './values.ts';

/** Characters of a pattern. */
const MOST_PATTERN = 1_000;

const negated = (is: boolean, test: Test): Test => (is ? { op: 'not', of: test } : test);
const isLiteral = (value: Value): value is Value & { readonly kind: 'number' | 'text' } =>
  value.kind === 'number' || value.kind === 'text';

/** Rows of a table for which a condition is true. Throws VignetError usage BAD_ADQL. */
export function resolveCondition<C extends string>(source: Source, table: QueryTable): Predicate<C> {
  const conditions = new Conditions(new Values(source, table));
  return { op: 'test', test: conditions.of(parseCondition(source.text, source.name)) };
}

class Conditions {
  readonly #values: Values;

  constructor(values: Values) {
    this.#values = values;
  }

  of(condition: Condition): Test {
    switch (condition.kind) {
      case 'and':
      case 'or':
        return { op: condition.kind, parts: condition.parts.map((part) => this.of(part)) };
      case 'not':
        return { op: 'not', of: this.of(condition.of) };
      case 'compare': {
        const [left, right] = this.#alike([condition.left, condition.right]);
        return { op: 'compare', sign: condition.operator, left, right };
      }
      case 'between': {
        const [of, low, high] = this.#alike([condition.of, condition.low, condition.high]);
        return negated(condition.negated, { op: 'between', of, low, high });
      }
      case 'in':
        return negated(condition.negated, this.#among(condition));
      case 'like':
        return negated(condition.negated, this.#like(condition));
      case 'isNull':
        return negated(condition.negated, { op: 'missing', of: this.#values.of(condition.of) });
      case 'exists':
        throw this.#subquery(condition.query.at);
    }
  }

  #alike<const V extends readonly Value[]>(values: V): { [K in keyof V]: Expression } {
    // One for each.
    return this.#values.alike(values).all as unknown as { [K in keyof V]: Expression };
  }

  #among({ of, among, at }: Condition & { readonly kind: 'in' }): Test {
    if ('kind' in among) throw this.#subquery(among.at);
    const literals = among.filter(isLiteral);
    if (literals.length < among.length || among.length <= LONG_LIST) {
      const [value, ...values] = this.#values.alike([of, ...among]).all;
      if (value) return { op: 'among', of: value, values };
    }
    // Of many only the first is looked at beside the value: the others have its type, or are refused as it would be.
    const value = this.#values.of(of);
    const values = literals.map((one) => this.#values.literal(one));
    const isText = value.type === 'text';
    const other = values.findIndex(({ type }) => (type === 'text') !== isText);
    if (other >= 0) throw this.#values.refused(literals[other]?.at ?? at, comparable(isText));
    const isFraction = values.some(({ type }) => type === 'double');
    return {
      op: 'among',
      of: value,
      values: isFraction
        ? values.map(
            (one): Expression =>
              one.op === 'value' ? { ...one, type: 'double', value: Number(one.value) } : one,
          )
        : values,
    };
  }

  #like({ of, pattern, foldsCase }: Condition & { readonly kind: 'like' }): Test {
    const text = this.#values.text(of);
    if (pattern.kind !== 'text')
      throw this.#values.refused(pattern.at, "a pattern in single quotes, such as 'visit%'");
    if (pattern.text.length > MOST_PATTERN)
      throw this.#values.refused(pattern.at, `a pattern of at most ${MOST_PATTERN} characters`);
    return { op: 'like', of: text, pattern: pattern.text, foldsCase };
  }

  #subquery(at: number): Error {
    return this.#values.refused(at, 'a condition on one row, without a subquery');
  }
}
