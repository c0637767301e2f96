/** Rows as text, gathered into pieces of some size: one piece for each write, not one for each row. */
import type { Batch, Row } from './table.ts';

/** Characters of a piece. */
const PIECE = 65_536;

/** When a row fails, those before it come out first. */
export async function* rowsAsText(
  batches: AsyncIterable<Batch>,
  textOf: (row: Row) => string,
): AsyncGenerator<string, void, undefined> {
  let piece = '';
  let failure: { error: unknown } | undefined;
  try {
    for await (const batch of batches) {
      for (const row of batch) {
        piece += textOf(row);
        if (piece.length < PIECE) continue;
        yield piece;
        piece = '';
      }
    }
  } catch (error) {
    failure = { error };
  }
  if (piece !== '') yield piece;
  if (failure) throw failure.error;
}
