/** Rows as BINARY2 (VOTable 1.4, 5.4): flags of the nulls, then the cells, big-endian; in base64. */
import { ByteWriter } from '../../base/byte-writer.ts';
import { numericType, valueBytes, writeValues } from '../../base/cell-bytes.ts';
import { arrayIn, isText, textIn, valuesOf } from '../../base/cells.ts';
import type { Column } from '../../base/column.ts';
import type { Batch, Cell, Row } from '../../base/table.ts';

/** Bytes of a line of base64: a multiple of three, so that only the last one is padded. */
const LINE = 49_152;

function writeText(column: Column, text: string, out: ByteWriter): void {
  if (column.type === 'unicode') {
    out.int(text.length);
    out.utf16(text);
  } else {
    // One byte for a character (VOTable 1.4, 2.1).
    const ascii = text.replace(/[^\0-\x7f]/gu, '?');
    out.int(ascii.length);
    out.latin1(ascii);
  }
}

const isReal = ({ type }: Column) => type === 'float' || type === 'double';

/** What stands where the flags say null, as VOTable 1.4 (5.4) recommends: NaN, zeros, and a length of zero. */
function writeNull(column: Column, out: ByteWriter): void {
  const values = valuesOf(column);
  if (isText(column) || values === undefined) out.int(0);
  else if (isReal(column)) writeValues(column, null, out);
  else out.fill(0, values * valueBytes[numericType(column)]);
}

/** Texts and arrays that vary begin with their length. */
function writeCell(column: Column, cell: Cell, out: ByteWriter): void {
  if (cell === null || cell === undefined) writeNull(column, out);
  else if (isText(column)) writeText(column, textIn(column, cell), out);
  else {
    if (valuesOf(column) === undefined) out.int(arrayIn(column, cell).length);
    writeValues(column, cell, out);
  }
}

/** One row: the first column's flag is the highest bit. */
function writeRow(columns: readonly Column[], row: Row, out: ByteWriter): void {
  for (let first = 0; first < columns.length; first += 8) {
    let flags = 0;
    for (let bit = 0; bit < 8; bit++)
      if (first + bit < columns.length && (row[first + bit] ?? null) === null) flags |= 0x80 >> bit;
    out.byte(flags);
  }
  columns.forEach((column, at) => {
    writeCell(column, row[at], out);
  });
}

/** Lines of base64. When a row fails, those before it come out first. */
export async function* binary2(
  columns: readonly Column[],
  batches: AsyncIterable<Batch>,
): AsyncGenerator<string, void, undefined> {
  const out = ByteWriter.growing(2 * LINE);
  const line = (bytes: number) => {
    const text = `${out.written(bytes).toString('base64')}\n`;
    out.drop(bytes);
    return text;
  };
  let failure: { error: unknown } | undefined;
  try {
    for await (const batch of batches) {
      for (const row of batch) {
        const before = out.at;
        try {
          writeRow(columns, row, out);
        } catch (error) {
          out.at = before;
          throw error;
        }
        while (out.at >= LINE) yield line(LINE);
      }
    }
  } catch (error) {
    failure = { error };
  }
  if (out.at > 0) yield line(out.at);
  if (failure) throw failure.error;
}
