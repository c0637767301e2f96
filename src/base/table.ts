/**
 * A table as it goes from who makes it to who writes it: columns, and rows in batches. Batches hold rows, not columns: every form but
 * Parquet writes rows, most sources (cursors of databases, rows of a stack) give them, and Parquet turns a row group at a time.
 */
import type { Column } from './column.ts';

/**
 * A cell as its column's type wants it: numbers for `byte` to `double`, `long` also as bigint, strings for texts; arrays are flat, the
 * fastest axis first. Null or undefined is null; NaN is a number of `float` and `double`, and null in whole numbers never.
 */
export type Cell =
  | boolean
  | number
  | bigint
  | string
  | ArrayLike<number | bigint | boolean>
  | null
  | undefined;

/** As many cells as there are columns. */
export type Row = readonly Cell[];

export type Batch = readonly Row[];

export interface Table {
  readonly name: string;
  readonly description: string;
  /** What else is said of it, name and value. */
  readonly infos: readonly (readonly [name: string, value: string])[];
  readonly columns: readonly Column[];
  /** Read once. */
  readonly batches: AsyncIterable<Batch>;
  /** How many rows `batches` will give, where that is known. */
  readonly rows?: number | undefined;
  /** Whether rows were left out; final when `batches` has ended. */
  overflow(): boolean;
}
