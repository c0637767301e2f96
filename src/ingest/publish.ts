/** Writes the next generation from the current one and what an ingest has found. */
import { existsSync } from 'node:fs';
import { link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { native } from '../addon/addon.ts';
import { type DatasetIndex, indexTable } from '../addon/dataset-index.ts';
import {
  BASE_INDEX_FILE,
  currentGeneration,
  draftGeneration,
  generationPath,
  INDEX_FILE,
  nextGeneration,
  openIndexIn,
  publishGeneration,
} from '../archive/generation.ts';
import { VignetError } from '../base/errors.ts';
import { callNative } from '../base/to-vignet-error.ts';
import type { Catalog, PackEnd } from '../catalog/catalog.ts';
import type { DatabaseConfig } from '../catalog/database-config.ts';
import { openDraft } from '../catalog/open.ts';
import type { CatalogRow } from '../catalog/schema.ts';
import type { SiteRow, SiteTable } from '../catalog/site-table.ts';
import { type BesideChange, putBeside } from './beside/put.ts';
import { indexRow, indexRows } from './index-rows.ts';
import { removeRelease } from './remove-release.ts';

export interface Change extends BesideChange {
  /** Where the packs end. */
  readonly end: PackEnd;
  /** Label of a release to be dropped whole; with `renewIndex`, for its datasets are not counted. */
  readonly release?: string;
  /** Datasets to be dropped, by UUID. */
  readonly drop: readonly string[];
  readonly add: readonly CatalogRow[];
  /** A table that the site brings. */
  readonly site?: { readonly table: SiteTable; readonly rows: AsyncIterable<readonly SiteRow[]> };
  /** The generation that the ingest itself still reads. */
  readonly keep?: number | undefined;
  /** Of the catalog; absent: a file. */
  readonly database?: DatabaseConfig | undefined;
  /** Whether a new index is made from the catalog: the index of the current generation is damaged, or it is not known what changes. */
  readonly renewIndex?: boolean;
  /** When a generation is written whole. Default: `MERGING`. */
  readonly merging?: Merging | undefined;
}

/** When a generation is written whole, and not as what it changes of a base: see docs/decisions/0008. */
export interface Merging {
  /** Rows of a base, at least: a smaller one is soon written. */
  readonly leastRows: number;
  /** Rows that are changed, at most, as a share of the base's. */
  readonly share: number;
}

export const MERGING: Merging = { leastRows: 20_000, share: 1 / 4 };

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

/**
 * Whether the current generation would better be written whole, by a publication that changes nothing: an ingest does so in its end, when
 * what it brought can be seen.
 */
export function isMergeDue(archive: string, { leastRows, share }: Merging = MERGING): boolean {
  const current = currentGeneration(archive);
  if (current === 0) return false;
  const index = openIndexIn(generationPath(archive, current));
  const { changed, baseRows } = index;
  index.close();
  return changed > 0 && (baseRows < leastRows || changed > (share / 4) * baseRows);
}

async function fillDraft(archive: string, draft: string, change: Change): Promise<void> {
  const number = currentGeneration(archive);
  const current = number > 0 ? generationPath(archive, number) : undefined;
  const index = current !== undefined && !change.renewIndex ? openIndexIn(current) : undefined;
  try {
    const isWhole = !index || isWrittenWhole(index, change);
    const catalog = await openDraft({
      ...{ folder: draft, number: nextGeneration(archive), current, isWhole },
      database: change.database,
      keep: change.keep,
    });
    try {
      if (change.release !== undefined) await removeRelease(catalog, change.release);
      const replaced = [...change.drop, ...change.add.map((row) => row.uuid)];
      // Looking for rows that are not there would read all of them.
      await catalog.remove(
        index ? replaced.filter((uuid) => callNative(() => index.find(uuid)) >= 0) : replaced,
      );
      await catalog.put(change.add);
      await putBeside(catalog, change);
      if (change.site) await catalog.putSiteTable(change.site.table, change.site.rows);
      if (!(index && current !== undefined && (await isIndexChanged(draft, current, index, change, isWhole))))
        await renewIndex(draft, catalog);
      await catalog.finish(change.end);
    } finally {
      catalog.close();
    }
  } finally {
    index?.close();
  }
}

/** By the rows that will be changed; what of them is there already is not looked at. A table of the site is as large as it likes. */
function isWrittenWhole(
  { baseRows, changed }: DatasetIndex,
  { add, drop, site, merging: { leastRows, share } = MERGING }: Change,
): boolean {
  const all = changed + add.length + drop.length;
  return site !== undefined || baseRows < leastRows || all > share * baseRows || all === 0;
}

async function renewIndex(draft: string, catalog: Catalog): Promise<void> {
  const rows = await indexRows(catalog);
  callNative(() => native.buildIndex(join(draft, INDEX_FILE), indexTable(rows)));
}

/** Writes the index of the draft from the current one; false: that is damaged, and there is none. */
async function isIndexChanged(...given: Parameters<typeof changeIndex>): Promise<boolean> {
  try {
    await changeIndex(...given);
    return true;
  } catch (error) {
    if (!(error instanceof VignetError && error.code === 'BAD_INDEX')) throw error;
    for (const name of [INDEX_FILE, BASE_INDEX_FILE]) await rm(join(given[0], name), { force: true });
    return false;
  }
}

async function changeIndex(
  draft: string,
  current: string,
  index: DatasetIndex,
  { drop, add }: Change,
  isWhole: boolean,
): Promise<void> {
  const path = join(draft, INDEX_FILE);
  const base = join(draft, BASE_INDEX_FILE);
  const isDelta = existsSync(join(current, BASE_INDEX_FILE));
  await link(join(current, isDelta ? BASE_INDEX_FILE : INDEX_FILE), base);
  callNative(() => native.updateIndex(path, index.handle, drop, indexTable(add.map(indexRow))));
  if (!isWhole) return;
  const changed = openIndexIn(draft);
  try {
    callNative(() => native.mergeIndex(path, changed.handle));
  } finally {
    changed.close();
  }
  await rm(base);
}
