/** Opens catalogs. DuckDB takes longer to load than a cutout to make, and most requests do without: it is loaded here, when it is needed. */
import type { Catalog, CatalogDraft } from './catalog.ts';

/** For reading. Throws VignetError data BAD_CATALOG. */
export async function openCatalog(path: string): Promise<Catalog> {
  return (await import('./duckdb/catalog.ts')).DuckCatalog.open(path);
}

/** For changing what is there, or a new one. Throws VignetError data BAD_CATALOG. */
export async function openDraft(path: string): Promise<CatalogDraft> {
  return (await import('./duckdb/draft.ts')).DuckDraft.open(path);
}
