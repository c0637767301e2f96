/** Collection datasets: all coadds of one type and band in a collection, addressed by one ID. */
import { isCoadd } from '../astronomy/dataset-types.ts';
import type { DatasetKey } from '../base/dataset-id.ts';
import { uuidV5 } from '../base/uuid.ts';
import type { Group } from './catalog.ts';

/**
 * A whole coadd of one type and band in a collection, with an ID of its own.
 * @example
 * ```ts
 * import { ANONYMOUS, type CollectionDataset, openArchive } from 'vignet';
 *
 * const archive = await openArchive('.vignet/sample/archive');
 * const collections: readonly CollectionDataset[] = await archive.as(ANONYMOUS).collections();
 * console.log(collections.map(({ type, band, datasets }) => `${datasets} patches of ${type} in ${band}`));
 * await archive.close();
 * ```
 */
export interface CollectionDataset {
  readonly key: DatasetKey;
  readonly collection: string;
  readonly type: string;
  readonly band: string | null;
  /** Coadds in it, of those that were counted. */
  readonly datasets: number;
}

/** What the datasets of an archive are counted by. */
export const COUNTED_BY = ['repo', 'obs_collection', 'dataset_type', 'lsst_band'] as const;

export type CountedGroup = Group<(typeof COUNTED_BY)[number]>;

/** The same on every node and at every ingest. */
export function collectionUuid(collection: string, type: string, band: string | null): string {
  return uuidV5(JSON.stringify(['collection dataset', collection, type, band]));
}

export function collectionDatasets(groups: readonly CountedGroup[]): CollectionDataset[] {
  return groups
    .filter(({ dataset_type: type }) => isCoadd(type))
    .map(({ repo, obs_collection: collection, dataset_type: type, lsst_band: band, datasets }) => ({
      key: { repo, uuid: collectionUuid(collection, type, band) },
      ...{ collection, type, band, datasets },
    }));
}
