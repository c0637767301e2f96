/** Text that PostgreSQL can hold: it knows no NUL, and no half of a surrogate pair. */

const UNPRINTABLE = /\0|\p{Surrogate}/gu;

export function clean<T>(value: T): T | string {
  return typeof value === 'string' ? value.replace(UNPRINTABLE, '\ufffd') : value;
}

/** A row as JSON in which every number arrives as it was: JSON itself forgets the sign of zero. */
export function jsonRows(rows: readonly object[]): string {
  return JSON.stringify(rows, (_, value: unknown) => (Object.is(value, -0) ? '-0' : clean(value)));
}
