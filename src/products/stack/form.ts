/** A stack as FITS whose every byte but the pixels is known: fixed bytes, rows of one length, and an end that waits for the rows. */
import type { StackPart } from '../../engine/native.ts';

/** What became of an input. */
export interface Outcome {
  readonly code: string;
  readonly reason: string;
}

export interface StackForm {
  /** All that comes before the first row. */
  readonly head: Uint8Array;
  readonly rows: number;
  readonly rowBytes: number;
  /** Bytes between the last row and the tail: zeros. */
  readonly padding: number;
  readonly tailBytes: number;
  /** Writes what is known of a row to `out` at `at`; tells where its pixels begin, and what they are. */
  row(n: number, out: Uint8Array, at: number): { readonly at: number; readonly parts: readonly StackPart[] };
  tally(): Tally;
  /** Of an answer that is made whole: fills in what stands before what it sums. */
  seal?(whole: Uint8Array): void;
}

/** What is gathered while one reader takes the answer. */
export interface Tally {
  /** Looks at filled rows, from the row `first`, for what the tail says of them. In any order, each once. */
  look(first: number, rows: Uint8Array): void;
  /** The tail, when all rows have been looked at. `failed`: by row. */
  tail(failed: ReadonlyMap<number, Outcome>): Uint8Array;
}
