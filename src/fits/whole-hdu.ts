/** HDUs that are made whole, with CHECKSUM and DATASUM. */
import { native } from '../addon/addon.ts';
import { ByteWriter } from '../base/byte-writer.ts';
import type { Column } from '../base/column.ts';
import { type Steps, untilDone, VALUE } from '../base/steps.ts';
import type { Row } from '../base/table.ts';
import { type Card, header, padded } from './cards.ts';
import { checksumCards } from './checksum.ts';
import { rowBytes, tableCards, writeRow } from './table.ts';

/** An HDU of `dataBytes` written by `write`; its header must have the cards of checksums. */
export function wholeHdu(top: Uint8Array, dataBytes: number, write: (out: ByteWriter) => void): Uint8Array {
  const hdu = new Uint8Array(top.length + padded(dataBytes));
  hdu.set(top);
  write(new ByteWriter(hdu, top.length));
  native.sealHdu(hdu, top.length);
  return hdu;
}

const headerOf = (columns: readonly Column[], rows: number, more: readonly Card[]) =>
  header([...tableCards(columns, rows), ...more, ...checksumCards]);

/** Bytes of `wholeTable`. */
export function wholeTableBytes(columns: readonly Column[], rows: number, more: readonly Card[]): number {
  return headerOf(columns, rows, more).length + padded(rowBytes(columns) * rows);
}

/** A binary table. `more`: cards after those of the columns. Throws VignetError fatal BAD_COLUMN, BAD_CELL. */
export function wholeTable(
  columns: readonly Column[],
  rows: readonly Row[],
  more: readonly Card[],
): Uint8Array {
  return untilDone(wholeTableSteps(columns, rows, rows.length, more));
}

/** The same in steps. `count`: how many rows there are. */
export function* wholeTableSteps(
  columns: readonly Column[],
  rows: Iterable<Row>,
  count: number,
  more: readonly Card[],
): Steps<Uint8Array> {
  const top = headerOf(columns, count, more);
  const bytes = rowBytes(columns);
  const hdu = new Uint8Array(top.length + padded(bytes * count));
  hdu.set(top);
  const out = new ByteWriter(hdu, top.length);
  for (const row of rows) {
    writeRow(columns, row, out);
    yield VALUE * columns.length;
  }
  native.sealHdu(hdu, top.length);
  return hdu;
}
