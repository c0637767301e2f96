/** Rows of a table that the catalog has already. */
import type { CatalogDraft } from '../../catalog/catalog.ts';
import type { Predicate, ScalarOf } from '../../catalog/predicate.ts';
import { columnNames, type RowOf, type SideTable } from '../../catalog/tables.ts';

export async function heldRows<T extends SideTable>(
  draft: CatalogDraft,
  from: T,
  where: Predicate<ScalarOf<T>>,
): Promise<RowOf<T>[]> {
  const held: RowOf<T>[] = [];
  const rows = draft.select({ from, columns: columnNames(from), where });
  // All columns were asked for.
  for await (const batch of rows) held.push(...(batch as RowOf<T>[]));
  return held;
}
