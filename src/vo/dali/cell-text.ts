/** Cells as text, alike in TABLEDATA, CSV and TSV: the literals of VOTable 1.4 and DALI. */
import { arrayIn, bigIn, booleanIn, isArray, isText, numberIn, textIn } from '../../base/cells.ts';
import type { Column } from '../../base/column.ts';
import type { Cell } from '../../base/table.ts';

/** The shortest decimal number that reads back as this one. */
function realText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

/** The same for 32 bits. A number that has more of them keeps its digits. */
function floatText(value: number): string {
  const float = Math.fround(value);
  if (!Number.isFinite(float)) return realText(float);
  if (float !== value) return realText(value);
  for (let digits = 6; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return String(shorter);
  }
  return String(Number(value.toPrecision(9)));
}

function valueText(column: Column, value: unknown): string {
  switch (column.type) {
    case 'boolean':
      return String(booleanIn(column, value));
    case 'long':
      return typeof value === 'number' ? String(numberIn(column, value)) : String(bigIn(column, value));
    case 'float':
      return floatText(numberIn(column, value));
    case 'double':
      return realText(numberIn(column, value));
    default:
      return String(numberIn(column, value));
  }
}

/**
 * What a cell is written as, before any escaping; null for null. Values of arrays are separated by spaces.
 * Throws VignetError fatal BAD_CELL.
 */
export function cellText(column: Column, cell: Cell): string | null {
  if (cell === null || cell === undefined) return null;
  if (isText(column)) return textIn(column, cell);
  if (!isArray(column)) return valueText(column, cell);
  return Array.from(arrayIn(column, cell), (value) => valueText(column, value)).join(' ');
}
