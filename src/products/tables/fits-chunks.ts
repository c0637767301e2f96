/** The bytes of a FITS table behind its header, in chunks. */
import { ByteWriter } from '../../base/byte-writer.ts';
import { isText, valuesOf } from '../../base/cells.ts';
import type { Column } from '../../base/column.ts';
import { VignetError } from '../../base/errors.ts';
import type { Table } from '../../base/table.ts';
import { padded } from '../../fits/cards.ts';
import { type Heap, isWide, refuseNull, writeRow } from '../../fits/table.ts';
import { type FitsSpool, spooledCells } from './fits-spool.ts';

const CHUNK = 65_536;

/** Bytes gathered into chunks. */
class Chunks {
  readonly out = ByteWriter.growing(2 * CHUNK);
  /** All that has been written. */
  bytes = 0;

  /** What has been gathered, when it is a chunk or `all` is wanted. */
  *take(all = false): Generator<Uint8Array, void, undefined> {
    if (this.out.at === 0 || (!all && this.out.at < CHUNK)) return;
    this.bytes += this.out.at;
    yield this.out.written();
    this.out.at = 0;
  }

  /** The last chunk, filled up to a whole block. */
  *end(): Generator<Uint8Array, void, undefined> {
    const bytes = this.bytes + this.out.at;
    this.out.fill(0, padded(bytes) - bytes);
    yield* this.take(true);
  }
}

/** Every cell has its place, and the rows are counted. */
export async function* directChunks(
  table: Table,
  columns: readonly Column[],
  head: Uint8Array,
  rows: number,
) {
  const chunks = new Chunks();
  let seen = 0;
  yield head;
  for await (const batch of table.batches) {
    for (const row of batch) {
      columns.forEach((column, at) => {
        refuseNull(column, row[at]);
      });
      writeRow(columns, row, chunks.out);
      yield* chunks.take();
    }
    seen += batch.length;
    if (seen > rows) break;
  }
  if (seen !== rows)
    throw new VignetError('fatal', 'BAD_TABLE', `expected ${rows} rows in ${table.name}, received ${seen}`);
  yield* chunks.end();
}

/** The spooled rows with texts of one width; where arrays that vary begin in the heap; then the heap. */
export async function* spooledChunks(
  columns: readonly Column[],
  spool: FitsSpool,
  head: Uint8Array,
  heap: Heap,
) {
  const chunks = new Chunks();
  let place = 0;
  yield head;
  for await (const rows of spool.read()) {
    for (const row of rows) {
      place = copyRow(columns, row, chunks.out, place, isWide(heap));
      yield* chunks.take();
    }
  }
  if (heap.bytes > 0) {
    for await (const rows of spool.read()) {
      for (const row of rows) {
        for (const { column, bytes } of spooledCells(columns, row))
          if (!isText(column) && valuesOf(column) === undefined) chunks.out.bytes(bytes);
        yield* chunks.take();
      }
    }
  }
  yield* chunks.end();
}

/** Gives the place in the heap behind what the row has there. */
function copyRow(
  columns: readonly Column[],
  row: Buffer,
  out: ByteWriter,
  begin: number,
  wide: boolean,
): number {
  let place = begin;
  for (const { column, count, bytes } of spooledCells(columns, row)) {
    if (!isText(column) && valuesOf(column) === undefined) {
      for (const number of [count, place]) wide ? out.long(number) : out.int(number);
      place += bytes.length;
      continue;
    }
    out.bytes(bytes);
    const [width] = column.shape ?? [];
    if (isText(column) && typeof width === 'number') out.fill(0, width - bytes.length);
  }
  return place;
}
