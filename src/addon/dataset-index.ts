/** What the addon takes and gives for dataset indexes. */
import type { Stencil } from '../base/sky.ts';

/** One row of the dataset index: what the hot path must know of a dataset. Unknown numbers are NaN. */
export interface IndexRow {
  readonly uuid: string;
  readonly pack: number;
  readonly offset: number;
  readonly length: number;
  readonly footprint: readonly number[];
  readonly emMin: number;
  readonly emMax: number;
  readonly tMin: number;
  readonly tMax: number;
}

/** An opened dataset index (memory-mapped). Rows are numbered as they were given to `buildIndex`. */
export interface DatasetIndex {
  readonly size: number;
  /** The row with that UUID, or -1. */
  find(uuid: string): number;
  row(number: number): Omit<IndexRow, 'footprint'>;
  /** Rows whose footprint overlaps the stencil (or holds the point), ascending. */
  search(stencil: Stencil | { readonly point: readonly [number, number] }): Uint32Array;
  /** Reads the whole file. Throws data BAD_INDEX at the first thing that is not as `buildIndex` writes it. */
  verify(): void;
  close(): void;
}

/** Dataset indexes, and the predicate that they search by. */
export interface IndexCalls {
  /** Exact footprint test of two stencils or of a point, for the checks that need no index. */
  overlaps(
    footprint: readonly number[],
    stencil: Stencil | { readonly point: readonly [number, number] },
  ): boolean;
  buildIndex(path: string, rows: readonly IndexRow[]): void;
  openIndex(path: string): DatasetIndex;
}
