/** The rows of a stack as cells of a binary table. */

import type { ByteWriter } from '../../base/byte-writer.ts';
import { isText } from '../../base/cells.ts';
import type { Column } from '../../base/column.ts';
import { writeRow } from '../../fits/table.ts';
import type { RowContext, StackColumn } from './columns.ts';
import type { StackPlan } from './plan.ts';

export interface RowCells {
  readonly columns: readonly Column[];
  /** Writes the cells of a row. */
  write(n: number, out: ByteWriter): void;
}

/** Texts take the longest, rounded up so that numbers stay where 32-bit words begin. */
export function widthOf(texts: readonly string[], least = 1): number {
  return 4 * Math.ceil(Math.max(least, ...texts.map((text) => text.length)) / 4);
}

export function rowCells({ rows }: StackPlan, chosen: readonly StackColumn[], context: RowContext): RowCells {
  // Of all rows before the first is written: the longest sets the width.
  const texts = chosen.map((column) =>
    isText(column) ? rows.map((row) => String(column.value(row, context) ?? '')) : [],
  );
  const columns = chosen.map((column, i) =>
    isText(column) ? { ...column, shape: [widthOf(texts[i] ?? [])] } : column,
  );
  return {
    columns,
    write: (n, out) => {
      const row = rows[n];
      if (!row) throw new RangeError(`the stack has no row ${n}`);
      const cells = chosen.map((column, i) => (isText(column) ? texts[i]?.[n] : column.value(row, context)));
      writeRow(columns, cells, out);
    },
  };
}
