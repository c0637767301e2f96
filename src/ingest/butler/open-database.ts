/** Opens the database of a registry. */
import type { RegistryAddress } from './config.ts';
import type { Database, ReadLimits } from './database.ts';

/**
 * `hosts` are the machines besides this one whose servers may be asked. Throws VignetError as the methods do, and usage
 * HOST_NOT_ALLOWED.
 */
export async function openDatabase(
  address: RegistryAddress,
  hosts: readonly string[],
  limits: ReadLimits = {},
): Promise<Database> {
  return rememberingColumns(await opened(address, hosts, limits));
}

async function opened(
  address: RegistryAddress,
  hosts: readonly string[],
  limits: ReadLimits,
): Promise<Database> {
  // Loaded when they are needed: most ingests need neither.
  if (address.kind === 'sqlite')
    return (await import('./sqlite.ts')).SqliteDatabase.open(address.path, limits);
  const { PostgresDatabase } = await import('./postgres.ts');
  return PostgresDatabase.open(address.url, address.namespace, hosts);
}

/** The columns of a table are asked for once: every page of datasets needs those of the same tables. */
function rememberingColumns(database: Database): Database {
  const known = new Map<string, Promise<readonly string[] | undefined>>();
  return {
    columns: (table) => {
      const columns = known.get(table) ?? database.columns(table);
      known.set(table, columns);
      return columns;
    },
    rows: (query) => database.rows(query),
    close: () => database.close(),
  };
}
