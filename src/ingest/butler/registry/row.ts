/** Cells of a registry's rows, which may hold anything. */
import { clip } from '../../../base/clip.ts';
import { badDatabase, type Row } from '../database.ts';

/** Longest name of a collection, dataset type, table or value of a data ID. */
const MAX_NAME = 1000;

/** Throws VignetError data BAD_BUTLER_DATABASE. */
export function textIn(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === 'string' && value.length <= MAX_NAME) return value;
  throw badDatabase(
    `expected text for column ${clip(column)} of the registry, received ${value === undefined ? 'no such column' : 'another value'}`,
  );
}

/** Throws VignetError data BAD_BUTLER_DATABASE. */
export function keyIn(row: Row, column: string): string | number {
  const value = row[column];
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : textIn(row, column);
}

/** Values as a word, the same for the same values of the same types only. */
export const wordOf = (values: readonly unknown[]): string =>
  JSON.stringify(values.some((value) => typeof value === 'bigint') ? values.map(speakable) : values);

/** JSON has no whole numbers of this size. */
const speakable = (value: unknown) => (typeof value === 'bigint' ? { whole: String(value) } : value);

/** A value by which a page is continued. Throws VignetError data BAD_BUTLER_DATABASE. */
export function cursorIn(row: Row, column: string): string | number | bigint {
  const value = row[column];
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
  throw badDatabase(`expected text or a number for column ${clip(column)} of the registry, received neither`);
}

export function intIn(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw badDatabase(
    `expected a whole number for column ${clip(column)} of the registry, received another value`,
  );
}
