/** Rows of a FITS table before their number and the lengths of their texts are known: in a temporary file, in a form of their own. */
import { ByteWriter } from '../../base/byte-writer.ts';
import { numericType, valueBytes, writeValues } from '../../base/cell-bytes.ts';
import { arrayIn, isText, textIn, valuesOf } from '../../base/cells.ts';
import type { Column } from '../../base/column.ts';
import type { Batch, Cell, Row } from '../../base/table.ts';
import { ascii } from '../../fits/cards.ts';
import { refuseNull } from '../../fits/table.ts';
import type { Spool } from './spool.ts';

const WRITE_BYTES = 262_144;
/** Of a length. */
const LENGTH = 4;

/**
 * A row begins with its bytes. Cells of one size follow as FITS has them; texts and arrays that vary have their number of characters or values
 * before them.
 */
export class FitsSpool {
  readonly #columns: readonly Column[];
  readonly #spool: Spool;
  readonly #out = ByteWriter.growing(2 * WRITE_BYTES);
  /** Longest text, or most values of an array that varies, of each column. */
  readonly longest: number[];
  rows = 0;
  heapBytes = 0;

  /** `columns` as `heldAs` gives them. */
  constructor(columns: readonly Column[], spool: Spool) {
    this.#columns = columns;
    this.#spool = spool;
    this.longest = columns.map(() => 0);
  }

  /** Throws VignetError fatal BAD_CELL; as `Spool.append`. */
  async fill(batches: AsyncIterable<Batch>): Promise<void> {
    for await (const batch of batches) {
      for (const row of batch) {
        this.#add(row);
        if (this.#out.at >= WRITE_BYTES) await this.#flush();
      }
    }
    await this.#flush();
  }

  /** The rows, some at a time; each without its length, and valid until the next are asked for. */
  async *read(): AsyncGenerator<Buffer[], void, undefined> {
    let rest = Buffer.alloc(0);
    for await (const chunk of this.#spool.read()) {
      const bytes = Buffer.concat([rest, chunk]);
      const rows: Buffer[] = [];
      let at = 0;
      while (at + LENGTH <= bytes.length) {
        const end = at + LENGTH + bytes.readInt32BE(at);
        if (end > bytes.length) break;
        rows.push(bytes.subarray(at + LENGTH, end));
        at = end;
      }
      yield rows;
      rest = bytes.subarray(at);
    }
  }

  #add(row: Row): void {
    const begin = this.#out.at;
    this.#out.int(0);
    this.#columns.forEach((column, at) => {
      this.#addCell(column, row[at], at);
    });
    const end = this.#out.at;
    this.#out.at = begin;
    this.#out.int(end - begin - LENGTH);
    this.#out.at = end;
    this.rows += 1;
  }

  #addCell(column: Column, cell: Cell, at: number): void {
    refuseNull(column, cell);
    if (isText(column)) {
      const text = ascii(textIn(column, cell ?? ''));
      this.#count(text.length, at);
      this.#out.latin1(text);
    } else if (valuesOf(column) === undefined) {
      this.#count(cell === null || cell === undefined ? 0 : arrayIn(column, cell).length, at);
      const before = this.#out.at;
      writeValues(column, cell, this.#out);
      this.heapBytes += this.#out.at - before;
    } else writeValues(column, cell, this.#out);
  }

  #count(length: number, at: number): void {
    this.#out.int(length);
    this.longest[at] = Math.max(this.longest[at] ?? 0, length);
  }

  async #flush(): Promise<void> {
    await this.#spool.append(this.#out.written());
    this.#out.at = 0;
  }
}

export interface SpooledCell {
  readonly column: Column;
  /** Of texts and arrays that vary: their characters or values. */
  readonly count: number;
  readonly bytes: Uint8Array;
}

/** The cells of a row. */
export function* spooledCells(
  columns: readonly Column[],
  row: Buffer,
): Generator<SpooledCell, void, undefined> {
  let at = 0;
  for (const column of columns) {
    const values = valuesOf(column);
    const count = values ?? row.readInt32BE(at);
    if (values === undefined) at += 4;
    const end = at + count * (isText(column) ? 1 : valueBytes[numericType(column)]);
    yield { column, count, bytes: row.subarray(at, end) };
    at = end;
  }
}
