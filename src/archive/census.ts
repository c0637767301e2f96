/** Datasets by collection, type and release label. */
import type { CountedGroup } from '../catalog/collections.ts';
import type { CensusRow } from './dataset-search.ts';

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Whatever their band; in order of collection, type and label. */
export function censusOf(groups: readonly CountedGroup[]): CensusRow[] {
  const rows = new Map<string, CensusRow>();
  for (const { obs_collection: name, dataset_type: type, repo, datasets } of groups) {
    const key = JSON.stringify([name, type, repo]);
    rows.set(key, { name, type, repo, datasets: datasets + (rows.get(key)?.datasets ?? 0) });
  }
  return [...rows.values()].sort(
    (a, b) => compareText(a.name, b.name) || compareText(a.type, b.type) || compareText(a.repo, b.repo),
  );
}
