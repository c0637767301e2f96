/** `1 dataset`, `2 datasets`; `written`: the number as it is to stand there. */
export function count(n: number, noun: string, written = String(n)): string {
  return `${written} ${noun}${n === 1 ? '' : 's'}`;
}
