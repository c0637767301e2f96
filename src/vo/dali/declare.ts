/** Kinds of parameters that all services have: each is declared in a few words, and its parser follows from them. */
import { type Interval, parseInterval, parseNumbers } from './numbers.ts';
import { badValue, oneOf, type Parameter } from './parameter.ts';

/** What is said of a parameter; its type and its parser follow from its kind. */
type Said = Pick<Parameter<unknown>, 'name' | 'ucd' | 'description' | 'example' | 'default'>;

const word = { datatype: 'char', arraysize: '*', multiplicity: 'optional', maxLength: 64 } as const;

/** One of a few words. */
export function choice<const V extends string, const S extends Said>(
  said: S & { readonly values: readonly V[] },
) {
  return { ...word, ...said, parse: oneOf(said.name, said.values) };
}

/** `true` or `false`; false if it is left out. */
export function flag<const S extends Said>(said: S) {
  const parse = oneOf(said.name, ['true', 'false']);
  return {
    ...word,
    ...{ values: ['true', 'false'], default: 'false' },
    ...said,
    parse: (text: string) => parse(text) === 'true',
  };
}

/** A number between bounds. `unit`: in words, for messages. */
export function number<
  const S extends Said & {
    readonly unit?: string;
    readonly bounds: { readonly min: number; readonly max: number };
  },
>(said: S, unit?: string) {
  const { name, bounds } = said;
  return {
    ...({ datatype: 'double', multiplicity: 'optional', maxLength: 64 } as const),
    ...said,
    parse: (text: string) => numberBetween(name, text, bounds.min, bounds.max, unit),
  };
}

/** Throws VignetError usage BAD_VALUE. */
function numberBetween(name: string, text: string, min: number, max: number, unit?: string): number {
  const expected = `one number from ${min} to ${max}${unit === undefined ? '' : ` (${unit})`}`;
  const [value = Number.NaN, ...more] = parseNumbers(name, text, expected);
  if (more.length > 0 || !(value >= min && value <= max)) throw badValue(name, text, expected);
  return value;
}

/** Reads a whole number, not negative. Throws VignetError usage BAD_VALUE. */
export function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = /^\s*\d{1,16}\s*$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) throw badValue(name, text, `a whole number from ${min} to ${max}`);
  return value;
}

/** Text that may stand in a header or a log. Throws VignetError usage BAD_VALUE. */
export function plainText(name: string, text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\u0000-\u001f\u007f]/.test(text)) throw badValue(name, text, 'text without control characters');
  return text.trim();
}

/** An interval of numbers. `unit`: in words, for messages. */
export function interval<const S extends Said & { readonly unit: string }>(said: S, unit: string) {
  return {
    ...({ datatype: 'double', arraysize: '2', xtype: 'interval' } as const),
    ...({ multiplicity: 'optional', maxLength: 256 } as const),
    ...said,
    parse: (text: string): Interval => parseInterval(said.name, text, unit),
  };
}
