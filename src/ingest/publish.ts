/** Writes the next generation from the current one and what an ingest has found. */
import { constants } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { native } from '../addon/addon.ts';
import type { IndexRow } from '../addon/dataset-index.ts';
import {
  CATALOG_FILE,
  currentGeneration,
  draftGeneration,
  generationPath,
  INDEX_FILE,
  publishGeneration,
} from '../archive/generation.ts';
import type { Catalog, PackEnd } from '../catalog/catalog.ts';
import { openDraft } from '../catalog/open.ts';
import { ALWAYS } from '../catalog/predicate.ts';
import type { CatalogRow } from '../catalog/schema.ts';
import { type BesideChange, putBeside } from './beside/put.ts';

export interface Change extends BesideChange {
  /** Where the packs end. */
  readonly end: PackEnd;
  /** Datasets to be dropped, by UUID. */
  readonly drop: readonly string[];
  readonly add: readonly CatalogRow[];
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
  const path = join(draft, CATALOG_FILE);
  const current = currentGeneration(archive);
  if (current > 0) {
    // On file systems that can, the copy shares its blocks with the old one.
    await copyFile(join(generationPath(archive, current), CATALOG_FILE), path, constants.COPYFILE_FICLONE);
  }
  const catalog = await openDraft(path);
  try {
    await catalog.remove([...change.drop, ...change.add.map((row) => row.uuid)]);
    await catalog.put(change.add);
    await putBeside(catalog, change);
    await catalog.finish(change.end);
    native.buildIndex(join(draft, INDEX_FILE), await indexRows(catalog));
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
