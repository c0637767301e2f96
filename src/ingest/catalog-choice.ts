/** Where the catalog of an archive is to be: decided when the archive is made. */
import { randomUUID } from 'node:crypto';
import type { ArchiveConfig } from '../archive/config.ts';
import { currentGeneration } from '../archive/generation.ts';
import { usageError } from '../base/errors.ts';

/**
 * The database to write into archive.json; nothing where the catalog is in files. An archive that has something keeps its schema: another URL
 * may lead to the same database in another way. Throws VignetError usage BAD_CATALOG_URL.
 */
export async function databaseFor(
  archive: string,
  before: ArchiveConfig | undefined,
  url: string | undefined,
): Promise<Pick<ArchiveConfig, 'catalog'>> {
  if (url === undefined) return {};
  const { checkUrl } = await import('../catalog/postgres/database.ts');
  checkUrl(url);
  if (before?.catalog) return { catalog: { ...before.catalog, url } };
  if (currentGeneration(archive) > 0)
    throw usageError(
      'BAD_CATALOG_URL',
      'expected no --catalog for an archive whose catalog is in files, received one; ingest into a new archive',
    );
  return { catalog: { url, schema: `vignet_${randomUUID().replaceAll('-', '')}` } };
}
