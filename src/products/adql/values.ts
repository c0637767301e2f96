/** Values of a query as expressions of the catalog: names, types and functions are those that there are. */
import { conversion, unitOf } from '../../astronomy/units.ts';
import type { Column } from '../../base/column.ts';
import { valueType } from '../../catalog/dialect.ts';
import type { CastTarget, Expression, FunctionName, ValueType } from '../../catalog/expression.ts';
import type { CastType, Value } from '../../vo/adql/ast.ts';
import { adqlError } from '../../vo/adql/parse.ts';
import { FUNCTIONS } from '../../vo/adql/words.ts';
import { suggest } from '../../vo/dali/suggest.ts';
import { columnOf, type QueryTable, type Source } from './scope.ts';

/** Numbers and texts of a condition that are bound one by one: a list of such behind IN counts as one. */
const MOST_LITERALS = 2_000;
const LARGEST = 2n ** 63n - 1n;
const MOST_DIGITS = 300;

const NUMERIC: Readonly<Record<string, FunctionName>> = {
  ...{ ACOS: 'acos', ASIN: 'asin', ATAN: 'atan', ATAN2: 'atan2', CEILING: 'ceiling', COS: 'cos', COT: 'cot' },
  ...{ DEGREES: 'degrees', EXP: 'exp', FLOOR: 'floor', LOG: 'log', LOG10: 'log10', PI: 'pi', POWER: 'power' },
  ...{ RADIANS: 'radians', SIN: 'sin', SQRT: 'sqrt', TAN: 'tan' },
};

const CASTS: Partial<Record<CastType, CastTarget>> = {
  ...{ SMALLINT: 'short', INTEGER: 'int', BIGINT: 'long', REAL: 'float', 'DOUBLE PRECISION': 'double' },
  ...{ CHAR: 'text', VARCHAR: 'text' },
};

const SAID: Readonly<Record<ValueType, string>> = {
  text: 'a text',
  long: 'a whole number',
  double: 'a number',
};

/** What is expected beside a text, or a number. */
export const comparable = (isText: boolean): string =>
  `a ${isText ? 'text' : 'number'}, as what it is compared with`;

export class Values {
  readonly #source: Source;
  readonly #table: QueryTable;
  #literals = 0;

  constructor(source: Source, table: QueryTable) {
    this.#source = source;
    this.#table = table;
  }

  /** `at`: where what is expected should stand. */
  refused(at: number, expected: string, why?: string): Error {
    return adqlError(this.#source.name, this.#source.text, at, expected, why);
  }

  /** Throws VignetError usage BAD_ADQL. */
  of(value: Value): Expression {
    switch (value.kind) {
      case 'number':
      case 'text':
        this.#literals += 1;
        if (this.#literals > MOST_LITERALS)
          throw this.refused(
            value.at,
            `at most ${MOST_LITERALS} numbers and texts`,
            'those in a list of them behind IN do not count',
          );
        return this.literal(value);
      case 'null':
        return { op: 'value', type: 'text', value: null };
      case 'column': {
        const { name, type } = columnOf(this.#source, this.#table, value.path);
        return { op: 'column', column: name, type: valueType(type) };
      }
      case 'sign': {
        const of = this.number(value.of);
        return value.sign === '+' ? of : { op: 'negative', type: of.type, of };
      }
      case 'binary':
        return this.#binary(value);
      case 'call':
        return this.#call(value);
      case 'cast':
        return this.#cast(value);
      case 'aggregate':
        throw this.refused(value.at, `a value of one row, without ${value.name}`);
    }
  }

  /** A number or a text as it is written. */
  literal(value: Value & { readonly kind: 'number' | 'text' }): Expression {
    if (value.kind === 'text') return { op: 'value', type: 'text', value: value.text };
    if (/^\d+$/.test(value.text) && value.text.length < 40) {
      const whole = BigInt(value.text);
      if (whole <= LARGEST) return { op: 'value', type: 'long', value: String(whole) };
    }
    const number = Number(value.text);
    if (Number.isFinite(number)) return { op: 'value', type: 'double', value: number };
    throw this.refused(value.at, 'a number of at most 1.8e308');
  }

  number(value: Value): Expression {
    return this.#typed(value, ['long', 'double'], 'a number');
  }

  text(value: Value): Expression {
    return this.#typed(value, ['text'], 'a text');
  }

  /** A value of one of the types; a null has any. */
  #typed(value: Value, types: readonly ValueType[], words: string): Expression {
    const expression = this.of(value);
    if (isNull(expression)) return { op: 'value', type: types[0] ?? 'text', value: null };
    if (types.includes(expression.type)) return expression;
    throw this.refused(value.at, words, `this is ${SAID[expression.type]}${hintOf(expression)}`);
  }

  /** Values that are compared, or of which one is taken: all texts, or all numbers. Each has its own type, and all the wider. */
  alike(values: readonly Value[]): { readonly type: ValueType; readonly all: readonly Expression[] } {
    const all = values.map((value) => this.of(value));
    const [first] = all.filter((one) => !isNull(one));
    const type = first?.type ?? 'text';
    const isText = type === 'text';
    const other = all.findIndex((one) => !isNull(one) && (one.type === 'text') !== isText);
    const [at = 0, found] = [values[other]?.at, all[other]];
    if (found) throw this.refused(at, comparable(isText), `this is ${SAID[found.type]}${hintOf(found)}`);
    const wider = !isText && all.some((one) => one.type === 'double' && !isNull(one)) ? 'double' : type;
    return {
      type: wider,
      all: all.map((one) => (isNull(one) ? { op: 'value', type: wider, value: null } : one)),
    };
  }

  #binary(value: Value & { readonly kind: 'binary' }): Expression {
    const { operator } = value;
    if (operator === '||')
      return { op: 'joined', type: 'text', left: this.text(value.left), right: this.text(value.right) };
    return arithmetic(operator, this.number(value.left), this.number(value.right));
  }

  #call({ name, args, at }: Value & { readonly kind: 'call' }): Expression {
    const [first, second] = args;
    const numeric = NUMERIC[name];
    if (numeric)
      return { op: 'function', type: 'double', name: numeric, args: args.map((arg) => this.number(arg)) };
    if (name === 'RAND') return { op: 'function', type: 'double', name: 'random', args: [] };
    if (name === 'COALESCE') {
      const { type, all } = this.alike(args);
      return { op: 'first', type, of: all };
    }
    if (first) {
      if (name === 'LOWER' || name === 'UPPER')
        return {
          op: 'function',
          type: 'text',
          name: name === 'LOWER' ? 'lower' : 'upper',
          args: [this.text(first)],
        };
      if (name === 'ABS') {
        const of = this.number(first);
        return { op: 'absolute', type: of.type, of };
      }
      if (name === 'MOD' && second) return arithmetic('%', this.number(first), this.number(second));
      if (name === 'ROUND' || name === 'TRUNCATE')
        return this.#rounded(name === 'ROUND' ? 'round' : 'truncate', this.number(first), second);
      if (name === 'IN_UNIT' && second) return this.#inUnit(first, second);
    }
    throw this.#unknown(name, at);
  }

  #unknown(name: string, at: number): Error {
    if (FUNCTIONS.has(name))
      return this.refused(
        at,
        'another function',
        `${name} is not available here; POS selects by a region of the sky`,
      );
    const near = suggest(name, [...FUNCTIONS.keys()]);
    return this.refused(at, 'a function of ADQL 2.1', near && `did you mean ${near}?`);
  }

  /** With `digits` behind the decimal point, or before it where they are negative. */
  #rounded(name: 'round' | 'truncate', of: Expression, digits: Value | undefined): Expression {
    const places = digits ? this.#digits(digits) : 0;
    const rounded = (arg: Expression): Expression => ({ op: 'function', type: 'double', name, args: [arg] });
    if (places === 0) return rounded(of);
    const power: Expression = { op: 'value', type: 'double', value: 10 ** Math.abs(places) };
    const [there, back] = places > 0 ? (['*', '/'] as const) : (['/', '*'] as const);
    return arithmetic(back, rounded(arithmetic(there, of, power)), power);
  }

  #digits(value: Value): number {
    const [sign, number] = value.kind === 'sign' ? [value.sign, value.of] : ['+', value];
    const digits =
      number.kind === 'number' && /^\d{1,3}$/.test(number.text) ? Number(number.text) : Number.NaN;
    if (digits <= MOST_DIGITS) return sign === '-' ? -digits : digits;
    throw this.refused(value.at, `a whole number from -${MOST_DIGITS} to ${MOST_DIGITS}`);
  }

  #inUnit(value: Value, wanted: Value): Expression {
    const of = this.number(value);
    const column: Column | undefined =
      value.kind === 'column' ? columnOf(this.#source, this.#table, value.path) : undefined;
    if (column?.unit === undefined)
      throw this.refused(value.at, 'a column that has a unit', column && `${column.name} has none`);
    if (wanted.kind !== 'text') throw this.refused(wanted.at, "a unit in single quotes, such as 'arcsec'");
    const [from, to] = [unitOf(column.unit), unitOf(wanted.text)];
    if (!to) throw this.refused(wanted.at, "a unit of VOUnits 1.0, such as 'arcsec' or 'km/s'");
    const factor = from && conversion(from, to);
    if (factor === undefined)
      throw this.refused(
        wanted.at,
        `a unit into which ${column.unit} can be converted`,
        `${column.name} is in ${column.unit}`,
      );
    return arithmetic('*', of, { op: 'value', type: 'double', value: factor });
  }

  #cast(value: Value & { readonly kind: 'cast' }): Expression {
    const of = this.of(value.of);
    const to = CASTS[value.to];
    if (to === undefined)
      throw this.refused(value.at, 'CAST into a number or a text', `${value.to} is not available here`);
    if (to !== 'text') {
      const type = to === 'short' || to === 'int' ? 'long' : to === 'float' ? 'double' : to;
      return { op: 'cast', type, of, to };
    }
    if (of.type === 'double' && !isNull(of))
      throw this.refused(
        value.of.at,
        'a whole number or a text to become a text',
        'databases write other numbers in different ways; ROUND or CAST it AS BIGINT first',
      );
    const text: Expression = of.type === 'text' ? of : { op: 'cast', type: 'text', of, to };
    return value.length === null
      ? text
      : { op: 'start', type: 'text', of: text, length: Math.min(value.length, 1e6) };
  }
}

const isNull = (expression: Expression) => expression.op === 'value' && expression.value === null;

function hintOf(expression: Expression): string {
  return expression.op === 'value' && expression.type === 'text' && Number.isFinite(Number(expression.value))
    ? '; numbers stand without quotes'
    : '';
}

function arithmetic(sign: '+' | '-' | '*' | '/' | '%', left: Expression, right: Expression): Expression {
  const type = left.type === 'double' || right.type === 'double' ? 'double' : 'long';
  return { op: 'arithmetic', type, sign, left, right };
}
