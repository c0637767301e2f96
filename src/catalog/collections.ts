/** Collection datasets: all coadds of one type and band in a collection, addressed by one ID. */

import { isCoadd } from '../astronomy/dataset-types.ts';
import type { DatasetKey } from '../base/dataset-id.ts';
import { uuidV5 } from '../base/uuid.ts';
import type { Catalog } from './duckdb/catalog.ts';

export interface CollectionDataset {
  readonly key: DatasetKey;
  readonly collection: string;
  readonly type: string;
  readonly band: string | null;
  /** Coadds in it, whoever may see them. */
  readonly datasets: number;
}

/** The same on every node and at every ingest. */
export function collectionUuid(collection: string, type: string, band: string | null): string {
  return uuidV5(JSON.stringify(['collection dataset', collection, type, band]));
}

interface Row {
  readonly repo: string;
  readonly collection: string;
  readonly type: string;
  readonly band: string | null;
  readonly datasets: number;
}

export async function collectionDatasets(catalog: Catalog | undefined): Promise<CollectionDataset[]> {
  const sql =
    'SELECT repo, obs_collection AS collection, dataset_type AS type, lsst_band AS band, count(*)::INTEGER AS datasets ' +
    'FROM dataset GROUP BY ALL ORDER BY ALL';
  const rows = (await catalog?.rows<Row>(sql)) ?? [];
  return rows
    .filter(({ type }) => isCoadd(type))
    .map(({ repo, collection, type, band, datasets }) => ({
      key: { repo, uuid: collectionUuid(collection, type, band) },
      ...{ collection, type, band, datasets },
    }));
}
