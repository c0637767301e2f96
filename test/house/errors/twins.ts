/** Finds error codes that are two words for one thing. */
import type { ListedError } from '../../../src/base/error-codes/index.ts';

/** Words that mean the same in a code; the empty ones mean nothing beside others. */
const synonyms: Readonly<Record<string, string>> = {
  ...{ INVALID: 'BAD', WRONG: 'BAD', DAMAGED: 'BAD', BROKEN: 'BAD', MALFORMED: 'BAD', CORRUPT: 'BAD' },
  ...{ OUT: 'NO', MISSING: 'NO', LACKING: 'NO', NEEDS: 'NO', NEEDED: 'NO', REQUIRED: 'NO', WITHOUT: 'NO' },
  ...{ CANNOT: 'FAILED', BIG: 'LARGE', LONG: 'LARGE', LOST: 'GONE', VANISHED: 'GONE', PARAMETER: 'PARAM' },
  ...{
    UNREADABLE: 'READ FAILED',
    NEED: 'NO',
    RANGES: 'BYTE',
    UNSUPPORTED: 'UNKNOWN',
    STOPPED: 'CANCELLED',
    ABORTED: 'CANCELLED',
  },
};
const nothing = new Set(['BAD', 'OF', 'THE', 'A', 'SUCH', 'FILE', 'PLANE', 'IN', 'IS', 'WAS', 'NOT']);

const singular = (word: string) => (/[^S]S$/.test(word) ? word.slice(0, -1) : word);

/** A code with nothing left but what it says: sorted words, alike for codes that mean the same. */
function gist(code: string): string {
  const words = code
    .split('_')
    .flatMap((word) => (synonyms[word] ?? synonyms[singular(word)] ?? singular(word)).split(' '))
    .sort();
  const rest = words.filter((word) => !nothing.has(word));
  return (rest.length > 0 ? rest : words).join(' ');
}

/** Pairs of codes that say the same by their words or by their sentence. */
export function twinsOf(errors: readonly ListedError[]): string[] {
  return errors.flatMap((a, n) =>
    errors
      .slice(n + 1)
      .filter((b) => gist(a.code) === gist(b.code) || a.sentence === b.sentence)
      .map((b) => `${a.code} and ${b.code}`),
  );
}
