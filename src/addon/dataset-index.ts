/** What the addon takes and gives for dataset indexes. */
import type { Stencil } from '../base/sky.ts';

/** Where to look: a region of sky, or a point `[lon, lat]`; ICRS degrees. */
export type Where = Stencil | { readonly point: readonly [number, number] };

/** A set of rows of an index: the highest bit of the first byte first, after `skip` (0 to 7) of them. */
export interface RowBits {
  readonly bytes: Uint8Array;
  readonly skip: number;
}

/** Searches of an open index, one after another; they find every row that one of them meets. */
export interface IndexSearchTask {
  /** The handle of an `IndexSearch`, in which they go on. */
  readonly search: number;
  /** `time`: only rows whose exposure meets this interval, MJD UTC, or whose time is not known. */
  readonly searches: readonly {
    readonly region: Where;
    readonly time?: readonly [number, number] | undefined;
  }[];
  /** Only these rows. */
  readonly among?: RowBits | undefined;
  /** Searching ends when more are found. */
  readonly most: number;
}

/** Where searches stand: finished at `searchSteps` for each. */
export interface IndexSearchProgress {
  readonly done: number;
  /** Rows found by now. */
  readonly found: number;
}

export const searchSteps = 28;

/** What searches of an open index have come to. It takes memory for the rows that they meet, and holds the index open until it is closed. */
export interface IndexSearch {
  /** By this any thread of the process goes on with it, one at a time. */
  readonly handle: number;
  /** Rows found by now, ascending. */
  rows(): Uint32Array<ArrayBuffer>;
  close(): void;
}

/** The sky that rows of an open index cover. */
export interface CoverageTask {
  readonly handle: number;
  /** Only these rows. */
  readonly among?: RowBits | undefined;
  /** HEALPix order of the cells, 0 to `maxMocOrder`. */
  readonly order: number;
}

/** Where a coverage stands: finished at the size of the index, and then with its cells. */
export interface CoverageProgress {
  readonly done: number;
  /** Cells of all orders as NUNIQ numbers, 4 × 4^order + cell, ascending (IVOA MOC 2.0). */
  readonly uniq?: Uint32Array<ArrayBuffer>;
}

/** Bytes that a coverage holds its cells in, zeros when it begins. */
export function coverageBytes(order: number): number {
  return 8 * Math.ceil((12 * 4 ** order) / 64);
}

/** By which an ingest knows again what a dataset is from: digests in hexadecimal digits. */
export interface Origin {
  /** Of the file: 32 digits. */
  readonly file: string;
  /** Of how that was: 16 digits. */
  readonly state: string;
}

/** One row of the dataset index: what the hot path must know of a dataset. Unknown numbers are NaN. */
export interface IndexRow extends Origin {
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

/** Rows in few pieces: one call for each cell takes longer than the cells themselves. */
export interface IndexTable {
  /** 16 bytes of each row. */
  readonly uuids: Uint8Array;
  /** 24 bytes of each row: the file, and its state. */
  readonly origins: Uint8Array;
  /** Of each row pack, offset, length, emMin, emMax, tMin, tMax, and how many numbers its footprint has, and these. */
  readonly numbers: Float64Array;
}

const NUMBERS = 8;

export function indexTable(rows: readonly IndexRow[]): IndexTable {
  const numbers = new Float64Array(rows.reduce((sum, { footprint }) => sum + NUMBERS + footprint.length, 0));
  const [uuids, origins]: [string[], string[]] = [[], []];
  let at = 0;
  for (const { uuid, file, state, pack, offset, length, emMin, emMax, tMin, tMax, footprint } of rows) {
    uuids.push(uuid);
    origins.push(file, state);
    for (const number of [pack, offset, length, emMin, emMax, tMin, tMax, footprint.length])
      numbers[at++] = number;
    for (const number of footprint) numbers[at++] = number;
  }
  const bytesOf = (digits: readonly string[]) => Buffer.from(digits.join('').replaceAll('-', ''), 'hex');
  return { uuids: bytesOf(uuids), origins: bytesOf(origins), numbers };
}

/** An opened dataset index (memory-mapped): a whole file, or a delta and its base. Rows are numbered in order of UUID. */
export interface DatasetIndex {
  /** By this every thread of the process can search it, until it is closed. */
  readonly handle: number;
  readonly size: number;
  /** Rows of the whole file, or of the base. */
  readonly baseRows: number;
  /** Rows that a delta adds to its base, and rows of the base that are gone by it; 0: there is no delta. */
  readonly changed: number;
  /** The row with that UUID, or -1. */
  find(uuid: string): number;
  row(number: number): Omit<IndexRow, 'footprint' | keyof Origin>;
  /** Rows from a file, ascending. */
  ofFile(file: string): number[];
  origin(number: number): Origin;
  /** A search that has found nothing yet. */
  search(): IndexSearch;
  /** Reads all files. Throws data BAD_INDEX at the first thing that is not as it was written. */
  verify(): void;
  close(): void;
}

/** Dataset indexes, and the predicate that they search by. */
export interface IndexCalls {
  /** Exact footprint test of two stencils or of a point, for the checks that need no index. */
  overlaps(footprint: readonly number[], stencil: Where): boolean;
  /** A whole index; rows are in order of UUID. */
  buildIndex(path: string, rows: IndexTable): void;
  /**
   * A delta to the base of an open index, with all its rows but those of `remove`, and with `add` in any order, which replace those of
   * their UUIDs.
   */
  updateIndex(path: string, handle: number, remove: readonly string[], add: IndexTable): void;
  /** A whole index of the rows of an open one. */
  mergeIndex(path: string, handle: number): void;
  /** `basePath`: where the base is, if the file is a delta. */
  openIndex(path: string, basePath?: string): DatasetIndex;
  /** Adds rows to a search. Stops as the tasks of the engine do. */
  searchIndex(
    task: IndexSearchTask,
    cursor: number,
    control: Int32Array,
    deadlineMs: number,
  ): IndexSearchProgress;
  /** Centre, then north, west, south and east corner of each cell of a MOC: ten numbers, `lon lat …`, ICRS degrees. */
  cellCorners(moc: Uint32Array): Float64Array<ArrayBuffer>;
  /** Adds the cells of rows to `cells`, on memory that is shared where several calls or threads go on with it. Stops as the tasks of the engine do. */
  coverIndex(
    task: CoverageTask,
    cells: Uint8Array,
    cursor: number,
    control: Int32Array,
    deadlineMs: number,
  ): CoverageProgress;
}
