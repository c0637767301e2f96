/** Writes the next generation from the current one and what an ingest has found. */
import { constants } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LIST, listValue, VARCHAR } from '@duckdb/node-api';
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
import type { PackEnd } from '../archive/pack-writer.ts';
import { Catalog } from '../catalog/duckdb/catalog.ts';
import type { CatalogRow } from '../catalog/schema.ts';

export interface Change {
  /** Where the packs end. */
  readonly end: PackEnd;
  /** Datasets to be dropped, by UUID. */
  readonly drop: readonly string[];
  readonly add: readonly CatalogRow[];
}

/** Publishes and returns the new generation's number. The caller holds the lock and has synced the packs. */
export async function publish(archive: string, change: Change): Promise<number> {
  const draft = await draftGeneration(archive);
  const path = join(draft, CATALOG_FILE);
  const current = currentGeneration(archive);
  if (current > 0) {
    // On file systems that can, the copy shares its blocks with the old one.
    await copyFile(join(generationPath(archive, current), CATALOG_FILE), path, constants.COPYFILE_FICLONE);
  }
  const catalog = current > 0 ? await Catalog.open(path, 'READ_WRITE') : await Catalog.create(path);
  try {
    const gone = [...change.drop, ...change.add.map((row) => row.uuid)];
    await catalog.connection.run(
      'DELETE FROM dataset WHERE uuid IN (SELECT unnest($gone))',
      { gone: listValue(gone) },
      { gone: LIST(VARCHAR) },
    );
    await catalog.append(change.add);
    const { pack, offset } = change.end;
    await catalog.connection.run('UPDATE catalog SET pack = $pack, pack_end = $offset', { pack, offset });
    await catalog.checkpoint();
    native.buildIndex(join(draft, INDEX_FILE), await indexRows(catalog));
  } finally {
    catalog.close();
  }
  return publishGeneration(archive, draft);
}

interface Stored {
  readonly uuid: string;
  readonly pack: bigint;
  readonly pack_offset: bigint;
  readonly pack_length: bigint;
  readonly footprint: number[] | null;
  readonly em_min: number | null;
  readonly em_max: number | null;
  readonly t_min: number | null;
  readonly t_max: number | null;
}

async function indexRows(catalog: Catalog): Promise<IndexRow[]> {
  const rows: IndexRow[] = [];
  const sql = `SELECT uuid, pack, pack_offset, pack_length, footprint, em_min, em_max, t_min, t_max FROM dataset ORDER BY uuid`;
  for await (const piece of catalog.stream<Stored>(sql)) {
    for (const row of piece) {
      rows.push({
        uuid: row.uuid,
        pack: Number(row.pack),
        offset: Number(row.pack_offset),
        length: Number(row.pack_length),
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
