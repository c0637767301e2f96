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
  // Loaded when they are needed: most ingests need neither.
  if (address.kind === 'sqlite')
    return (await import('./sqlite.ts')).SqliteDatabase.open(address.path, limits);
  const { PostgresDatabase } = await import('./postgres.ts');
  return PostgresDatabase.open(address.url, address.namespace, hosts);
}
