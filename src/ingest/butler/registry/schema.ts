/** Which form of registry a database holds. Columns are asked for, never assumed: they differ between versions. */
import { clip } from '../../../base/clip.ts';
import { badDatabase, type Database } from '../database.ts';
import { sql } from '../sql.ts';
import { badButler, isTree } from '../yaml-file.ts';

export interface RegistrySchema {
  /** Version of the dimension universe. */
  readonly universe: number;
  /** How tables name a collection: by a number, or in old registries by its name. */
  readonly collectionKey: 'collection_id' | 'collection_name';
  readonly runKey: 'run_id' | 'run_name';
}

/** Universes of namespace `daf_butler` whose meaning is known (lsst.daf.butler, configs/dimensions.yaml and old_dimensions). */
const UNIVERSES = { first: 0, last: 8 } as const;

/** Columns of a table that must be there. Throws VignetError data BAD_BUTLER_DATABASE. */
export async function columnsOf(database: Database, table: string): Promise<readonly string[]> {
  const columns = await database.columns(table);
  if (columns) return columns;
  throw badDatabase(
    `expected a table ${clip(table)} in the registry, received a database without it; is it that of a Butler?`,
  );
}

/** Throws VignetError data BAD_BUTLER_DATABASE, BAD_BUTLER for a universe that is not known. */
export async function readSchema(database: Database): Promise<RegistrySchema> {
  await columnsOf(database, 'butler_attributes');
  const universe = await universeOf(database);
  const collection = await columnsOf(database, 'collection');
  const dataset = await columnsOf(database, 'dataset');
  const runKey = (['run_id', 'run_name'] as const).find((name) => dataset.includes(name));
  if (!runKey || !dataset.includes('dataset_type_id'))
    throw badDatabase('expected the table dataset as a Butler makes it, received another one');
  return {
    universe,
    collectionKey: collection.includes('collection_id') ? 'collection_id' : 'collection_name',
    runKey,
  };
}

async function universeOf(database: Database): Promise<number> {
  const [row] = await database.rows(
    sql`SELECT value FROM butler_attributes WHERE name = ${'config:dimensions.json'}`,
  );
  let config: unknown;
  try {
    config = JSON.parse(String(row?.value));
  } catch {
    // Said below.
  }
  const version = isTree(config) ? config.version : undefined;
  // The first universes had no namespace.
  const namespace = isTree(config) ? (config.namespace ?? 'daf_butler') : undefined;
  const isKnown =
    namespace === 'daf_butler' &&
    typeof version === 'number' &&
    version >= UNIVERSES.first &&
    version <= UNIVERSES.last;
  if (isKnown) return version;
  const received =
    version === undefined ? 'none' : `${clip(String(namespace), 30)} ${clip(String(version), 20)}`;
  throw badButler(
    `expected the dimension universe daf_butler ${UNIVERSES.first} to ${UNIVERSES.last} for the registry, received ${received}; use a Vignet that knows it`,
  );
}
