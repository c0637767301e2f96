/** The exposures that visits are made of. The visit's own record has no pointing. */
import { addTo } from '../../../base/add-to.ts';
import type { Database, Row } from '../database.ts';
import { joined, sql } from '../sql.ts';
import { wordOf } from './row.ts';

interface Visit {
  readonly instrument: string | number | undefined;
  readonly visit: string | number | undefined;
}

/** Of one visit. No camera takes as many: beyond, a registry is damaged. */
const MAX_EXPOSURES = 100;

/** In the order of `visits`, each in the order of the numbers of its exposures; none where the registry has no such tables. */
export async function exposuresOf(
  database: Database,
  visits: readonly Visit[],
): Promise<readonly (readonly Row[])[]> {
  const known = visits.filter((one) => one.instrument !== undefined && one.visit !== undefined);
  if (known.length === 0) return [];
  const definitions = await database.columns('visit_definition');
  const exposures = await database.columns('exposure');
  const isThere =
    ['instrument', 'visit', 'exposure'].every((name) => definitions?.includes(name)) &&
    ['instrument', 'id'].every((name) => exposures?.includes(name));
  if (!isThere) return [];
  const found = new Map<string, Row[]>();
  for (const instrument of new Set(known.map((one) => one.instrument ?? null))) {
    const numbers = new Set(
      known.filter((one) => one.instrument === instrument).map((one) => one.visit ?? null),
    );
    // A visit may be defined in several systems.
    const rows = await database.rows(
      sql`SELECT DISTINCT d.visit AS "of visit", e.* FROM visit_definition d JOIN exposure e ON e.instrument = d.instrument AND e.id = d.exposure WHERE d.instrument = ${instrument} AND d.visit IN (${joined([...numbers], ', ')}) ORDER BY e.id LIMIT ${MAX_EXPOSURES * numbers.size}`,
    );
    for (const row of rows) addTo(found, wordOf([instrument, row['of visit']]), row);
  }
  return visits.map(({ instrument, visit }) => {
    const all = found.get(wordOf([instrument, visit])) ?? [];
    return all.length > MAX_EXPOSURES ? [] : all;
  });
}
