/** The last HDU: what became of every input, and sums of the data before it. */

import { native } from '../../addon/addon.ts';
import { comment, header, padded, text } from '../../fits/cards.ts';
import { checksumCards } from '../../fits/checksum.ts';
import { RowWriter, rowBytes, scalar, tableCards, words } from '../../fits/table.ts';
import type { Outcome } from './form.ts';
import type { Provenance } from './header.ts';
import type { StackPlan } from './plan.ts';

export interface StatusHdu {
  readonly bytes: number;
  /** `cardSums`: DATASUMs of the HDUs that the cards are of; `columnSums`: of several HDUs of each row. */
  write(
    failed: ReadonlyMap<number, Outcome>,
    cardSums: readonly number[],
    columnSums?: readonly (readonly number[])[],
  ): Uint8Array;
}

const REASON = 160;
const CODE = 24;

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
  const idWidth = 4 * Math.ceil(Math.max(4, ...ids.map((id) => id.length)) / 4);
  const columns = [
    scalar('J', { name: 'ROW', description: 'Row of the stack, from 1', tnull: 0, ucd: 'meta.record' }),
    words(idWidth, { name: 'ID', description: 'Publisher ID of the dataset', ucd: 'meta.id' }),
    words(8, { name: 'STATE', description: 'ok or failed', ucd: 'meta.code.status' }),
    words(CODE, { name: 'CODE', description: 'Why it failed, in a word', ucd: 'meta.code.error' }),
    words(REASON, { name: 'REASON', description: 'Why it failed', ucd: 'meta.note' }),
    ...sumColumns.map((name) =>
      scalar('K', { name, description: 'DATASUM of that HDU of the row', tnull: -1, ucd: 'meta.checksum' }),
    ),
  ];
  const data = rowBytes(columns) * ids.length;
  const cards = (sums: readonly number[]) =>
    header([
      ...tableCards(columns, ids.length),
      text('EXTNAME', 'STATUS'),
      text('CREATOR', software.slice(0, 60)),
      ...sumCards.map(([name, of], n) => text(name, String(sums[n] ?? 0), `DATASUM of ${of}`)),
      ...comment('Pixels of inputs that failed are NaN, NO_DATA in masks, and FLAGS has FAILED.'),
      ...checksumCards,
    ]);
  const headerBytes = cards([]).length;
  const bytes = headerBytes + padded(data);
  return {
    bytes,
    write: (failed, cardSums, columnSums = []) => {
      const out = new Uint8Array(bytes);
      const top = cards(cardSums);
      out.set(top);
      const writer = new RowWriter(out, top.length);
      ids.forEach((id, n) => {
        const lost = dropped[n - rows.length]?.problem;
        const outcome = failed.get(n) ?? (lost ? { code: lost.code, reason: lost.message } : fine);
        writer.int(n < rows.length ? n + 1 : 0);
        writer.text(id, idWidth);
        writer.text(outcome.code === '' ? 'ok' : 'failed', 8);
        writer.text(outcome.code, CODE);
        writer.text(outcome.reason, REASON);
        sumColumns.forEach((_, k) => {
          writer.long(columnSums[n]?.[k] ?? -1);
        });
      });
      native.sealHdu(out, top.length);
      return out;
    },
  };
}
