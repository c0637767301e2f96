// Rows for tests of catalogs: whole, and different where a test says so.
import { type CatalogRow, COLUMNS } from '../../src/catalog/schema.ts';

/** Every column has a value of its type, or null where that may be. */
export function rowOf(given: Partial<CatalogRow> & Pick<CatalogRow, 'uuid'>): CatalogRow {
  const base = COLUMNS.map((column): [string, string | number | null] => [
    column.name,
    'required' in column ? (column.type === 'char' ? `a ${column.name}` : 7) : null,
  ]);
  // What is made here is of the schema's own columns and types.
  return { ...(Object.fromEntries(base) as unknown as CatalogRow), ...given };
}

export const uuidOf = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
