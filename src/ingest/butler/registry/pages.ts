/** Small tables of a registry as a whole, in pages. */
import type { Database, Row } from '../database.ts';
import { joined, named, sql } from '../sql.ts';
import { badButler } from '../yaml-file.ts';
import { keyIn } from './row.ts';
import { columnsOf } from './schema.ts';

const PAGE = 10_000;
const MAX_ROWS = 5_000_000;

/** The rows in the order of columns in which no two are the same. Throws VignetError data BAD_BUTLER_DATABASE, BAD_BUTLER. */
export async function* readPages(
  database: Database,
  table: string,
  order: readonly string[],
): AsyncGenerator<Row> {
  // Another thing of this name could give rows for ever.
  await columnsOf(database, table);
  const names = joined(order.map(named), ', ');
  for (let [after, count] = [sql``, 0]; ; ) {
    const rows = await database.rows(
      sql`SELECT * FROM ${named(table)} ${after} ORDER BY ${names} LIMIT ${PAGE}`,
    );
    yield* rows;
    count += rows.length;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    if (count > MAX_ROWS)
      throw badButler(`expected at most ${MAX_ROWS} rows in ${table} of the registry, received more`);
    const values = order.map((column) => keyIn(last, column));
    after = sql`WHERE (${names}) > (${joined(values, ', ')})`;
  }
}
