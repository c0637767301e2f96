/** Cells of a registry as the catalog takes them; undefined for what it cannot. */

/** Longest text that goes into the catalog. */
const MAX_TEXT = 1000;

export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= MAX_TEXT ? value : undefined;

export const intOf = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) ? (value as number) : undefined;
