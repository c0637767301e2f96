/**
 * A table as FITS: an empty primary HDU and a binary table. Its header says how many rows there are and how long texts are, and comes first: where
 * that is not known the rows go through a temporary file, and the answer begins when they have all come.
 */
import { isText, valuesOf } from '../../base/cells.ts';
import type { Column } from '../../base/column.ts';
import type { Table } from '../../base/table.ts';
import { ascii, comment, header, integer, logical, padded, text } from '../../fits/cards.ts';
import { type Heap, heldAs, rowBytes, tableCards } from '../../fits/table.ts';
import { directChunks, spooledChunks } from './fits-chunks.ts';
import { FitsSpool } from './fits-spool.ts';
import type { OpenTable, TableForm } from './form.ts';
import { Spool, tooLarge } from './spool.ts';

const primary = header([
  logical('SIMPLE', true, 'conforms to FITS'),
  integer('BITPIX', 8),
  integer('NAXIS', 0),
  logical('EXTEND', true),
]);

function headOf(table: Table, columns: readonly Column[], rows: number, heap?: Heap): Uint8Array {
  const { name, description, infos } = table;
  const said = [description, ...infos.map(([key, value]) => `${key}: ${value}`)];
  const cards = [
    ...tableCards(columns, rows, heap),
    text('EXTNAME', ascii(name).slice(0, 60)),
    logical('OVERFLOW', table.overflow(), 'T: there were more rows'),
    ...said.flatMap(comment),
  ];
  return Buffer.concat([primary, header(cards)]);
}

const sizeOf = (head: Uint8Array, dataBytes: number) => head.length + padded(dataBytes);

async function openSpooled(
  table: Table,
  held: readonly Column[],
  folder: string,
  most: number,
): Promise<OpenTable> {
  const file = await Spool.open(folder, most);
  try {
    const spool = new FitsSpool(held, file);
    await spool.fill(table.batches);
    const { rows, longest, heapBytes } = spool;
    const columns = held.map((column, at) =>
      isText(column) ? { ...column, shape: [longest[at] || 1] } : column,
    );
    const heap = { bytes: heapBytes, longest };
    const dataBytes = rowBytes(columns, heap) * rows + heapBytes;
    // One long text makes every row long.
    if (dataBytes > most) throw tooLarge(most);
    const head = headOf(table, columns, rows, heap);
    return {
      size: sizeOf(head, dataBytes),
      chunks: spooledChunks(columns, spool, head, heap),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Whether the bytes of a cell are known without looking at it. */
const isFixed = (column: Column) =>
  isText(column) ? typeof column.shape?.[0] === 'number' : valuesOf(column) !== undefined;

export const fitsForm: TableForm = {
  contentType: 'application/fits',
  ending: 'fits',
  reportsFailure: false,
  open: async (table, { spoolFolder, spoolBytes }) => {
    const columns = table.columns.map(heldAs);
    const { rows } = table;
    if (rows === undefined || !columns.every(isFixed))
      return openSpooled(table, columns, spoolFolder, spoolBytes);
    const head = headOf(table, columns, rows);
    const chunks = directChunks(table, columns, head, rows);
    const close = async () => {
      await chunks.return();
    };
    return { size: sizeOf(head, rowBytes(columns) * rows), chunks, close };
  },
};
