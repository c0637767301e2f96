/** Writes the next generation from the current one and what an ingest has found. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { native } from '../addon/addon.ts';
import type { IndexRow } from '../addon/dataset-index.ts';
import {
  currentGeneration,
  draftGeneration,
  generationPath,
  INDEX_FILE,
  nextGeneration,
  publishGeneration,
} from '../archive/generation.ts';
import type { Catalog, PackEnd } from '../catalog/catalog.ts';
import type { DatabaseConfig } from '../catalog/database-config.ts';
import { openDraft } from '../catalog/open.ts';
import { ALWAYS } from '../catalog/predicate.ts';
import type { CatalogRow } from '../catalog/schema.ts';
import type { SiteRow, SiteTable } from '../catalog/site-table.ts';
import { type BesideChange, putBeside } from './beside/put.ts';

export interface Change extends BesideChange {
  /** Where the packs end. */
  readonly end: PackEnd;
  /** Datasets to be dropped, by UUID. */
  readonly drop: readonly string[];
  readonly add: readonly CatalogRow[];
  /** A table that the site brings. */
  readonly site?: { readonly table: SiteTable; readonly rows: AsyncIterable<readonly SiteRow[]> };
  /** The generation that the ingest itself still reads. */
  readonly keep?: number | undefined;
  /** Of the catalog; absent: a file. */
  readonly database?: DatabaseConfig | undefined;
}

/**
 * Publishes and returns the new generation's number; whatever fails, nothing half-made stays. The caller holds the lock and has synced
 * the packs.
 */
export async function publish(archive: string, change: Change): Promise<number> {
  const draft = await draftGeneration(archive);
  try {
    await fillDraft(archive, draft, change);
    return await publishGeneration(archive, draft);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

async function fillDraft(archive: string, draft: string, change: Change): Promise<void> {
  const current = currentGeneration(archive);
  const catalog = await openDraft({
    folder: draft,
    number: nextGeneration(archive),
    current: current > 0 ? generationPath(archive, current) : undefined,
    database: change.database,
    keep: change.keep,
  });
  try {
    await catalog.remove([...change.drop, ...change.add.map((row) => row.uuid)]);
    await catalog.put(change.add);
    await putBeside(catalog, change);
    if (change.site) await catalog.putSiteTable(change.site.table, change.site.rows);
    native.buildIndex(join(draft, INDEX_FILE), await indexRows(catalog));
    await catalog.finish(change.end);
  } finally {
    catalog.close();
  }
}

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
] as const;

/** In the order that `Catalog.positions` counts by. */
async function indexRows(catalog: Catalog): Promise<IndexRow[]> {
  const rows: IndexRow[] = [];
  for await (const batch of catalog.select({ columns: INDEXED, where: ALWAYS, order: ['uuid'] })) {
    for (const row of batch) {
      rows.push({
        uuid: row.uuid,
        pack: row.pack,
        offset: row.pack_offset,
        length: row.pack_length,
        footprint: row.footprint ?? [],
        emMin: row.em_min ?? Number.NaN,
        emMax: row.em_max ?? Number.NaN,
        tMin: row.t_min ?? Number.NaN,
        tMax: row.t_max ?? Number.NaN,
      });
    }
  }
  return rows;
}
