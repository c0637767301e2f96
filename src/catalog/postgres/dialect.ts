/** SQL as PostgreSQL has it. Rows carry the generations from which and before which they are there: a generation never changes. */
import type { Dialect } from '../dialect.ts';
import type { FunctionName, NumberType } from '../expression.ts';

/** Rows that no generation has removed. */
export const FOREVER = '9223372036854775807';
/** Places of rows in one line of an answer. */
export const BLOCK = 8192;

export const TYPES = { text: 'text', long: 'bigint', double: 'double precision' } as const;

/** A schema that was checked by `schemaName`, quoted. */
export function tableIn(schema: string, table: string): string {
  return `"${schema}".${table}`;
}

/** Null for what is no number, or is infinite. */
const finite = (value: string) =>
  `nullif(nullif(nullif(${value}, 'NaN'::float8), 'Infinity'::float8), '-Infinity'::float8)`;

/**
 * What is written once of arguments that it names `g.a` and `g.b`: printed twice, they would double with each of them in another. Without
 * OFFSET the planner does the same, as it puts them where they are used.
 */
const naming = (write: string) => (a: string, b?: string) =>
  `(SELECT ${write} FROM (SELECT ${a} AS a${b === undefined ? '' : `, ${b} AS b`} OFFSET 0) AS g)`;
const where = (domain: string, write: string) => naming(finite(`CASE WHEN ${domain} THEN ${write} END`));
const plain =
  (name: string) =>
  (...args: string[]) =>
    `${name}(${args.join(', ')})`;
const IS_FINITE = "abs(g.a) < 'Infinity'::float8";

/** The power of a positive base: it is an error where it is too large or too small. */
const power = (base: string) => `CASE WHEN g.b IS NULL THEN NULL WHEN abs(g.b) < 1e-290 THEN 1
  WHEN ln(${base}) * least(greatest(g.b, -1e100), 1e100) < -744 THEN 0
  WHEN ln(${base}) * least(greatest(g.b, -1e100), 1e100) < 709.7 THEN power(g.a, g.b) END`;

const FUNCTIONS: Readonly<Record<FunctionName, (...args: string[]) => string>> = {
  acos: (of = '') => where('g.a BETWEEN -1 AND 1', 'acos(g.a)')(of),
  asin: (of = '') => where('g.a BETWEEN -1 AND 1', 'asin(g.a)')(of),
  ...{ atan: plain('atan'), atan2: plain('atan2') },
  cos: (of = '') => where(IS_FINITE, 'cos(g.a)')(of),
  cot: (of = '') => where(IS_FINITE, 'cot(g.a)')(of),
  sin: (of = '') => where(IS_FINITE, 'sin(g.a)')(of),
  tan: (of = '') => where(IS_FINITE, 'tan(g.a)')(of),
  ...{ degrees: plain('degrees'), radians: plain('radians'), pi: plain('pi'), random: plain('random') },
  exp: (of = '') => where('g.a < 709.7', 'CASE WHEN g.a < -744 THEN 0 ELSE exp(g.a) END')(of),
  log: (of = '') => where('g.a > 0', 'ln(g.a)')(of),
  log10: (of = '') => where('g.a > 0', 'log(g.a)')(of),
  power: (base = '', exponent = '') =>
    naming(
      finite(
        `CASE WHEN g.a > 0 THEN ${power('g.a')}
  WHEN g.a = 0 THEN CASE WHEN g.b > 0 THEN 0 WHEN g.b = 0 THEN 1 END
  WHEN g.a < 0 AND g.b = trunc(g.b) THEN ${power('(- g.a)')} END`,
      ),
    )(base, exponent),
  sqrt: (of = '') => where('g.a >= 0', 'sqrt(g.a)')(of),
  ...{ ceiling: plain('ceil'), floor: plain('floor') },
  // Its own takes halves to the even number.
  round: (of = '') => naming('sign(g.a) * floor(abs(g.a) + 0.5)')(of),
  ...{ truncate: plain('trunc'), lower: plain('lower'), upper: plain('upper') },
};

const fitting = (least: string, most: string, type: string) =>
  naming(`CASE WHEN g.a BETWEEN ${least} AND ${most} THEN g.a::${type} END`);

/** Smaller than what is least of them, numbers of 32 bits are 0 or an error. */
const NUMBERS: Readonly<Record<NumberType, (of: string) => string>> = {
  short: (of) => fitting('-32768', '32767', 'smallint')(of),
  int: (of) => fitting('-2147483648', '2147483647', 'integer')(of),
  long: (of) => fitting('-9223372036854774784', '9223372036854774784', 'bigint')(of),
  float: (of) =>
    naming('CASE WHEN abs(g.a) < 1e-45 THEN 0 WHEN abs(g.a) < 3.4028235e38 THEN g.a::real ELSE NULL END')(of),
  double: (of) => of,
};

/** The dialect of one generation of the catalog in a schema. */
export function postgres(schema: string, generation: number): Dialect {
  const source = (table: string) =>
    `(SELECT * FROM ${tableIn(schema, table)} WHERE gen_from <= ${generation} AND gen_to > ${generation})`;
  return {
    types: TYPES,
    source,
    /** Lines of a block and its bits, as text. */
    positions: (condition) =>
      `SELECT position / ${BLOCK} AS block, string_agg(CASE WHEN meant THEN '1' ELSE '0' END, '' ORDER BY position) AS bits ` +
      `FROM (SELECT row_number() OVER (ORDER BY t0.uuid) - 1 AS position, ${condition} AS meant ` +
      `FROM ${source('dataset')} AS t0) AS numbered GROUP BY 1 ORDER BY 1`,
    number: (to, of) => NUMBERS[to](of),
    functions: FUNCTIONS,
    quotient: (_, left, right) => `(${left} / nullif(${right}, 0))`,
    remainder: (type, left, right) =>
      type === 'long'
        ? `(${left} % nullif(${right}, 0))`
        : naming('g.a - g.b * trunc(g.a / nullif(g.b, 0))')(left, right),
    read: (type, text, pattern) =>
      `substring(${text} from ${pattern})::${type === 'long' ? 'bigint' : 'double precision'}`,
    byCodePoints: (text) => `(${text} COLLATE "C")`,
    pattern: (like) => like,
    like: (text, pattern, foldsCase) => `${text} ${foldsCase ? 'I' : ''}LIKE ${pattern} ESCAPE ''`,
  };
}
