/** What a list or a search may be narrowed by. */
import type { DuckDBValue } from '@duckdb/node-api';

export interface DatasetFilter {
  readonly repo?: string;
  readonly collection?: string;
  readonly type?: string;
  readonly band?: string;
}

/** What a list may be narrowed by besides. */
export interface ListFilter extends DatasetFilter {
  readonly visit?: number;
  readonly instrument?: string;
}

/** The filter as SQL: a condition, and its parameters. */
export function filterSql(filter: ListFilter): { where: string; parameters: Record<string, DuckDBValue> } {
  const columns = {
    repo: 'repo',
    collection: 'obs_collection',
    type: 'dataset_type',
    band: 'lsst_band',
    visit: 'lsst_visit',
    instrument: 'instrument_name',
  } as const;
  const terms: string[] = [];
  const parameters: Record<string, DuckDBValue> = {};
  for (const [name, column] of Object.entries(columns)) {
    const value = filter[name as keyof ListFilter];
    if (value === undefined) continue;
    terms.push(`${column} = $${name}`);
    parameters[name] =
      typeof value === 'number' ? BigInt(value) : name === 'repo' ? value.toLowerCase() : value;
  }
  return { where: terms.length === 0 ? 'true' : terms.join(' AND '), parameters };
}

/** Whether a dataset passes; `null` passes only what does not ask. */
export function filterMatches(
  filter: DatasetFilter,
  record: {
    readonly repo: string;
    readonly collection: string;
    readonly type: string;
    readonly band: string | null;
  },
): boolean {
  return (
    (filter.repo === undefined || filter.repo.toLowerCase() === record.repo) &&
    (filter.collection === undefined || filter.collection === record.collection) &&
    (filter.type === undefined || filter.type === record.type) &&
    (filter.band === undefined || filter.band === record.band)
  );
}
