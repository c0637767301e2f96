/**
 * What a query language asks of a row: values that are computed of its columns, and tests of them. Types are checked by whoever makes them;
 * names are those of the columns. A test has SQL's three answers: of a null it is neither true nor false.
 */

/** More values than this are bound as one list. */
export const LONG_LIST = 16;

/** What values are, also where they are bound: whole numbers with 64 bits. */
export type ValueType = 'text' | 'long' | 'double';

/** Of 16, 32 and 64 bits. */
export type NumberType = 'short' | 'int' | 'long' | 'float' | 'double';

/** Functions of numbers, and of texts. Those of `double` unless they say otherwise. */
export type FunctionName =
  | 'acos'
  | 'asin'
  | 'atan'
  | 'atan2'
  | 'ceiling'
  | 'cos'
  | 'cot'
  | 'degrees'
  | 'exp'
  | 'floor'
  | 'log'
  | 'log10'
  | 'pi'
  | 'power'
  | 'radians'
  | 'random'
  /** To a whole number, halves away from 0. */
  | 'round'
  | 'sin'
  | 'sqrt'
  | 'tan'
  | 'truncate'
  /** Of texts. */
  | 'lower'
  | 'upper';

export type Expression = { readonly type: ValueType } & (
  | { readonly op: 'column'; readonly column: string }
  /** Whole numbers as their digits, so that they have all of their 64 bits. */
  | { readonly op: 'value'; readonly value: string | number | null }
  | { readonly op: 'negative' | 'absolute'; readonly of: Expression }
  /** `%`: the remainder, with the sign of `left`. Division of whole numbers cuts off the fraction. */
  | {
      readonly op: 'arithmetic';
      readonly sign: '+' | '-' | '*' | '/' | '%';
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly op: 'joined'; readonly left: Expression; readonly right: Expression }
  | { readonly op: 'function'; readonly name: FunctionName; readonly args: readonly Expression[] }
  | { readonly op: 'cast'; readonly of: Expression; readonly to: CastTarget }
  /** The first `length` characters. */
  | { readonly op: 'start'; readonly of: Expression; readonly length: number }
  /** The first that is not null. */
  | { readonly op: 'first'; readonly of: readonly Expression[] }
);

/** A number that does not fit, and a text that is no number, become null. */
export type CastTarget = NumberType | 'text';

export type Test =
  | { readonly op: 'and' | 'or'; readonly parts: readonly Test[] }
  | { readonly op: 'not'; readonly of: Test }
  | {
      readonly op: 'compare';
      readonly sign: '=' | '<>' | '<' | '<=' | '>' | '>=';
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly op: 'between'; readonly of: Expression; readonly low: Expression; readonly high: Expression }
  | { readonly op: 'among'; readonly of: Expression; readonly values: readonly Expression[] }
  /** `%` stands for any characters, `_` for one. */
  | { readonly op: 'like'; readonly of: Expression; readonly pattern: string; readonly foldsCase: boolean }
  | { readonly op: 'missing'; readonly of: Expression };
