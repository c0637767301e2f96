/** Finds the tables that a site has brought, by what the catalog itself lists. */
import { clip } from '../base/clip.ts';
import { VignetError } from '../base/errors.ts';
import type { Catalog } from './catalog.ts';
import { ALWAYS } from './predicate.ts';
import { type SiteTable, tableOfRow } from './site-table.ts';
import { columnNames } from './tables.ts';

type Stored = SiteTable & { readonly stored: string };

/** In order of their names. */
export async function siteTables(catalog: Pick<Catalog, 'select'>): Promise<SiteTable[]> {
  return (await storedTables(catalog)).map(({ stored: _, ...table }) => table);
}

async function storedTables(catalog: Pick<Catalog, 'select'>): Promise<Stored[]> {
  const found: Stored[] = [];
  const columns = columnNames('site_table');
  const query = { from: 'site_table', columns, where: ALWAYS, order: ['name'] } as const;
  for await (const batch of catalog.select(query)) found.push(...batch.map(tableOfRow));
  return found;
}

/** Throws VignetError usage UNKNOWN_TABLE. */
export async function siteTable(catalog: Pick<Catalog, 'select'>, name: string): Promise<Stored> {
  const table = (await storedTables(catalog)).find((one) => one.name === name);
  if (table) return table;
  throw unknownTable(name);
}

export function unknownTable(name: string): VignetError {
  const detail = `expected a table that was brought by 'vignet ingest --table', received '${clip(name)}'`;
  return new VignetError('usage', 'UNKNOWN_TABLE', detail);
}
