/** Cells of numbers and booleans as bytes, alike in BINARY2 and in binary tables of FITS: big-endian, `T` and `F`. */
import type { ByteWriter } from './byte-writer.ts';
import { arrayIn, bigIn, booleanIn, isArray, nullNumber, numberIn, valuesOf } from './cells.ts';
import type { Column, ColumnType } from './column.ts';
import type { Cell } from './table.ts';

export type NumericType = Exclude<ColumnType, 'char' | 'unicode'>;

/** The type of a column that holds no texts. */
export const numericType = ({ type }: Column) => type as NumericType;

/** Bytes of one value. */
export const valueBytes: Readonly<Record<NumericType, number>> = {
  boolean: 1,
  byte: 1,
  short: 2,
  int: 4,
  long: 8,
  float: 4,
  double: 8,
};

type WriteValue = (column: Column, value: unknown, out: ByteWriter) => void;

/** Null is what `nullNumber` says, NaN in `float` and `double`, and in `boolean` a byte of zero. */
const writers: Readonly<Record<NumericType, WriteValue>> = {
  boolean: (column, value, out) =>
    out.byte(value === null ? 0 : booleanIn(column, value) ? 0x54 /* T */ : 0x46 /* F */),
  byte: (column, value, out) => out.byte(numberIn(column, value)),
  short: (column, value, out) => out.short(numberIn(column, value)),
  int: (column, value, out) => out.int(numberIn(column, value)),
  long: (column, value, out) => out.long(bigIn(column, value)),
  float: (column, value, out) => out.float(numberIn(column, value)),
  double: (column, value, out) => out.double(numberIn(column, value)),
};

/**
 * Writes a cell that is no text, without a count. Of an array that is null every value is; of one that varies nothing is written.
 * Throws VignetError fatal BAD_CELL.
 */
export function writeValues(column: Column, cell: Cell, out: ByteWriter): void {
  const write = writers[numericType(column)];
  const missing = cell === null || cell === undefined;
  if (!missing && !isArray(column)) {
    write(column, cell, out);
  } else if (missing) {
    const filler = column.type === 'boolean' ? null : nullNumber(column);
    for (let left = valuesOf(column) ?? 0; left > 0; left--) write(column, filler, out);
  } else {
    const array = arrayIn(column, cell);
    for (let n = 0; n < array.length; n++) write(column, array[n], out);
  }
}
