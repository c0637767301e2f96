/** The tables of the catalog, declared once: SQL, types, who may see which row, and the description for people derive from here. */
import { clip } from '../base/clip.ts';
import type { Column } from '../base/column.ts';
import { VignetError } from '../base/errors.ts';
import {
  CALIBRATION_VALIDITY_COLUMNS,
  DATASET_INPUT_COLUMNS,
  RUN_COLUMNS,
  SITE_TABLE_COLUMNS,
} from './provenance-columns.ts';
import { COLUMNS, type ColumnName, type RowOfColumns } from './schema.ts';
import { PATCH_COLUMNS, TRACT_COLUMNS } from './sky-columns.ts';
import { VISIT_COLUMNS, VISIT_DETECTOR_COLUMNS } from './visit-columns.ts';

/** A table as every engine makes it. */
export interface Table {
  readonly name: string;
  readonly description: string;
  readonly columns: readonly Column[];
  /** Rows with the same values in these columns are replaced together. */
  readonly key: readonly string[];
}

/** How a row belongs to a dataset: its column, and the dataset's. */
type Link = readonly (readonly [column: string, ofDataset: ColumnName])[];

interface Declared extends Table {
  /** Whether a key occurs once. */
  readonly unique: boolean;
  /** Datasets of a row. It may be seen by whoever may know one of them of each link that is not null; without a link by nobody. */
  readonly datasets: readonly Link[];
}

const OF_COLLECTION = ['obs_collection', 'obs_collection'] as const;
const OF_VISIT = [OF_COLLECTION, ['instrument', 'instrument_name'], ['visit', 'lsst_visit']] as const;
const OF_TRACT = [
  ['skymap', 'lsst_skymap'],
  ['tract', 'lsst_tract'],
] as const;

export const TABLES = {
  dataset: {
    name: 'dataset',
    description: 'Datasets: ObsCore 1.1, and where their files are',
    columns: COLUMNS,
    key: ['uuid'],
    unique: true,
    datasets: [],
  },
  visit: {
    name: 'visit',
    description: 'Visits: pointing, time, weather, image quality',
    columns: VISIT_COLUMNS,
    key: ['obs_collection', 'instrument', 'visit'],
    unique: true,
    datasets: [OF_VISIT],
  },
  visit_detector: {
    name: 'visit_detector',
    description: 'Detectors of visits: outline and image quality',
    columns: VISIT_DETECTOR_COLUMNS,
    key: ['obs_collection', 'instrument', 'visit', 'detector'],
    unique: true,
    datasets: [[...OF_VISIT, ['detector', 'lsst_detector']]],
  },
  tract: {
    name: 'tract',
    description: 'Tracts of skymaps',
    columns: TRACT_COLUMNS,
    key: ['skymap', 'tract'],
    unique: true,
    datasets: [OF_TRACT],
  },
  patch: {
    name: 'patch',
    description: 'Patches of tracts',
    columns: PATCH_COLUMNS,
    key: ['skymap', 'tract', 'patch'],
    unique: true,
    datasets: [[...OF_TRACT, ['patch', 'lsst_patch']]],
  },
  dataset_input: {
    name: 'dataset_input',
    description: 'What datasets were made from',
    columns: DATASET_INPUT_COLUMNS,
    key: ['output'],
    unique: false,
    datasets: [[['output', 'uuid']], [['input', 'uuid']]],
  },
  run: {
    name: 'run',
    description: 'Runs that made datasets',
    columns: RUN_COLUMNS,
    key: ['obs_collection', 'name'],
    unique: true,
    datasets: [[OF_COLLECTION, ['name', 'run']]],
  },
  calibration_validity: {
    name: 'calibration_validity',
    description: 'When calibrations are valid',
    columns: CALIBRATION_VALIDITY_COLUMNS,
    key: ['uuid', 'calibration_collection'],
    unique: false,
    datasets: [[['uuid', 'uuid']]],
  },
  site_table: {
    name: 'site_table',
    description: 'Tables that the site has brought',
    columns: SITE_TABLE_COLUMNS,
    key: ['name'],
    unique: true,
    datasets: [],
  },
} as const satisfies Readonly<Record<string, Declared>>;

/**
 * A table of the catalog.
 * @example
 * ```ts
 * import type { TableName } from 'vignet';
 *
 * const ofTheSky: TableName[] = ['tract', 'patch'];
 * ```
 */
export type TableName = keyof typeof TABLES;

/** Tables beside `dataset`. */
export type SideTable = Exclude<TableName, 'dataset'>;

export const SIDE_TABLES = Object.keys(TABLES).filter((name): name is SideTable => name !== 'dataset');

/**
 * A row of a table.
 * @example
 * ```ts
 * import type { RowOf } from 'vignet';
 *
 * const lengthOf = ({ exposure_begin: begin, exposure_end: end }: RowOf<'visit'>) =>
 *   begin === null || end === null ? null : (end - begin) * 86_400;
 * ```
 */
export type RowOf<T extends TableName> = RowOfColumns<(typeof TABLES)[T]['columns'][number]>;

/** The columns of a table. */
export type ColumnOf<T extends TableName> = keyof RowOf<T> & string;

type Required<T extends TableName> = {
  [C in ColumnOf<T>]: null extends RowOf<T>[C] ? never : C;
}[ColumnOf<T>];

/** Tables whose rows are of one dataset and go with it, and the column that names it. */
export const OWNED = [
  ['dataset_input', 'output'],
  ['calibration_validity', 'uuid'],
] as const;

/** A row in which what is not given is null. */
export function rowFor<T extends SideTable>(
  table: T,
  given: Partial<RowOf<T>> & Pick<RowOf<T>, Required<T>>,
): RowOf<T> {
  // Every column of the table is there, of its type or null.
  return { ...EMPTY.get(table), ...given } as RowOf<T>;
}

/** Rows without any value. */
const EMPTY = new Map(
  SIDE_TABLES.map((table) => [
    table,
    Object.fromEntries(TABLES[table].columns.map(({ name }) => [name, null])),
  ]),
);

/** Of all columns of a table. */
export function columnNames<T extends TableName>(table: T): ColumnOf<T>[] {
  // Those that a row has.
  return TABLES[table].columns.map(({ name }) => name) as ColumnOf<T>[];
}

/** Throws VignetError usage UNKNOWN_TABLE. */
export function tableNamed(name: string): Declared {
  if (Object.hasOwn(TABLES, name)) return TABLES[name as TableName];
  const detail = `expected one of ${Object.keys(TABLES).join(', ')} for the table of the catalog, received '${clip(name)}'`;
  throw new VignetError('usage', 'UNKNOWN_TABLE', detail);
}

/** Rows of tables beside `dataset`. */
export type SideRows = { readonly [T in SideTable]?: readonly RowOf<T>[] };

/** The values of a row's key, as a text that equal keys share. */
export function keyOf(key: readonly string[], row: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(key.map((name) => row[name]));
}

/** Throws VignetError fatal INTERNAL: two rows would stand for the same thing. */
export function requireUnique(
  { name, key, unique }: Declared,
  rows: readonly Readonly<Record<string, unknown>>[],
): void {
  if (!unique) return;
  const keys = new Set<string>();
  for (const row of rows) {
    const text = keyOf(key, row);
    if (keys.has(text)) {
      const detail = `expected one row for ${clip(text)} of table ${name}, received two; this is an error of Vignet, please report it`;
      throw new VignetError('fatal', 'INTERNAL', detail);
    }
    keys.add(text);
  }
}
