/** Records of dimensions that data IDs refer to: visits, exposures, detectors, filters, tracts, patches. */
import { addTo } from '../../../base/add-to.ts';
import type { Database, Row } from '../database.ts';
import { joined, named, sql } from '../sql.ts';
import type { DataId } from './data-id.ts';
import type { ButlerDataset } from './datasets.ts';
import { wordOf } from './row.ts';
import { exposuresOf } from './visit-exposures.ts';

/** A dimension, or a pair of them that has records of its own. */
export type Element =
  | 'instrument'
  | 'skymap'
  | 'physical_filter'
  | 'detector'
  | 'visit'
  | 'exposure'
  | 'day_obs'
  | 'group'
  | 'tract'
  | 'patch'
  | 'visit_detector_region';

/** Dimensions that identify a record, and the columns of their values. The same in all universes that are known. */
const KEYS: Readonly<Record<Element, readonly (readonly [dimension: string, column: string])[]>> = {
  instrument: [['instrument', 'name']],
  skymap: [['skymap', 'name']],
  detector: keys('instrument', 'detector'),
  visit: keys('instrument', 'visit'),
  exposure: keys('instrument', 'exposure'),
  tract: keys('skymap', 'tract'),
  patch: [
    ['skymap', 'skymap'],
    ['tract', 'tract'],
    ['patch', 'id'],
  ],
  visit_detector_region: [
    ['instrument', 'instrument'],
    ['detector', 'detector'],
    ['visit', 'visit'],
  ],
  physical_filter: [
    ['instrument', 'instrument'],
    ['physical_filter', 'name'],
  ],
  day_obs: keys('instrument', 'day_obs'),
  group: [
    ['instrument', 'instrument'],
    ['group', 'name'],
  ],
};

function keys(parent: string, own: string): [string, string][] {
  return [
    [parent, parent],
    [own, 'id'],
  ];
}

/** What follows from the first is asked for after it. */
const STAGES: readonly (readonly Element[])[] = [
  ['instrument', 'skymap', 'detector', 'visit', 'exposure', 'tract', 'patch'],
  // Of a raw image the visit is known by then.
  ['visit', 'visit_detector_region', 'physical_filter', 'day_obs', 'group'],
];
/** Dimensions that follow from records. */
const IMPLIED = ['physical_filter', 'band', 'day_obs', 'group'] as const;

export interface ExpandedDataset extends ButlerDataset {
  /** Implied dimensions included. */
  readonly fullId: DataId;
  readonly records: Readonly<Partial<Record<Element, Row>>>;
  /** Those of the visit: of the data ID, or of a raw image the one that `records` has. */
  readonly exposures: readonly Row[];
}

interface Draft {
  readonly dataset: ButlerDataset;
  fullId: DataId;
  /** The visit of a raw image: it has no part in its data ID, but its region is that of the exposure. */
  visit?: string | number;
  records: Partial<Record<Element, Row>>;
}

export class DimensionRecords {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** A page of datasets with the records of their data IDs. */
  async expand(page: readonly ButlerDataset[]): Promise<readonly ExpandedDataset[]> {
    const drafts: Draft[] = page.map((dataset) => ({ dataset, fullId: dataset.dataId, records: {} }));
    for (const stage of STAGES) {
      for (const element of stage) await this.#add(element, drafts);
      await this.#addVisits(drafts);
      for (const draft of drafts) draft.fullId = impliedBy(draft);
    }
    const exposures = await exposuresOf(this.#database, drafts.map(visitOf));
    return drafts.map(({ dataset, fullId, records }, n) => ({
      ...dataset,
      fullId,
      records,
      exposures: exposures[n] ?? [],
    }));
  }

  async #add(element: Element, drafts: readonly Draft[]): Promise<void> {
    const columns = KEYS[element];
    const there = await this.#database.columns(element);
    // Older universes lack some.
    if (!there || !columns.every(([, column]) => there.includes(column))) return;
    const wanted = new Map<string, Draft[]>();
    const tuples = new Map<string, readonly (string | number)[]>();
    for (const draft of drafts) {
      if (draft.records[element]) continue;
      const known: DataId =
        draft.visit === undefined ? draft.fullId : { visit: draft.visit, ...draft.fullId };
      const values = columns.map(([dimension]) => known[dimension]);
      if (!values.every((value) => value !== undefined)) continue;
      const key = wordOf(values);
      addTo(wanted, key, draft);
      tuples.set(key, values);
    }
    for (const row of await this.#find(element, [...tuples.values()])) {
      const key = wordOf(columns.map(([, column]) => row[column]));
      for (const draft of wanted.get(key) ?? []) draft.records[element] = row;
    }
  }

  /** Rows by their keys, all at once for those that differ in only one column: the one with the most values. */
  async #find(element: Element, tuples: readonly (readonly (string | number)[])[]): Promise<readonly Row[]> {
    const columns = KEYS[element].map(([, column]) => column);
    const counts = columns.map((_, n) => new Set(tuples.map((values) => values[n])).size);
    const listed = counts.indexOf(Math.max(...counts));
    const groups = new Map<string, (readonly (string | number)[])[]>();
    for (const values of tuples) {
      const key = wordOf(values.filter((_, n) => n !== listed));
      addTo(groups, key, values);
    }
    const rows: Row[] = [];
    for (const group of groups.values()) {
      const conditions = columns.map((column, n) => {
        const values = n === listed ? group.map((one) => one[n] ?? null) : [group[0]?.[n] ?? null];
        return sql`${named(column)} IN (${joined(values, ', ')})`;
      });
      const found = sql`SELECT * FROM ${named(element)} WHERE ${joined(conditions, ' AND ')}`;
      rows.push(...(await this.#database.rows(found)));
    }
    return rows;
  }

  /** Of raw images the visit of their exposure: that of the same number, else the only one. */
  async #addVisits(drafts: readonly Draft[]): Promise<void> {
    const without = drafts.filter(
      ({ fullId }) => fullId.visit === undefined && typeof fullId.exposure === 'number',
    );
    const columns = without.length > 0 ? await this.#database.columns('visit_definition') : undefined;
    if (!columns?.includes('visit') || !columns.includes('exposure')) return;
    const visits = new Map<string, Set<string | number>>();
    for (const instrument of new Set(without.map(({ fullId }) => fullId.instrument ?? null))) {
      const exposures = without
        .filter(({ fullId }) => fullId.instrument === instrument)
        .map(({ fullId }) => fullId.exposure ?? null);
      const found = await this.#database.rows(
        sql`SELECT * FROM visit_definition WHERE instrument = ${instrument} AND exposure IN (${joined([...new Set(exposures)], ', ')})`,
      );
      for (const { exposure, visit } of found) {
        if (typeof visit !== 'number') continue;
        const key = wordOf([instrument, exposure]);
        visits.set(key, (visits.get(key) ?? new Set()).add(visit));
      }
    }
    for (const draft of without) {
      const { instrument, exposure } = draft.fullId;
      const all = visits.get(wordOf([instrument, exposure])) ?? new Set();
      const [first] = all;
      if (exposure !== undefined && all.has(exposure)) draft.visit = exposure;
      else if (first !== undefined && all.size === 1) draft.visit = first;
    }
  }
}

const visitOf = ({ fullId, visit }: Draft) => ({
  instrument: fullId.instrument,
  visit: fullId.visit ?? visit,
});

function impliedBy({ fullId, records }: Draft): DataId {
  const implied: Record<string, string | number> = {};
  for (const dimension of IMPLIED) {
    for (const record of [records.visit, records.exposure, records.physical_filter]) {
      const value = record?.[dimension];
      if (typeof value === 'string' || typeof value === 'number') implied[dimension] = value;
    }
  }
  return { ...implied, ...fullId };
}
