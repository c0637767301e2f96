/** Records of dimensions that data IDs refer to: visits, exposures, detectors, filters, tracts, patches. */
import { addTo } from '../../../base/add-to.ts';
import type { Database, Row } from '../database.ts';
import { joined, named, sql } from '../sql.ts';
import type { DataId } from './data-id.ts';
import type { ButlerDataset } from './datasets.ts';
import { Remembered } from './remembered.ts';
import { wordOf } from './row.ts';
import { exposuresOf, type Visit, visitsOf } from './visit-exposures.ts';

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
  readonly #rows = new Map<Element, Remembered<Row>>();
  readonly #visits = new Remembered<number>();
  readonly #exposures = new Remembered<readonly Row[]>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** A page of datasets with the records of their data IDs. Equal records are one object, as far as they are remembered. */
  async expand(page: readonly ButlerDataset[]): Promise<readonly ExpandedDataset[]> {
    const drafts: Draft[] = page.map((dataset) => ({ dataset, fullId: dataset.dataId, records: {} }));
    for (const stage of STAGES) {
      for (const element of stage) await this.#add(element, drafts);
      await this.#addVisits(drafts);
      for (const draft of drafts) draft.fullId = withImplied(draft);
    }
    const exposures = await this.#exposuresOf(drafts.map(visitOf));
    return drafts.map(({ dataset, fullId, records }, n) => ({
      ...dataset,
      fullId,
      records,
      exposures: exposures[n] ?? NONE,
    }));
  }

  async #add(element: Element, drafts: readonly Draft[]): Promise<void> {
    const columns = KEYS[element];
    const there = await this.#database.columns(element);
    // Older universes lack some.
    if (!there || !columns.every(([, column]) => there.includes(column))) return;
    const wanted: (readonly [Draft, key: string])[] = [];
    const tuples = new Map<string, Tuple>();
    for (const draft of drafts) {
      if (draft.records[element]) continue;
      const values = valuesOf(draft, columns);
      if (!values) continue;
      const key = wordOf(values);
      wanted.push([draft, key]);
      tuples.set(key, values);
    }
    const known = await this.#remembered(element).all(tuples, async (missing) =>
      (await this.#find(element, missing)).map((row) => [
        wordOf(columns.map(([, column]) => row[column])),
        row,
      ]),
    );
    for (const [draft, key] of wanted) {
      const row = known.get(key);
      if (row) draft.records[element] = row;
    }
  }

  /** Few datasets share a region of a visit and a detector, and these seldom follow each other. */
  #remembered(element: Element): Remembered<Row> {
    const known = this.#rows.get(element) ?? new Remembered<Row>();
    if (element !== 'visit_detector_region') this.#rows.set(element, known);
    return known;
  }

  /** Rows by their keys, all at once for those that differ in only one column: the one with the most values. */
  async #find(element: Element, tuples: readonly Tuple[]): Promise<readonly Row[]> {
    const columns = KEYS[element].map(([, column]) => column);
    const counts = columns.map((_, n) => new Set(tuples.map((values) => values[n])).size);
    const listed = counts.indexOf(Math.max(...counts));
    const groups = new Map<string, Tuple[]>();
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
    if (without.length === 0) return;
    const keyOf = ({ fullId: { instrument, exposure } }: Draft) => wordOf([instrument, exposure]);
    const wanted = new Map(without.map((draft) => [keyOf(draft), draft.fullId]));
    const known = await this.#visits.all(wanted, (missing) => visitsOf(this.#database, missing));
    for (const draft of without) {
      const visit = known.get(keyOf(draft));
      if (visit !== undefined) draft.visit = visit;
    }
  }

  async #exposuresOf(visits: readonly Visit[]): Promise<(readonly Row[] | undefined)[]> {
    const keys = visits.map(({ instrument, visit }) => wordOf([instrument, visit]));
    const known = await this.#exposures.all(
      new Map(visits.map((visit, n) => [keys[n] ?? '', visit])),
      async (missing) => {
        const found = await exposuresOf(this.#database, missing);
        return missing.map(({ instrument, visit }, n) => [wordOf([instrument, visit]), found[n] ?? NONE]);
      },
    );
    return keys.map((key) => known.get(key));
  }
}

const NONE: readonly Row[] = [];

type Tuple = readonly (string | number)[];

function valuesOf({ fullId, visit }: Draft, columns: (typeof KEYS)[Element]): Tuple | undefined {
  const values: (string | number)[] = [];
  for (const [dimension] of columns) {
    const value = fullId[dimension] ?? (dimension === 'visit' ? visit : undefined);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

const visitOf = ({ fullId, visit }: Draft) => ({
  instrument: fullId.instrument,
  visit: fullId.visit ?? visit,
});

/** Of records that say different things the filter's goes before the exposure's, and this before the visit's. */
function withImplied({ fullId, records }: Draft): DataId {
  const implied: Record<string, string | number> = {};
  for (const dimension of IMPLIED) {
    if (fullId[dimension] !== undefined) continue;
    for (const record of [records.visit, records.exposure, records.physical_filter]) {
      const value = record?.[dimension];
      if (typeof value === 'string' || typeof value === 'number') implied[dimension] = value;
    }
  }
  return { ...implied, ...fullId };
}
