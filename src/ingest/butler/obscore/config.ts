/**
 * A configuration of ObsCore values in the form of dax_obscore (`ExporterConfig`, and that of the live table of daf_butler). What is not
 * known is refused by its name: a word that is not understood may change what a value means.
 */
import { clip } from '../../../base/clip.ts';
import { usageError } from '../../../base/errors.ts';
import { toVignetError } from '../../../base/to-vignet-error.ts';
import { COLUMN_NAMES } from '../../../catalog/schema.ts';
import { SETTABLE } from '../../describe/by-obscore.ts';
import { isTree, parseYaml, readSmallFile, type Tree } from '../yaml-file.ts';
import { namesOf, parseTemplate, type Template } from './template.ts';

export type ColumnType = 'bool' | 'int' | 'float' | 'string';
export type Literal = string | number | boolean;

/** A column that the configuration adds: a value, or how it is made. */
export type ExtraColumn =
  | { readonly value: Literal }
  | { readonly template: Template; readonly type: ColumnType; readonly length: number | undefined };

export interface TypeConfig {
  readonly dataproductType: string;
  readonly dataproductSubtype: string | undefined;
  readonly calibLevel: number;
  readonly ucd: string | undefined;
  readonly accessFormat: string | undefined;
  readonly obsId: Template | undefined;
  /** Pixels along each axis. */
  readonly size: readonly [number, number] | undefined;
  /** Those of all types too. */
  readonly extra: ReadonlyMap<string, ExtraColumn>;
}

export interface ObscoreConfig {
  readonly facility: string;
  /** Of an instrument; goes before `facility`. */
  readonly facilities: ReadonlyMap<string, string>;
  readonly fallbackInstrument: string | undefined;
  readonly obsCollection: string | undefined;
  readonly collections: readonly string[];
  /** It is that of the live table. */
  readonly isLive: boolean;
  readonly types: ReadonlyMap<string, TypeConfig>;
  /** Metres, by physical filter or band. */
  readonly ranges: ReadonlyMap<string, readonly [number | null, number | null]>;
  /** What it says that has no effect here. */
  readonly notes: readonly string[];
}

const MAX_ENTRIES = 1000;
const MAX_TEXT = 1000;
const COLUMN = /^[A-Za-z_]\w{0,62}$/;

/** Keys, and of those that have no effect why. */
const IGNORED = {
  indices: 'the catalog has its own indices',
  spatial_plugins: 'positions are searched by the index of the archive',
  origin: 'it is not kept',
  obs_publisher_did_fmt: 'IDs are made of --authority, --repo and the UUID',
  use_butler_uri: 'addresses are those of the service',
  ...{ namespace: '', version: '', table_name: '', batch_size: '' },
  ...{ parquet_compression: '', csv_null_string: '' },
} as const;
const GLOBAL = [
  ...['facility_name', 'facility_map', 'obs_collection', 'collections', 'collection_type', 'dataset_types'],
  ...['extra_columns', 'spectral_ranges', 'fallback_instrument', 'where', 'dataset_type_constraints'],
  ...Object.keys(IGNORED),
];
const OF_TYPE = [
  ...['dataproduct_type', 'dataproduct_subtype', 'calib_level', 'o_ucd', 'access_format', 'obs_id_fmt'],
  ...['datalink_url_fmt', 'obs_collection', 's_xel', 'extra_columns'],
];
const OF_COLUMN = ['template', 'type', 'length', 'doc'];
const TYPES = ['bool', 'int', 'float', 'string'] as const;

const refuse = (detail: string) => usageError('BAD_OBSCORE', detail);

/** Throws VignetError usage BAD_OBSCORE. */
export async function readObscoreConfig(path: string): Promise<ObscoreConfig> {
  const name = 'the ObsCore configuration';
  let text: string | undefined;
  let tree: unknown;
  try {
    text = await readSmallFile(path, name);
    tree = text === undefined ? undefined : parseYaml(text, name);
  } catch (error) {
    throw refuse(toVignetError(error).message);
  }
  if (text === undefined)
    throw refuse(
      `expected a file for --obscore, received '${clip(path, 200)}', which does not exist; check the path`,
    );
  return obscoreConfigOf(tree);
}

/** Throws VignetError usage BAD_OBSCORE. */
export function obscoreConfigOf(value: unknown): ObscoreConfig {
  const tree = treeOf(value, 'the ObsCore configuration');
  onlyKnown(tree, GLOBAL, 'the ObsCore configuration');
  for (const key of ['where', 'dataset_type_constraints'])
    if (!isEmpty(tree[key]))
      throw refuse(
        `expected no '${key}' in the ObsCore configuration, received one: conditions of a Butler query cannot be read; remove it, and select with --collection and --dataset-type`,
      );
  const shared = columnsOf(tree.extra_columns, 'extra_columns');
  const obsCollection = textOf(tree.obs_collection, 'obs_collection');
  const types = entriesOf(tree.dataset_types, 'dataset_types').map(
    ([name, one]) => [name, typeOf(name, one, shared, obsCollection)] as const,
  );
  if (types.length === 0) throw refuse(missing('dataset_types'));
  const config = {
    facility: required(textOf(tree.facility_name, 'facility_name'), 'facility_name'),
    facilities: new Map(
      entriesOf(tree.facility_map, 'facility_map').map(([instrument, one]) => [
        instrument,
        required(textOf(one, `facility_map.${instrument}`), `facility_map.${instrument}`),
      ]),
    ),
    fallbackInstrument: textOf(tree.fallback_instrument, 'fallback_instrument'),
    obsCollection,
    collections: collectionsOf(tree),
    isLive: tree.collection_type !== undefined,
    types: new Map(types),
    ranges: new Map(
      entriesOf(tree.spectral_ranges, 'spectral_ranges').map(([name, one]) => [name, rangeOf(name, one)]),
    ),
  };
  return { ...config, notes: notesOf(tree, config.types) };
}

function onlyKnown(tree: Tree, known: readonly string[], where: string): void {
  const other = Object.keys(tree).find((key) => !known.includes(key));
  if (other !== undefined)
    throw refuse(
      `expected one of ${known.join(', ')} for a key of ${where}, received '${clip(other)}'; correct or remove it`,
    );
}

const isEmpty = (value: unknown) =>
  value === undefined ||
  value === null ||
  (isTree(value) && Object.values(value).every(isEmpty)) ||
  value === '';

const missing = (key: string) => `expected '${key}' in the ObsCore configuration, received none; add it`;

function required<T>(value: T | undefined, key: string): T {
  if (value === undefined) throw refuse(missing(clip(key)));
  return value;
}

function treeOf(value: unknown, where: string): Tree {
  if (isTree(value) && Object.keys(value).length <= MAX_ENTRIES) return value;
  throw refuse(
    `expected a mapping of at most ${MAX_ENTRIES} entries for ${clip(where)}, received another value`,
  );
}

const entriesOf = (value: unknown, where: string): [string, unknown][] =>
  value === undefined || value === null ? [] : Object.entries(treeOf(value, where));

function textOf(value: unknown, where: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value !== '' && value.length <= MAX_TEXT) return value;
  throw refuse(
    `expected text of at most ${MAX_TEXT} characters for ${clip(where)} of the ObsCore configuration, received another value`,
  );
}

function templateOf(value: unknown, where: string): Template | undefined {
  const text = textOf(value, where);
  return text === undefined ? undefined : parseTemplate(text, where);
}

function typeOf(
  name: string,
  value: unknown,
  shared: ReadonlyMap<string, ExtraColumn>,
  obsCollection: string | undefined,
): TypeConfig {
  const where = `dataset_types.${name}`;
  const tree = treeOf(value, where);
  onlyKnown(tree, OF_TYPE, `${clip(where)} of the ObsCore configuration`);
  const { calib_level: level } = tree;
  if (typeof level !== 'number' || !Number.isInteger(level) || level < 0 || level > 4)
    throw refuse(
      `expected 0 to 4 for ${clip(where)}.calib_level of the ObsCore configuration, received another value`,
    );
  const own = textOf(tree.obs_collection, `${where}.obs_collection`);
  if (own !== undefined && own !== obsCollection)
    throw refuse(
      `expected one obs_collection for all dataset types, received '${clip(own)}' for ${clip(name)}; ingest this type in a run of its own, with --obs-collection`,
    );
  // Checked, though the addresses are those of the service.
  templateOf(tree.datalink_url_fmt, `${where}.datalink_url_fmt`);
  return {
    dataproductType: required(
      textOf(tree.dataproduct_type, `${where}.dataproduct_type`),
      `${where}.dataproduct_type`,
    ),
    dataproductSubtype: textOf(tree.dataproduct_subtype, `${where}.dataproduct_subtype`),
    calibLevel: level,
    ucd: textOf(tree.o_ucd, `${where}.o_ucd`),
    accessFormat: textOf(tree.access_format, `${where}.access_format`),
    obsId: templateOf(tree.obs_id_fmt, `${where}.obs_id_fmt`),
    size: sizeOf(tree.s_xel, `${where}.s_xel`),
    extra: new Map([...shared, ...columnsOf(tree.extra_columns, `${where}.extra_columns`)]),
  };
}

function sizeOf(value: unknown, where: string): readonly [number, number] | undefined {
  if (value === undefined || value === null) return undefined;
  const [width, height, ...others]: unknown[] = Array.isArray(value) ? value : [];
  if (isCount(width) && isCount(height) && others.length === 0) return [width, height];
  throw refuse(
    `expected two whole numbers for ${clip(where)} of the ObsCore configuration, received another value`,
  );
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;

function columnsOf(value: unknown, where: string): ReadonlyMap<string, ExtraColumn> {
  return new Map(
    entriesOf(value, where).map(([name, one]) => {
      if (!COLUMN.test(name))
        throw refuse(
          `expected letters, digits and _ for the name of a column in ${clip(where)} of the ObsCore configuration, received '${clip(name)}'`,
        );
      if (COLUMN_NAMES.some((column) => column === name) && !SETTABLE.includes(name))
        throw refuse(
          `expected a new column, or one of ${SETTABLE.join(', ')}, for a name in ${clip(where)} of the ObsCore configuration, received '${name}', which is not for configurations; remove it`,
        );
      return [name, columnOf(one, `${where}.${name}`)];
    }),
  );
}

function columnOf(value: unknown, where: string): ExtraColumn {
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return { value };
  if (typeof value === 'string' && value.length <= MAX_TEXT) return { value };
  const tree = treeOf(value, where);
  onlyKnown(tree, OF_COLUMN, `${clip(where)} of the ObsCore configuration`);
  const { length = null } = tree;
  if (length !== null && !isCount(length))
    throw refuse(
      `expected a whole number for ${clip(where)}.length of the ObsCore configuration, received another value`,
    );
  const type = TYPES.find((one) => one === (tree.type ?? 'string'));
  if (!type)
    throw refuse(
      `expected one of ${TYPES.join(', ')} for ${clip(where)}.type of the ObsCore configuration, received '${clip(String(tree.type))}'`,
    );
  textOf(tree.doc, `${where}.doc`);
  const template = required(templateOf(tree.template, `${where}.template`), `${where}.template`);
  return { template, type, length: length ?? undefined };
}

function rangeOf(name: string, value: unknown): readonly [number | null, number | null] {
  const [low, high, ...others]: unknown[] = Array.isArray(value) ? value : [undefined];
  const isBound = (one: unknown): one is number | null =>
    one === null || (typeof one === 'number' && one > 0 && Number.isFinite(one));
  if (isBound(low) && isBound(high) && others.length === 0 && (low === null || high === null || low <= high))
    return [low, high];
  throw refuse(
    `expected a shortest and a longest wavelength in metres for spectral_ranges.${clip(name)} of the ObsCore configuration, received another value`,
  );
}

function collectionsOf({ collections = null }: Tree): readonly string[] {
  if (collections === null) return [];
  if (!Array.isArray(collections) || collections.length > MAX_ENTRIES)
    throw refuse('expected a list for collections of the ObsCore configuration, received another value');
  return collections.map((one: unknown) => required(textOf(one, 'collections'), 'collections'));
}

/** Of the live table the collections are regular expressions, which are no patterns. Throws VignetError usage BAD_OBSCORE. */
export function selectedCollections({ isLive, collections }: ObscoreConfig): readonly string[] {
  const expression = isLive ? collections.find((name) => /[.*+?^${}()|[\]\\]/.test(name)) : undefined;
  if (expression === undefined) return collections;
  throw refuse(
    `expected names for collections of the ObsCore configuration, received '${clip(expression)}', a regular expression; name the collections with --collection`,
  );
}

function notesOf(tree: Tree, types: ReadonlyMap<string, TypeConfig>): string[] {
  const notes = Object.entries(IGNORED).flatMap(([key, why]) =>
    why !== '' && tree[key] !== undefined && tree[key] !== false ? [`${key} has no effect: ${why}`] : [],
  );
  const urls = entriesOf(tree.dataset_types, '').some(([, one]) => isTree(one) && one.datalink_url_fmt);
  if (urls) notes.push('datalink_url_fmt has no effect: addresses are those of the service');
  const formats = [...types.values()].map(({ accessFormat }) => accessFormat);
  if (formats.some((one) => one !== undefined && !one.includes('content=datalink')))
    notes.push('access_format has no effect: access_url is a DataLink address of the service');
  const names = new Set(
    [...types.values()].flatMap(({ obsId, extra }) => [
      ...(obsId ? namesOf(obsId) : []),
      ...[...extra.values()].flatMap((one) => ('template' in one ? namesOf(one.template) : [])),
    ]),
  );
  for (const name of names) notes.push(`templates do not know the name {${name}}: the column is NULL`);
  return notes;
}
