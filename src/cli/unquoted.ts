/** Options with several numbers, whose quotes may be left out: `--circle 150.1 2.2 0.01`. */

/** Most numbers of a value. */
const NUMBERS: Readonly<Record<string, number>> = {
  ...{ '--circle': 3, '--box': 4, '--at': 2, '--near': 2, '--size': 2 },
  ...{ '--polygon': 2000, '--pos': 2000 },
};
const KEYWORD = /^(?:circle|range|polygon)$/i;
/** A number, or a part of a position such as `10:00:42.3`. */
const NUMBER = /^[+-]?(?:\d[\d.:hmsd'"]*|\.\d+)(?:e[+-]?\d+)?,?$/i;

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
    while (n < words.length && NUMBER.test(words[n] ?? '') && numbersIn(parts) < most)
      parts.push(words[n++] ?? '');
    if (equals < 0) joined.push(option, ...(parts.length > 0 ? [parts.join(' ')] : []));
    else joined.push(`${option}=${parts.join(' ')}`);
  }
  return joined;
}
