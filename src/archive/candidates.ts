/**
 * Datasets that the index has found, with all that is needed of them. One whose files were not read at ingest is found by what its source
 * said of it, and tested again when they are read.
 */
import { native } from '../addon/addon.ts';
import { callNative, toVignetError } from '../base/to-vignet-error.ts';
import type { DatasetCandidate, Region, Search, SearchOptions } from './dataset-search.ts';
import type { Generation } from './open-generation.ts';
import type { DatasetReader, Held } from './reader.ts';
import type { DatasetRecord, StoredDataset } from './record.ts';

/** How a dataset that was found is tested. */
export interface Testing {
  /** By which it was found; absent: it was named. */
  readonly searches?: readonly Search[];
  readonly accept?: SearchOptions['accept'];
  readonly signal?: AbortSignal | undefined;
}

/** All that is needed of a dataset, with what is wrong with its files; undefined where it is not accepted. */
export async function candidateAt(
  reader: DatasetReader,
  generation: Generation,
  held: Held,
  { searches, accept = () => true, signal }: Testing,
): Promise<DatasetCandidate | undefined> {
  const { row, stored } = held;
  const summary = reader.summary(generation, stored.record);
  if (!accept(summary)) return undefined;
  if (wasReadAtIngest(stored)) return reader.candidate(generation, stored, summary, signal);
  let whole: StoredDataset;
  try {
    whole = await reader.whole(generation, held, signal);
  } catch (error) {
    if (signal?.aborted) throw error;
    return { uuid: row.uuid, id: summary.id, problem: toVignetError(error) };
  }
  const now = reader.summary(generation, whole.record);
  const isThere = searches?.some((search) => meets(whole, search)) ?? true;
  return isThere && accept(now) ? reader.candidate(generation, whole, now, signal) : undefined;
}

/** The record of a dataset that is found at a region, if it is there; where its files cannot be read it may be. */
export async function recordAt(
  reader: DatasetReader,
  generation: Generation,
  held: Held,
  region: Region,
  signal: AbortSignal | undefined,
): Promise<DatasetRecord | undefined> {
  const { stored } = held;
  if (wasReadAtIngest(stored)) return stored.record;
  const whole = await reader.whole(generation, held, signal).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    return undefined;
  });
  if (!whole) return stored.record;
  return meets(whole, { region }) ? whole.record : undefined;
}

/** What was read at first use has the footprint that was seen then: the index has another one. */
const wasReadAtIngest = ({ record, footprint }: StoredDataset) => !record.unread && footprint === undefined;

/** Whether a search finds a dataset by the footprint that was seen at its first use, as it would find it by the index. */
function meets({ footprint, record: { tMin, tMax } }: StoredDataset, { region, time }: Search): boolean {
  if (!footprint) return false;
  if (time && ((tMin ?? time[0]) > time[1] || (tMax ?? time[1]) < time[0])) return false;
  return callNative(() => native.overlaps(footprint, region));
}
