/** Expressions and tests as SQL. Every part is in parentheses. */
import type { Dialect } from './dialect.ts';
import { type CastTarget, type Expression, LONG_LIST, type Test, type ValueType } from './expression.ts';
import type { ColumnValue } from './predicate.ts';

/** What is printed into: the dialect, names as they stand in the statement, and what it binds. */
export interface Place {
  readonly dialect: Dialect;
  named(column: string): string;
  bind(type: ValueType, value: ColumnValue): string;
  bindList(type: ValueType, values: readonly ColumnValue[]): string;
}

export function printExpression(place: Place, expression: Expression): string {
  const { dialect } = place;
  const print = (part: Expression) => printExpression(place, part);
  switch (expression.op) {
    case 'column':
      return place.named(expression.column);
    case 'value':
      if (expression.value === null) return `(NULL::${dialect.types[expression.type]})`;
      return `(${place.bind(expression.type, expression.value)})`;
    case 'negative':
      return `(- ${print(expression.of)})`;
    case 'absolute':
      return `abs(${print(expression.of)})`;
    case 'arithmetic': {
      const { type, sign } = expression;
      const of = (part: Expression) => printAs(place, part, type);
      const [left, right] = [of(expression.left), of(expression.right)];
      if (sign === '/') return dialect.quotient(type, left, right);
      return sign === '%' ? dialect.remainder(type, left, right) : `(${left} ${sign} ${right})`;
    }
    case 'joined':
      return `(${print(expression.left)} || ${print(expression.right)})`;
    case 'function':
      return dialect.functions[expression.name](
        ...expression.args.map((arg) => (arg.type === 'long' ? printAs(place, arg, 'double') : print(arg))),
      );
    case 'cast':
      return printCast(place, expression.of, expression.to);
    case 'start':
      // A whole number of ours.
      return `left(${print(expression.of)}, ${Math.trunc(expression.length)})`;
    case 'first':
      return `coalesce(${expression.of.map((part) => printAs(place, part, expression.type)).join(', ')})`;
  }
}

/** As a number of the type, which both engines would make of it too, but not in every place. */
function printAs(place: Place, expression: Expression, type: ValueType): string {
  const printed = printExpression(place, expression);
  return expression.type === type ? printed : `(${printed})::${place.dialect.types[type]}`;
}

/** What texts must be to be numbers: no more digits than fit. */
const WHOLE = '^[+-]?[0-9]{1,18}$';
const NUMBER = '^[+-]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][+-]?[0-9]{1,2})?$';

function printCast(place: Place, of: Expression, to: CastTarget): string {
  const { dialect } = place;
  const printed = printExpression(place, of);
  if (to === 'text') return `((${printed})::${dialect.types.text})`;
  if (to === of.type) return printed;
  const wide = to === 'float' || to === 'double' ? 'double' : 'long';
  const number =
    of.type === 'text'
      ? dialect.read(wide, printed, place.bind('text', wide === 'long' ? WHOLE : NUMBER))
      : printed;
  return `(${dialect.number(to, number)})::${dialect.types[wide]}`;
}

/** Conditions joined in pairs of pairs: databases limit how deep a chain of them is. */
export function joined(op: 'and' | 'or', parts: readonly string[]): string {
  if (parts.length <= 8) return `(${parts.join(op === 'and' ? ' AND ' : ' OR ')})`;
  const middle = parts.length >> 1;
  return joined(op, [joined(op, parts.slice(0, middle)), joined(op, parts.slice(middle))]);
}

export function printTest(place: Place, test: Test): string {
  const { dialect } = place;
  const compared = (part: Expression) => {
    const printed = printExpression(place, part);
    return part.type === 'text' ? dialect.byCodePoints(printed) : printed;
  };
  switch (test.op) {
    case 'and':
    case 'or':
      return joined(
        test.op,
        test.parts.map((part) => printTest(place, part)),
      );
    case 'not':
      return `(NOT ${printTest(place, test.of)})`;
    case 'compare':
      return `(${compared(test.left)} ${test.sign} ${compared(test.right)})`;
    case 'between':
      return `(${compared(test.of)} BETWEEN ${compared(test.low)} AND ${compared(test.high)})`;
    case 'among': {
      const list = listOf(test.values);
      const values = list
        ? `SELECT ${place.bindList(list.type, list.values)}`
        : test.values.map((one) => printExpression(place, one)).join(', ');
      return `(${compared(test.of)} IN (${values}))`;
    }
    case 'like': {
      const pattern = place.bind('text', dialect.pattern(test.pattern, test.foldsCase));
      return `(${dialect.like(printExpression(place, test.of), pattern, test.foldsCase)})`;
    }
    case 'missing':
      return `(${printExpression(place, test.of)} IS NULL)`;
  }
}

/** Many values of one type, none null: one array. */
function listOf(all: readonly Expression[]) {
  const [first] = all;
  if (!first || all.length <= LONG_LIST) return undefined;
  const values = all.map((one) => (one.op === 'value' && one.type === first.type ? one.value : null));
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? { type: first.type, values: known } : undefined;
}
