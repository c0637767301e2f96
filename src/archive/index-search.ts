/** Searches of the dataset index: in a thread of the engine where there is one, in pieces that can be stopped. */
import { native } from '../addon/addon.ts';
import {
  type CoverageTask,
  coverageBytes,
  type DatasetIndex,
  type IndexSearchTask,
} from '../addon/dataset-index.ts';
import { VignetError } from '../base/errors.ts';
import { callNative } from '../base/to-vignet-error.ts';
import type { RowSet } from '../catalog/row-set.ts';

/**
 * How the engine runs a search for a request.
 * @example
 * ```ts
 * import type { SearchRun } from 'vignet';
 *
 * const patient: SearchRun = { class: 'bulk', deadlineMs: 600_000 };
 * ```
 */
export interface SearchRun {
  readonly class?: 'quick' | 'interactive' | 'bulk';
  readonly signal?: AbortSignal | undefined;
  readonly deadlineMs?: number;
}

/** Runs searches to their end. Returns how many rows were found by then. */
export type IndexSearcher = (task: IndexSearchTask, run: SearchRun) => Promise<number>;

/** In this thread, which is blocked meanwhile: for programs without an engine. */
export const searchHere: IndexSearcher = async (task) =>
  callNative(() => native.searchIndex(task, 0, new Int32Array(1), 0x7fffffff).found);

/** Gathers the sky that rows of an index cover; `cells` is on shared memory. NUNIQ numbers, ascending. */
export type IndexCoverer = (
  task: CoverageTask,
  cells: Uint8Array,
  rows: number,
  run: SearchRun,
) => Promise<Uint32Array>;

/** In this thread, which is blocked meanwhile: for programs without an engine. */
export const coverHere: IndexCoverer = async (task, cells) =>
  callNative(
    () => native.coverIndex(task, cells, 0, new Int32Array(1), 0x7fffffff).uniq ?? new Uint32Array(),
  );

/** The cells that the rows of `among` cover, as a MOC of an order. */
export async function skyOf(
  index: DatasetIndex,
  among: RowSet,
  order: number,
  cover: IndexCoverer,
  run: SearchRun,
): Promise<Uint32Array> {
  const cells = new Uint8Array(new SharedArrayBuffer(coverageBytes(order)));
  return cover({ handle: index.handle, among: among.bits, order }, cells, index.size, run);
}

/** Most vertices of a polygon that datasets are searched by: every dataset near it is compared with every side. */
export const maxSearchVertices = 1_000;
/** Searches in one call: all are unpacked before the first begins. */
const CHUNK = 64;

/** Throws usage TOO_MANY. */
function checkRegion(region: IndexSearchTask['searches'][number]['region']): void {
  if (!('shape' in region) || region.shape !== 'polygon') return;
  const vertices = region.values.length / 2;
  if (vertices <= maxSearchVertices) return;
  const detail = `expected at most ${maxSearchVertices} vertices for a polygon that datasets are searched by (maxSearchVertices), received ${vertices}; simplify it, or name the datasets by ID`;
  throw new VignetError('usage', 'TOO_MANY', detail);
}

/** The rows of `among` that one of the searches meets, ascending; undefined: more than `most`. Throws usage TOO_MANY, BAD_STENCIL. */
export async function rowsThatMeet(
  index: DatasetIndex,
  searches: IndexSearchTask['searches'],
  among: RowSet,
  most: number,
  search: IndexSearcher,
  run: SearchRun,
): Promise<Uint32Array | undefined> {
  for (const { region } of searches) checkRegion(region);
  const limit = Math.min(most, index.size);
  const found = callNative(() => index.search());
  try {
    for (let at = 0; at < searches.length; at += CHUNK) {
      const chunk = searches.slice(at, at + CHUNK);
      const task = { search: found.handle, searches: chunk, among: among.bits, most: limit };
      if ((await search(task, run)) > most) return undefined;
    }
    return callNative(() => found.rows());
  } finally {
    found.close();
  }
}
