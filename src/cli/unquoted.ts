/** Options with several numbers, whose quotes may be left out: `--circle 150.1 2.2 0.01`. */

/** Most numbers of a value. */
const NUMBERS: Readonly<Record<string, number>> = {
  ...{ '--circle': 3, '--box': 4, '--at': 2, '--near': 2, '--size': 2, '--band': 2 },
  ...{ '--polygon': 2000, '--pos': 2000 },
};
const KEYWORD = /^(?:circle|range|polygon)$/i;
/**
 * A number as positions and sizes have it. Not `02771946` or `02771e46`: eight digits without a point, or an exponent without a sign,
 * are the beginning of a UUID, which may stand behind.
 */
const NUMBER = /^[+-]?(?:\d{1,7}|\d{1,7}\.\d*|\.\d+)(?:e[+-]\d{1,3})?,?$/i;
/** `10:00:42.3`, `10h00m42.3s`, `+02d12m21s`. */
const SEXAGESIMAL =
  /^[+-]?\d{1,3}(?::\d{1,2}(?::\d{1,2}(?:\.\d*)?)?|[hd]\d{1,2}m(?:\d{1,2}(?:\.\d*)?s)?),?$/i;
/** Numbers of a region of POS. */
const OF_KEYWORD: Readonly<Record<string, number>> = { circle: 3, range: 4 };

const numbersIn = (parts: readonly string[]) =>
  parts.flatMap((part) => part.trim().split(/[\s,]+/)).filter((word) => word !== '' && !KEYWORD.test(word))
    .length;

/** The words of a command line, with the numbers of such options joined into one word each. */
export function joinNumbers(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (let n = 0; n < words.length; ) {
    const word = words[n++] ?? '';
    const equals = word.indexOf('=');
    const option = equals < 0 ? word : word.slice(0, equals);
    const most = Object.hasOwn(NUMBERS, option) ? NUMBERS[option] : undefined;
    if (most === undefined) {
      joined.push(word);
      continue;
    }
    const parts = equals < 0 ? words.slice(n, ++n) : [word.slice(equals + 1)];
    const [first = ''] = parts;
    const isPart = (next: string) => NUMBER.test(next) || SEXAGESIMAL.test(next);
    // A value with blanks is one that was quoted, and complete.
    const wanted = /\s/.test(first.trim()) ? 0 : Math.min(most, OF_KEYWORD[first.toLowerCase()] ?? most);
    while (n < words.length && isPart(words[n] ?? '') && numbersIn(parts) < wanted)
      parts.push(words[n++] ?? '');
    if (equals < 0) joined.push(option, ...(parts.length > 0 ? [parts.join(' ')] : []));
    else joined.push(`${option}=${parts.join(' ')}`);
  }
  return joined;
}
