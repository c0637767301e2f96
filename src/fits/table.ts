/** Binary tables of FITS (4.0, 7.3): their columns as cards, their rows as bytes. */
import type { ByteWriter } from '../base/byte-writer.ts';
import { valueBytes, writeValues } from '../base/cell-bytes.ts';
import { isText, isWhole, nullNumber, textIn, valuesOf } from '../base/cells.ts';
import type { Column, ColumnType } from '../base/column.ts';
import { VignetError } from '../base/errors.ts';
import type { Cell, Row } from '../base/table.ts';
import { ascii, type Card, integer, text } from './cards.ts';

const letters: Readonly<Record<ColumnType, string>> = {
  boolean: 'L',
  byte: 'B',
  short: 'I',
  int: 'J',
  long: 'K',
  float: 'E',
  double: 'D',
  char: 'A',
  unicode: 'A',
};

/** Arrays that vary stand behind the rows, in the heap; a row says how many values they have and where they begin. */
export interface Heap {
  readonly bytes: number;
  /** Values of the longest array of each column. */
  readonly longest: readonly number[];
}

const NO_HEAP: Heap = { bytes: 0, longest: [] };

/** Offsets in the heap have 32 bits where they fit. */
export const isWide = ({ bytes }: Heap) => bytes >= 2 ** 31;

/** A column as FITS holds it: bytes have no null of their own that is no value, so that those that may be null take 16 bits. */
export function heldAs(column: Column): Column {
  const { type, required, null: chosen } = column;
  return type === 'byte' && !required && chosen === undefined ? { ...column, type: 'short' } : column;
}

/** Characters of the texts of a column. */
function widthOf({ name, shape }: Column): number {
  const [width] = shape ?? [];
  if (typeof width === 'number') return width;
  throw new VignetError(
    'fatal',
    'BAD_COLUMN',
    `expected a width for the texts of column ${name}, received none`,
  );
}

interface Layout {
  readonly tform: string;
  readonly tdim?: string;
  readonly bytes: number;
}

function layoutOf(column: Column, heap: Heap, at: number): Layout {
  const { type, shape } = column;
  if (type === 'char' || type === 'unicode') {
    const width = widthOf(column);
    return { tform: `${width}A`, bytes: width };
  }
  const letter = letters[type];
  const values = valuesOf(column);
  if (values === undefined) {
    const descriptor = isWide(heap) ? 'Q' : 'P';
    return { tform: `1${descriptor}${letter}(${heap.longest[at] ?? 0})`, bytes: isWide(heap) ? 16 : 8 };
  }
  const layout = { tform: `${values}${letter}`, bytes: values * valueBytes[type] };
  return shape !== undefined && shape.length > 1 ? { ...layout, tdim: `(${shape.join(',')})` } : layout;
}

/** Bytes of a row. Texts must have a width. Throws VignetError fatal BAD_COLUMN. */
export function rowBytes(columns: readonly Column[], heap: Heap = NO_HEAP): number {
  return columns.reduce((sum, column, at) => sum + layoutOf(heldAs(column), heap, at).bytes, 0);
}

/** As much of a text as a card holds. */
const cut = (value: string, most: number) => ascii(value).slice(0, most);

function columnCards(column: Column, heap: Heap, at: number): Card[] {
  const n = at + 1;
  const { name, unit, ucd, utype, xtype, description } = column;
  const { tform, tdim } = layoutOf(column, heap, at);
  const hasNull = isWhole(column.type) && !column.required && valuesOf(column) !== undefined;
  return [
    text(`TTYPE${n}`, cut(name, 60), ascii(description)),
    text(`TFORM${n}`, tform),
    ...(tdim === undefined ? [] : [text(`TDIM${n}`, tdim)]),
    ...(unit ? [text(`TUNIT${n}`, cut(unit, 60))] : []),
    ...(hasNull ? [integer(`TNULL${n}`, nullNumber(column))] : []),
    ...(ucd ? [text(`TUCD${n}`, cut(ucd, 60))] : []),
    ...(utype ? [text(`TUTYP${n}`, cut(utype, 60))] : []),
    ...(xtype ? [text(`TXTYP${n}`, cut(xtype, 60))] : []),
    text(`TCOMM${n}`, cut(description, 67)),
  ];
}

/** The cards of a table's header up to its columns, and those of each column. */
export function tableCards(columns: readonly Column[], rows: number, heap: Heap = NO_HEAP): Card[] {
  return [
    text('XTENSION', 'BINTABLE', 'binary table'),
    integer('BITPIX', 8),
    integer('NAXIS', 2),
    integer('NAXIS1', rowBytes(columns, heap), 'bytes of a row'),
    integer('NAXIS2', rows, 'rows'),
    integer('PCOUNT', heap.bytes),
    integer('GCOUNT', 1),
    integer('TFIELDS', columns.length),
    ...columns.flatMap((column, at) => columnCards(heldAs(column), heap, at)),
  ];
}

/** Text of a width, filled up with NUL; what FITS cannot hold becomes question marks. */
export function writeText(value: string, width: number, out: ByteWriter): void {
  out.latin1(ascii(value));
  out.fill(0, width - value.length);
}

/**
 * A value that is the null of its column would be lost. Columns as `heldAs` gives them. Throws VignetError fatal BAD_CELL.
 */
export function refuseNull(column: Column, cell: Cell): void {
  if (column.required || !isWhole(column.type) || cell === null || cell === undefined) return;
  const nothing = BigInt(nullNumber(column));
  const isNull = (value: unknown) =>
    typeof value === 'bigint'
      ? value === nothing
      : Number.isInteger(value) && BigInt(Number(value)) === nothing;
  const lost = typeof cell === 'object' ? Array.from(cell).some(isNull) : isNull(cell);
  if (!lost) return;
  const detail = `expected ${column.type} in column ${column.name}, received ${nothing}, which stands for null there; choose another null`;
  throw new VignetError('fatal', 'BAD_CELL', detail);
}

/** A cell that takes the same bytes in every row. Throws VignetError fatal BAD_CELL. */
export function writeCell(declared: Column, cell: Cell, out: ByteWriter): void {
  const column = heldAs(declared);
  if (isText(column)) {
    writeText(textIn(column, cell ?? ''), widthOf(column), out);
    return;
  }
  writeValues(column, cell, out);
}

/** A row without arrays that vary. Throws VignetError fatal BAD_CELL. */
export function writeRow(columns: readonly Column[], row: Row, out: ByteWriter): void {
  columns.forEach((column, at) => {
    writeCell(column, row[at], out);
  });
}
