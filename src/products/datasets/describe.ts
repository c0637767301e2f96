/** A dataset as a document: what is known of it and of its files. */
import type { LayoutInfo } from '../../addon/layout.ts';
import type { DatasetSummary, ReadableDataset } from '../../archive/dataset-search.ts';

/**
 * What a dataset is and how its files are built. Times are those of the observation record, TAI; bounds are ObsCore's, UTC.
 * @example
 * ```ts
 * import type { DatasetDescription } from 'vignet';
 *
 * const tilesOf = ({ planes: [image] }: DatasetDescription) => image?.tile;
 * ```
 */
export type DatasetDescription = Pick<
  DatasetSummary,
  'id' | 'collection' | 'type' | 'band' | 'bounds' | 'patch' | 'observation' | 'survey'
> &
  LayoutInfo & {
    /** Size of the layout that the archive holds. */
    readonly layoutBytes: number;
    /** Size of the seek points that the archive holds. */
    readonly seekBytes: number;
  };

export function describeDataset(dataset: ReadableDataset, info: LayoutInfo): DatasetDescription {
  const { id, collection, type, band, bounds, patch, observation, survey, layout, seek } = dataset;
  return {
    ...{ id, collection, type, band, bounds, patch, survey },
    ...info,
    ...{ layoutBytes: layout.length, seekBytes: seek?.length ?? 0, observation },
  };
}
