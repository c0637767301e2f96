/** The known name a misspelt one probably meant. */

/** Damerau-Levenshtein in its restricted form: insertions, deletions, changes, and swaps of two neighbours. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const changed = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped = column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swap = swapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min(changed, swap, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    [before, previous] = [previous, current];
  }
  return previous[b.length] ?? 0;
}

/** The nearest of `known` within a third of its length, or undefined. Case does not count. */
export function suggest(name: string, known: readonly string[]): string | undefined {
  if (name.length > 40) return undefined;
  const [best] = known
    .map((candidate) => ({ candidate, far: distance(name.toUpperCase(), candidate.toUpperCase()) }))
    .filter(({ candidate, far }) => far <= Math.max(1, candidate.length / 3))
    .sort((a, b) => a.far - b.far);
  return best?.candidate;
}
