/** Names by patterns: `*` is any text, `?` any one character, everything else itself. */

export const hasWildcard = (pattern: string) => /[*?]/.test(pattern);

/** Whether a pattern is of the whole name. Takes time proportional to the product of their lengths, whatever the pattern. */
export function matchesGlob(pattern: string, name: string): boolean {
  let [p, n] = [0, 0];
  // Where the last `*` was, and the text that it has taken so far.
  let [star, taken] = [-1, 0];
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p++;
      taken = n;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p += 1;
      n += 1;
    } else if (star >= 0) {
      p = star + 1;
      taken += 1;
      n = taken;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
