/** What a registry has of runs besides their names: where and when. Butlers of today leave both open. */
import type { Database, Row } from '../database.ts';
import { joined, named, sql } from '../sql.ts';
import type { CollectionKey } from './collections.ts';
import { keyIn, wordOf } from './row.ts';
import type { RegistrySchema } from './schema.ts';

/** The rows of runs, by words for their keys. Throws VignetError data BAD_BUTLER_DATABASE. */
export async function runsOf(
  { database, schema: { collectionKey } }: { readonly database: Database; readonly schema: RegistrySchema },
  keys: readonly CollectionKey[],
): Promise<ReadonlyMap<string, Row>> {
  const columns = await database.columns('run');
  const key = columns?.includes(collectionKey)
    ? collectionKey
    : columns?.includes('name')
      ? 'name'
      : undefined;
  if (key === undefined || keys.length === 0) return new Map();
  const rows = await database.rows(
    sql`SELECT * FROM run WHERE ${named(key)} IN (${joined(keys, ', ')}) LIMIT ${keys.length}`,
  );
  return new Map(rows.map((row) => [wordOf([keyIn(row, key)]), row]));
}
