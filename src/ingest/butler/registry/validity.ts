/** When calibrations are valid, as collections of calibrations have it. */
import { addTo } from '../../../base/add-to.ts';
import type { Database } from '../database.ts';
import { joined, named, sql } from '../sql.ts';
import { taiSpanOf } from '../timespan.ts';
import type { Collections } from './collections.ts';
import type { ButlerDataset } from './datasets.ts';
import { keyIn } from './row.ts';
import type { RegistrySchema } from './schema.ts';

/** MJD TAI; null: without a bound on this side. */
export interface Validity {
  readonly collection: string;
  readonly from: number | null;
  readonly to: number | null;
}

interface Parts {
  readonly database: Database;
  readonly schema: RegistrySchema;
  readonly collections: Collections;
}

/** Of a page of datasets. No calibration is certified as often: beyond, a registry is damaged. */
const MAX_RANGES = 100_000;

/** By the UUIDs of datasets. Throws VignetError data BAD_BUTLER_DATABASE. */
export async function validityOf(
  { database, schema, collections }: Parts,
  page: readonly ButlerDataset[],
): Promise<ReadonlyMap<string, readonly Validity[]>> {
  const found = new Map<string, Validity[]>();
  for (const type of new Set(page.map((one) => one.type))) {
    if (!type.calibs) continue;
    const own = new Map(page.filter((one) => one.type === type).map(({ id, uuid }) => [id, uuid]));
    const rows = await database.rows(
      sql`SELECT * FROM ${named(type.calibs.table)} WHERE dataset_type_id = ${type.key} AND dataset_id IN (${joined([...own.keys()], ', ')}) ORDER BY id LIMIT ${MAX_RANGES}`,
    );
    for (const row of rows) {
      const uuid = own.get(String(row.dataset_id));
      const collection = collections.get(keyIn(row, schema.collectionKey));
      const span = taiSpanOf(row);
      // An empty range holds no moment.
      if (uuid === undefined || !collection || !span) continue;
      addTo(found, uuid, { collection: collection.name, from: span.begin, to: span.end });
    }
  }
  return found;
}
