/** The rows of a stack as cells of a binary table. */

import { type RowWriter, scalar, type TableColumn, words } from '../../fits/table.ts';
import { type Cell, type Column, NULL_INTEGER, type RowContext } from './columns.ts';
import type { StackPlan } from './plan.ts';

export interface RowCells {
  readonly columns: readonly TableColumn[];
  /** Writes the cells of a row. */
  write(n: number, writer: RowWriter): void;
}

/** Texts take the longest, rounded up so that numbers stay where 32-bit words begin. */
function widthOf(texts: readonly string[]): number {
  return 4 * Math.ceil(Math.max(1, ...texts.map((text) => text.length)) / 4);
}

function tableColumn(column: Column, texts: readonly string[]): TableColumn {
  const { name, unit, ucd, description, form } = column;
  const about = { name, unit, ucd, description };
  if (form === 'A') return words(widthOf(texts), about);
  return scalar(form, form === 'J' || form === 'K' ? { ...about, tnull: NULL_INTEGER } : about);
}

function writeCell(writer: RowWriter, { form }: Column, cell: Cell, width: number): void {
  const number = typeof cell === 'number' ? cell : undefined;
  if (form === 'A') writer.text(cell == null ? '' : String(cell), width);
  else if (form === 'D') writer.double(number ?? Number.NaN);
  else if (form === 'E') writer.float(number ?? Number.NaN);
  else if (form === 'J') writer.int(number ?? NULL_INTEGER);
  else writer.long(number ?? NULL_INTEGER);
}

export function rowCells({ rows }: StackPlan, chosen: readonly Column[], context: RowContext): RowCells {
  // Buffered once: links take their time.
  const texts = chosen.map((column) =>
    column.form === 'A' ? rows.map((row) => String(column.value(row, context) ?? '')) : [],
  );
  const columns = chosen.map((column, i) => tableColumn(column, texts[i] ?? []));
  return {
    columns,
    write: (n, writer) => {
      const row = rows[n];
      if (!row) throw new RangeError(`the stack has no row ${n}`);
      chosen.forEach((column, i) => {
        const cell = column.form === 'A' ? texts[i]?.[n] : column.value(row, context);
        writeCell(writer, column, cell, columns[i]?.bytes ?? 0);
      });
    },
  };
}
