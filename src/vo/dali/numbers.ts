/** DALI's literals made of numbers: read strictly, printed so that they read back as the same doubles. */
import { clip } from '../../base/clip.ts';
import { type Steps, VALUE } from '../../base/steps.ts';
import { badValue } from './parameter.ts';

const finite = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Digits beyond this say nothing more about a double. */
const longestNumber = 64;
const infinite = /^([+-]?)inf(?:inity)?$/i;

/**
 * Numbers separated by white space. `Inf` is taken in any case, with or without sign: a raw `+` in a URL has become a space.
 * @param expected what the whole value should be, for messages
 * @param most numbers that can be meant; more are refused before one of them is read
 */
export function parseNumbers(name: string, text: string, expected: string, most = 2 ** 31): number[] {
  const words = text.trim().split(/\s+/, most + 1);
  if (words.length > most) throw badValue(name, text, expected, { why: `more than ${most} numbers` });
  return words.map((word) => {
    const wrong = (why: string) => badValue(name, text, expected, { why: `'${clip(word, 20)}' ${why}` });
    if (word.length > longestNumber) throw wrong(`is longer than ${longestNumber} characters`);
    if (!finite.test(word)) {
      const sign = infinite.exec(word)?.[1];
      if (sign !== undefined) return sign === '-' ? -Infinity : Infinity;
      throw wrong('is not a number');
    }
    const value = Number(word);
    if (!Number.isFinite(value)) throw wrong('is too large for a double');
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

/** Many of them, with commas between. */
export function* printIntervals(all: readonly Interval[]): Steps<string> {
  const texts: string[] = [];
  for (const one of all) {
    texts.push(printInterval(one));
    yield VALUE;
  }
  return texts.join(', ');
}

/** `lo hi`; a single finite number is taken as `x x`. */
export function parseInterval(name: string, text: string, unit: string): Interval {
  const expected = `lo hi in ${unit} (-Inf and +Inf for open ends)`;
  const numbers = parseNumbers(name, text, expected);
  const wrong = (why: string) => badValue(name, text, expected, { why });
  const [min, max = min] = numbers;
  if (min === undefined || max === undefined || numbers.length > 2) {
    throw wrong(`${numbers.length} numbers instead of 2`);
  }
  if (numbers.length === 1 && !Number.isFinite(min)) throw wrong('a single number must be finite');
  if (min > max) throw wrong('the lower end is above the upper end');
  return { min, max };
}
