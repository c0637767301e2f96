// The rows of a table of an archive, in the order of its key.
import { OPERATOR } from '../../src/access/principal.ts';
import { openArchive } from '../../src/archive/archive.ts';
import { ALWAYS } from '../../src/catalog/predicate.ts';
import { columnNames, type RowOf, type SideTable, TABLES } from '../../src/catalog/tables.ts';

export async function rows<T extends SideTable>(archive: string, from: T): Promise<RowOf<T>[]> {
  const opened = await openArchive(archive);
  const columns = columnNames(from);
  const order = TABLES[from].key as unknown as never[];
  const found: RowOf<T>[] = [];
  try {
    for await (const batch of opened.as(OPERATOR).rows({ from, columns, where: ALWAYS, order }))
      found.push(...(batch as unknown as RowOf<T>[]));
  } finally {
    await opened.close();
  }
  return found;
}
