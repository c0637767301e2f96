/** The exposures that visits are made of, and the visits of exposures. A visit's own record has no pointing. */
import { addTo } from '../../../base/add-to.ts';
import type { Database, Row } from '../database.ts';
import { joined, sql } from '../sql.ts';
import type { DataId } from './data-id.ts';
import { wordOf } from './row.ts';

export interface Visit {
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

/** By the key of instrument and exposure the visit of this number, else the only one; none of several others. */
export async function visitsOf(
  database: Database,
  ids: readonly DataId[],
): Promise<ReadonlyMap<string, number>> {
  const columns = await database.columns('visit_definition');
  if (!columns?.includes('visit') || !columns.includes('exposure')) return new Map();
  const visits = new Map<string, Set<number>>();
  for (const wanted of new Set(ids.map(({ instrument }) => instrument ?? null))) {
    const exposures = ids
      .filter(({ instrument = null }) => instrument === wanted)
      .map(({ exposure }) => exposure ?? null);
    const found = await database.rows(
      sql`SELECT * FROM visit_definition WHERE instrument = ${wanted} AND exposure IN (${joined([...new Set(exposures)], ', ')})`,
    );
    for (const { exposure, visit } of found) {
      if (typeof visit !== 'number') continue;
      const key = wordOf([wanted, exposure]);
      visits.set(key, (visits.get(key) ?? new Set()).add(visit));
    }
  }
  const found = new Map<string, number>();
  for (const { instrument, exposure } of ids) {
    const key = wordOf([instrument, exposure]);
    const all = visits.get(key) ?? new Set();
    const [first] = all;
    if (typeof exposure === 'number' && all.has(exposure)) found.set(key, exposure);
    else if (first !== undefined && all.size === 1) found.set(key, first);
  }
  return found;
}
