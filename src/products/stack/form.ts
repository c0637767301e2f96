/** A stack as FITS whose every byte but the pixels is known: sections of rows, and an end that waits for all of them. */
import type { StackPart } from '../../addon/stack.ts';
import type { Outcome } from '../answers/outcome-columns.ts';

/** One part of every row: fixed bytes, as many stretches of one length as there are rows, zeros. */
export interface StackSection {
  /** All that comes before the first row. */
  readonly head: Uint8Array;
  readonly rowBytes: number;
  /** Bytes after the last row: zeros. */
  readonly padding: number;
  /** Writes what is known of a row to `out` at `at`; returns where its pixels begin, and what they are. */
  row(n: number, out: Uint8Array, at: number): { readonly at: number; readonly parts: readonly StackPart[] };
}

export interface StackForm {
  readonly rows: number;
  readonly sections: readonly StackSection[];
  readonly tailBytes: number;
  tally(): Tally;
  /** Of an answer that is made whole: fills in what stands before what it sums. */
  seal?(whole: Uint8Array): void;
}

/** What is gathered while one reader takes the answer. */
export interface Tally {
  /** Looks at filled rows of a section, from the row `first`, for what the tail says of them. In any order, each once. */
  look(first: number, rows: Uint8Array, section: number): void;
  /** The tail, when all rows have been looked at. `failed`: by row. */
  tail(failed: ReadonlyMap<number, Outcome>): Uint8Array;
}
