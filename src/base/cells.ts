/** Cells as numbers and texts of their column's type. What does not fit is an error: no form may write another value. */
import type { Column, ColumnType } from './column.ts';
import { VignetError } from './errors.ts';
import type { Cell } from './table.ts';

export const isText = ({ type }: Column) => type === 'char' || type === 'unicode';

/** Whether cells hold arrays. */
export const isArray = (column: Column) => column.shape !== undefined && !isText(column);

/** Number of values of a cell; undefined where it varies, as it does in texts. */
export function valuesOf(column: Column): number | undefined {
  if (isText(column)) return undefined;
  const { shape = [] } = column;
  let values = 1;
  for (const side of shape) {
    if (side === '*') return undefined;
    values *= side;
  }
  return values;
}

const wholeRanges = {
  byte: [0, 255],
  short: [-32_768, 32_767],
  int: [-2_147_483_648, 2_147_483_647],
  long: [-(2n ** 63n), 2n ** 63n - 1n],
} as const;

type Whole = keyof typeof wholeRanges;

export const isWhole = (type: ColumnType): type is Whole => type in wholeRanges;

/** What stands for null in a column of whole numbers where a form has no null. */
export function nullNumber({ type, null: chosen }: Column): number | bigint {
  if (chosen !== undefined) return chosen;
  if (!isWhole(type)) return Number.NaN;
  return wholeRanges[type][type === 'byte' ? 1 : 0];
}

function wrong({ name, type }: Column, received: unknown): VignetError {
  const shown = typeof received === 'string' ? JSON.stringify(received.slice(0, 40)) : String(received);
  return new VignetError('fatal', 'BAD_CELL', `expected ${type} in column ${name}, received ${shown}`);
}

/** Throws VignetError fatal BAD_CELL. */
export function numberIn(column: Column, value: unknown): number {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number') throw wrong(column, value);
  if (!isWhole(column.type)) return number;
  const [least, most] = wholeRanges[column.type];
  if (!Number.isInteger(number) || number < least || number > most) throw wrong(column, value);
  return number;
}

/** A `long`, exactly. Throws VignetError fatal BAD_CELL. */
export function bigIn(column: Column, value: unknown): bigint {
  if (typeof value === 'bigint') {
    if (BigInt.asIntN(64, value) !== value) throw wrong(column, value);
    return value;
  }
  return BigInt(numberIn(column, value));
}

/** Throws VignetError fatal BAD_CELL. */
export function booleanIn(column: Column, value: unknown): boolean {
  if (typeof value !== 'boolean') throw wrong(column, value);
  return value;
}

/** Throws VignetError fatal BAD_CELL: no text, or longer than the column holds. */
export function textIn(column: Column, value: unknown): string {
  if (typeof value !== 'string') throw wrong(column, value);
  const most = column.shape?.[0];
  if (typeof most === 'number' && value.length > most) throw wrong(column, value);
  return value;
}

/** The values of an array. Throws VignetError fatal BAD_CELL: none, or not as many as its shape holds. */
export function arrayIn(column: Column, cell: Cell): ArrayLike<number | bigint | boolean> {
  if (typeof cell !== 'object' || cell === null) throw wrong(column, cell);
  const values = valuesOf(column);
  if (values !== undefined && cell.length !== values)
    throw wrong(column, `${cell.length} values for the shape ${column.shape?.join(' x ')}`);
  return cell;
}
