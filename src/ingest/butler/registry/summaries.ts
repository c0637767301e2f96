/** Which dataset types a collection may hold: the registry keeps a list that may have too many, never too few. */
import type { Database } from '../database.ts';
import type { Collection } from './collections.ts';
import type { DatasetType } from './dataset-types.ts';
import { readPages } from './pages.ts';
import { keyIn } from './row.ts';
import type { RegistrySchema } from './schema.ts';

const TABLE = 'collection_summary_dataset_type';

export class Summaries {
  readonly #held: ReadonlySet<string> | undefined;

  constructor(held: ReadonlySet<string> | undefined) {
    this.#held = held;
  }

  mayHold({ key }: Collection, type: DatasetType): boolean {
    return this.#held?.has(JSON.stringify([key, type.key])) ?? true;
  }
}

/** Throws VignetError data BAD_BUTLER_DATABASE. */
export async function readSummaries(
  database: Database,
  { collectionKey }: RegistrySchema,
): Promise<Summaries> {
  const columns = await database.columns(TABLE);
  if (!columns?.includes(collectionKey) || !columns.includes('dataset_type_id'))
    return new Summaries(undefined);
  const held = new Set<string>();
  for await (const row of readPages(database, TABLE, [collectionKey, 'dataset_type_id']))
    held.add(JSON.stringify([keyIn(row, collectionKey), keyIn(row, 'dataset_type_id')]));
  return new Summaries(held);
}
