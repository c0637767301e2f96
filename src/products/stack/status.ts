/** The last HDU: what became of every input, and sums of the data before it. */

import { comment, header, padded, text } from '../../base/fits-cards.ts';
import { checksumCards, sealHdu } from '../../base/fits-checksum.ts';
import type { Outcome } from './form.ts';
import type { Provenance } from './header.ts';
import type { StackPlan } from './plan.ts';
import { RowWriter, rowBytes, scalar, tableCards, words } from './table.ts';

export interface StatusHdu {
  readonly bytes: number;
  /** `sums`: DATASUM of an HDU that came before; or of several HDUs of each row, as `sumColumns` names them. */
  write(failed: ReadonlyMap<number, Outcome>, sums: number | readonly (readonly number[])[]): Uint8Array;
}

const REASON = 160;
const CODE = 24;

const fine: Outcome = { code: '', reason: '' };

/** One row per planned input, those that gave no row last. Its size depends on nothing but the plan. */
export function statusHdu(
  { rows, dropped }: StackPlan,
  { software }: Provenance,
  sumColumns: readonly string[] = [],
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
  const cards = (sum: number | undefined) =>
    header([
      ...tableCards(columns, ids.length),
      text('EXTNAME', 'STATUS'),
      text('CREATOR', software.slice(0, 60)),
      ...(sum === undefined ? [] : [text('DSUMPREV', String(sum), 'DATASUM of the HDU before this one')]),
      ...comment('Pixels of inputs that failed are NaN, NO_DATA in masks, and FLAGS has FAILED.'),
      ...checksumCards,
    ]);
  const headerBytes = cards(sumColumns.length > 0 ? undefined : 0).length;
  const bytes = headerBytes + padded(data);
  return {
    bytes,
    write: (failed, sums) => {
      const out = new Uint8Array(bytes);
      const top = cards(typeof sums === 'number' ? sums : undefined);
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
          writer.long(typeof sums === 'number' ? -1 : (sums[n]?.[k] ?? -1));
        });
      });
      sealHdu(out, top.length);
      return out;
    },
  };
}
