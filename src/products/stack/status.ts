/** The last HDU: what became of every input, and sums of the data before it. */

import type { Column } from '../../base/column.ts';
import { comment, text } from '../../fits/cards.ts';
import { wholeTable, wholeTableBytes } from '../../fits/whole-hdu.ts';
import { type Outcome, outcomeCells, outcomeColumns } from '../answers/outcome-columns.ts';
import type { Provenance } from './header.ts';
import type { StackPlan } from './plan.ts';
import { widthOf } from './row-cells.ts';

export interface StatusHdu {
  readonly bytes: number;
  /** `cardSums`: DATASUMs of the HDUs that the cards are of; `columnSums`: of several HDUs of each row. */
  write(
    failed: ReadonlyMap<number, Outcome>,
    cardSums: readonly number[],
    columnSums?: readonly (readonly number[])[],
  ): Uint8Array;
}

const fine: Outcome = { code: '', reason: '' };

export interface SumNames {
  /** Cards with the DATASUM of an HDU each, and what that is. */
  readonly cards?: readonly (readonly [name: string, of: string])[];
  /** Columns with the DATASUM of an HDU of the row each. */
  readonly columns?: readonly string[];
}

/** One row per planned input, those that gave no row last. Its size depends on nothing but the plan. */
export function statusHdu(
  { rows, dropped }: StackPlan,
  { software }: Provenance,
  { cards: sumCards = [], columns: sumColumns = [] }: SumNames,
): StatusHdu {
  const ids = [...rows.map((row) => row.dataset.id), ...dropped.map(({ id }) => id)];
  const columns: readonly Column[] = [
    { name: 'ROW', type: 'int', null: 0, ucd: 'meta.record', description: 'Row of the stack, from 1' },
    {
      name: 'ID',
      type: 'char',
      shape: [widthOf(ids, 4)],
      ucd: 'meta.id',
      description: 'Publisher ID of the dataset',
    },
    ...outcomeColumns,
    ...sumColumns.map(
      (name): Column => ({
        name,
        type: 'long',
        null: -1,
        ucd: 'meta.checksum',
        description: 'DATASUM of that HDU of the row',
      }),
    ),
  ];
  const cards = (sums: readonly number[]) => [
    text('EXTNAME', 'STATUS'),
    text('CREATOR', software.slice(0, 60)),
    ...sumCards.map(([name, of], n) => text(name, String(sums[n] ?? 0), `DATASUM of ${of}`)),
    ...comment('Pixels of inputs that failed are NaN, NO_DATA in masks, and FLAGS has FAILED.'),
  ];
  return {
    bytes: wholeTableBytes(columns, ids.length, cards([])),
    write: (failed, cardSums, columnSums = []) => {
      const cells = ids.map((id, n) => {
        const lost = dropped[n - rows.length]?.problem;
        const outcome = failed.get(n) ?? (lost ? { code: lost.code, reason: lost.message } : fine);
        const sums = sumColumns.map((_, k) => columnSums[n]?.[k]);
        return [n < rows.length ? n + 1 : null, id, ...outcomeCells(outcome), ...sums];
      });
      return wholeTable(columns, cells, cards(cardSums));
    },
  };
}
