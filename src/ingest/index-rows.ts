/** Rows of the dataset index, as the catalog has them. */
import { hash } from 'node:crypto';
import type { IndexRow } from '../addon/dataset-index.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { ALWAYS } from '../catalog/predicate.ts';
import type { CatalogRow } from '../catalog/schema.ts';

const digestOf = (digits: number, parts: readonly (string | boolean)[]) =>
  hash('sha256', JSON.stringify(parts)).slice(0, digits);

/** Of a file in a collection. */
export const fileDigest = (file: Pick<CatalogRow, 'repo' | 'obs_collection' | 'root' | 'path'>): string =>
  digestOf(32, [file.repo, file.obs_collection, file.root, file.path]);

/** Of how it was ingested: `isRead` is false where that was without reading it. */
export const stateDigest = (
  { stamps, companions }: Pick<CatalogRow, 'stamps' | 'companions'>,
  isRead: boolean,
): string => digestOf(16, [stamps, companions, isRead]);

const INDEXED = [
  'uuid',
  'pack',
  'pack_offset',
  'pack_length',
  'footprint',
  'em_min',
  'em_max',
  't_min',
  't_max',
  'repo',
  'obs_collection',
  'root',
  'path',
  'stamps',
  'companions',
  'planes',
] as const;

export function indexRow(row: Pick<CatalogRow, (typeof INDEXED)[number]>): IndexRow {
  return {
    uuid: row.uuid,
    pack: row.pack,
    offset: row.pack_offset,
    length: row.pack_length,
    footprint: row.footprint ?? [],
    emMin: row.em_min ?? Number.NaN,
    emMax: row.em_max ?? Number.NaN,
    tMin: row.t_min ?? Number.NaN,
    tMax: row.t_max ?? Number.NaN,
    file: fileDigest(row),
    state: stateDigest(row, row.planes !== null),
  };
}

/** All of a catalog, in the order that `Catalog.positions` counts by. */
export async function indexRows(catalog: Catalog): Promise<IndexRow[]> {
  const rows: IndexRow[] = [];
  for await (const batch of catalog.select({ columns: INDEXED, where: ALWAYS, order: ['uuid'] }))
    for (const row of batch) rows.push(indexRow(row));
  return rows;
}
