/** DALI's literals made of numbers: read strictly, printed so that they read back as the same doubles. */
import { badValue } from './parameter.ts';

const finite = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Digits beyond this say nothing more about a double. */
const longestNumber = 64;
const infinite = /^([+-]?)inf(?:inity)?$/i;

/**
 * Numbers separated by white space. `Inf` is taken in any case, with or without sign: a raw `+` in a URL has become a space.
 * @param shape what the whole value should look like, for messages
 */
export function parseNumbers(name: string, text: string, shape: string): number[] {
  const words = text.trim().split(/\s+/);
  return words.map((word) => {
    if (word.length > longestNumber)
      throw badValue(
        name,
        text,
        `a number of ${word.length} characters; at most ${longestNumber} are taken; ${shape} is right`,
      );
    const sign = infinite.exec(word)?.[1];
    if (sign !== undefined) return sign === '-' ? -Infinity : Infinity;
    if (/^[+-]?nan$/i.test(word))
      throw badValue(name, text, `NaN is no place, time or length; ${shape} is right`);
    if (!finite.test(word))
      throw badValue(name, text, `'${word.slice(0, 20)}' is not a number; ${shape} is right`);
    const value = Number(word);
    if (!Number.isFinite(value))
      throw badValue(name, text, `'${word.slice(0, 20)}' is too large for a double; ${shape} is right`);
    return value + 0 === 0 ? 0 : value;
  });
}

/** The shortest text that reads back as the same double, as DALI writes it. */
export function printNumber(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}

export function printNumbers(values: readonly number[]): string {
  return values.map(printNumber).join(' ');
}

/** A closed interval; one or both ends may be infinite. */
export interface Interval {
  readonly min: number;
  readonly max: number;
}

export function printInterval({ min, max }: Interval): string {
  return printNumbers([min, max]);
}

/** `lo hi`; a single finite number is taken as `x x`. */
export function parseInterval(name: string, text: string, unit: string): Interval {
  const shape = `${name}=lo hi in ${unit}, -Inf and +Inf for open ends,`;
  const numbers = parseNumbers(name, text, shape);
  const [min, max = min] = numbers;
  if (min === undefined || max === undefined || numbers.length > 2) {
    throw badValue(name, text, `${numbers.length} numbers; ${shape} is right`);
  }
  if (numbers.length === 1 && !Number.isFinite(min))
    throw badValue(name, text, `one number must be finite; ${shape} is right`);
  if (min > max) throw badValue(name, text, `the lower end is above the upper end; ${shape} is right`);
  return { min, max };
}
