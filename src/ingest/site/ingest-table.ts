/** Brings a table of the site into the archive: a new generation with it, in place of one of the same name. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EMPTY_CONFIG, readConfig, writeConfig } from '../../archive/config.ts';
import { checkSiteTable, type SiteTable } from '../../catalog/site-table.ts';
import { databaseFor } from '../catalog-choice.ts';
import { IngestedFiles } from '../ingested-files.ts';
import { IngestLock } from '../lock.ts';
import { publish } from '../publish.ts';
import { writeFailure } from '../write-failure.ts';
import type { SiteSource } from './source.ts';

/** What the table is called, and whose it is. */
export interface TableOptions {
  readonly name: string;
  /** Default: public. */
  readonly dataRights?: string;
  readonly releaseDate?: string;
  readonly owner?: string;
  readonly group?: string;
  /** As of `ingest`. */
  readonly catalog?: string;
}

/** Returns rows and generation. Throws VignetError usage BAD_TABLE_NAME, BAD_SITE_TABLE; transient INGEST_RUNNING, CANNOT_WRITE. */
export async function ingestTable(
  archive: string,
  source: SiteSource,
  options: TableOptions,
): Promise<{ readonly rows: number; readonly generation: number }> {
  const table = checkSiteTable({
    name: options.name,
    description: source.description,
    columns: source.columns,
    dataRights: options.dataRights ?? 'public',
    releaseDate: options.releaseDate ?? null,
    owner: options.owner ?? null,
    group: options.group ?? null,
  });
  try {
    return await lockedIngest(archive, table, source, options.catalog);
  } catch (error) {
    throw writeFailure(error);
  }
}

async function lockedIngest(
  archive: string,
  table: SiteTable,
  source: SiteSource,
  catalog: string | undefined,
) {
  await readConfig(archive);
  await mkdir(join(archive, 'generations'), { recursive: true });
  const lock = await IngestLock.take(join(archive, 'ingest.lock'));
  try {
    const before = await readConfig(archive);
    const config = { ...(before ?? EMPTY_CONFIG), ...(await databaseFor(archive, before, catalog)) };
    if (JSON.stringify(config) !== JSON.stringify(before)) await writeConfig(archive, config);
    const known = await IngestedFiles.open(archive, config.catalog);
    const end = await known.packEnd().finally(() => known.close());
    let rows = 0;
    async function* counted() {
      for await (const batch of source.rows) {
        rows += batch.length;
        yield batch;
      }
    }
    await lock.assertHeld();
    const change = { end, drop: [], add: [], database: config.catalog, site: { table, rows: counted() } };
    const generation = await publish(archive, change);
    return { rows, generation };
  } finally {
    await lock.release();
  }
}
