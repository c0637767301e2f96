/** The thread that publishes what was read of pending datasets: in a large archive that takes seconds, during which others are answered. */
import { join } from 'node:path';
import { readConfig } from '../archive/config.ts';
import { currentGeneration, generationPath } from '../archive/generation.ts';
import { PackWriter } from '../archive/pack-writer.ts';
import { type PlainError, plainError } from '../base/to-vignet-error.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { openCatalog } from '../catalog/open.ts';
import { and, isIn, isNull, of } from '../catalog/predicate.ts';
import type { CatalogRow } from '../catalog/schema.ts';
import { columnNames, type RowOf } from '../catalog/tables.ts';
import { completeRow } from './describe/row.ts';
import type { FileDataset } from './ingest-file.ts';
import { withLockedArchive } from './locked-archive.ts';
import { publish } from './publish.ts';

export interface Order {
  readonly archive: string;
  readonly completed: readonly Completed[];
}

/** A dataset as its files say it, and how the files looked by the catalog. */
export interface Completed {
  readonly stamps: string;
  readonly dataset: FileDataset;
}

/** How many of them were still to be read. */
export type Outcome = { readonly read: number } | { readonly error: PlainError };

/** Piscina's entry. Errors travel as values: their properties would be lost between threads. */
export default async function work({ archive, completed }: Order): Promise<Outcome> {
  try {
    return { read: await putCompleted(archive, completed) };
  } catch (error) {
    return { error: plainError(error) };
  }
}

export async function withCatalog<T>(archive: string, use: (catalog: Catalog) => Promise<T>): Promise<T> {
  const config = await readConfig(archive);
  const folder = generationPath(archive, currentGeneration(archive));
  const catalog = await openCatalog(folder, config?.catalog);
  try {
    return await use(catalog);
  } finally {
    catalog.close();
  }
}

export async function all<T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> {
  const rows: T[] = [];
  for await (const batch of batches) rows.push(...batch);
  return rows;
}

/** Throws VignetError transient INGEST_RUNNING, CANNOT_WRITE. */
async function putCompleted(archive: string, completed: readonly Completed[]): Promise<number> {
  return withLockedArchive(
    archive,
    undefined,
    (config) => config,
    async ({ config, lock, known }) => {
      const uuids = completed.map(({ dataset: { row } }) => row.uuid);
      const { held, validity } = await withCatalog(archive, async (catalog) => ({
        held: await stampsOfUnread(catalog, uuids),
        validity: await validityOf(catalog, uuids),
      }));
      // An ingest may have read, replaced or dropped them.
      const still = completed.filter((one) => held.get(one.dataset.row.uuid) === one.stamps);
      if (still.length === 0) return 0;
      const packs = await PackWriter.open(join(archive, 'packs'), await known.packEnd());
      try {
        const add: CatalogRow[] = [];
        for (const { dataset } of still) {
          const { record, row, layout, points } = dataset;
          const seek = points && (await packs.appendBytes({ seek: record.uuid }, points));
          const whole = seek === undefined ? record : { ...record, seek };
          add.push(completeRow(row, await packs.append(whole, layout)));
        }
        await packs.sync();
        await lock.assertHeld();
        const own = new Set(still.map(({ dataset: { row } }) => row.uuid));
        await publish(archive, {
          ...{ add, drop: [], end: packs.end, skymaps: config.skymaps, database: config.catalog },
          beside: [
            ...still.map(({ dataset }) => dataset.beside),
            // They go with the rows that are replaced; no file says them.
            {
              dataset_input: [],
              registry: { calibration_validity: validity.filter(({ uuid }) => own.has(uuid)) },
            },
          ],
          ...{ keep: known.generation, renewIndex: known.lacksIndex },
        });
        return still.length;
      } finally {
        await packs.close();
      }
    },
    { brief: true },
  );
}

async function stampsOfUnread(catalog: Catalog, uuids: readonly string[]): Promise<Map<string, string>> {
  const where = and(isIn('uuid', uuids), isNull('planes'));
  const rows = await all(catalog.select({ columns: ['uuid', 'stamps'], where }));
  return new Map(rows.map(({ uuid, stamps }) => [uuid, stamps]));
}

async function validityOf(
  catalog: Catalog,
  uuids: readonly string[],
): Promise<RowOf<'calibration_validity'>[]> {
  const from = 'calibration_validity' as const;
  const rows = await all(
    catalog.select({ from, columns: columnNames(from), where: of(from).isIn('uuid', uuids) }),
  );
  // All columns were asked for.
  return rows as RowOf<typeof from>[];
}
