/** A Butler repository around the files of a release: `butler.yaml`, and the registry in SQLite, as `Butler.makeRepo` makes them. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VignetError } from '../../base/errors.ts';
import type { Calibration } from '../calibrations.ts';
import { type Dataset, INSTRUMENT } from '../datasets.ts';
import type { Settings } from '../options.ts';
import type { Release } from '../release.ts';
import type { Made } from '../truth.ts';
import { between, nanoseconds, RegistryDatabase, type Row } from './database.ts';
import { BUTLER_TYPES, type ButlerType } from './dataset-types.ts';
import { putRecords } from './records.ts';
import {
  calibsTable,
  createCalibs,
  createTags,
  type Dimension,
  FILE_RECORDS,
  TABLES,
  tagsTable,
} from './schema.ts';
import { MANAGERS, UNIVERSE } from './universe.ts';

type Item = Dataset | Calibration;

const CONFIG = `datastore:
  cls: lsst.daf.butler.datastores.fileDatastore.FileDatastore
  records:
    table: file_datastore_records
  root: <butlerRoot>
registry:
  db: sqlite:///<butlerRoot>/gen3.sqlite3
  managers:
${Object.entries(MANAGERS)
  .map(([name, [cls]]) => `    ${name}: ${cls}\n`)
  .join('')}`;

/** Kinds of collections, by a registry's numbers. */
const RUN = 1;
const TAGGED = 2;
const CHAINED = 3;
const CALIBRATION = 4;

/** Throws VignetError transient CANNOT_WRITE. */
export async function writeButler(
  out: string,
  settings: Settings,
  release: Release,
  files: readonly Made<Item>[],
): Promise<void> {
  const path = join(out, 'gen3.sqlite3');
  const draft = join(out, '.gen3.sqlite3.part');
  try {
    await rm(draft, { force: true });
    await rm(`${draft}.lock`, { recursive: true, force: true });
    const database = new RegistryDatabase(draft);
    try {
      database.all(() => fill(database, settings, release, files));
    } finally {
      database.close();
    }
    await rename(draft, path);
    await writeFile(join(out, 'butler.yaml'), CONFIG);
  } catch (cause) {
    await rm(draft, { force: true });
    throw new VignetError(
      'transient',
      'CANNOT_WRITE',
      'the Butler repository could not be written; check the output folder and its free space',
      { cause },
    );
  }
}

function fill(
  database: RegistryDatabase,
  settings: Settings,
  release: Release,
  files: readonly Made<Item>[],
): void {
  database.create(TABLES);
  database.insert('butler_attributes', attributes());
  putRecords(database, settings, release);
  const collections = new Collections(database);
  const types = putTypes(database);
  const label = settings.release ?? '';
  const skymap = release.datasets
    .find(({ tract }) => tract !== undefined)
    ?.dataId.find(([name]) => name === 'SKYMAP')?.[1];
  const governors = { instrument: INSTRUMENT, skymap: skymap ?? null };
  const registry = { database, collections, types, governors };
  putDatasets(registry, release, files);
  const sharp = sharpest(release.datasets);
  tag(registry, `${label}/sharp`, sharp);
  certify(registry, `${label}/calib`, release.calibrations);
  const runs = [...new Set(release.datasets.map(({ run }) => run))];
  // What was made last is found first.
  collections.chain(label, [...runs.toReversed(), `${label}/calib`]);
}

function* attributes(): Generator<Row> {
  for (const [name, [cls, version]] of Object.entries(MANAGERS)) {
    yield { name: `config:registry.managers.${name}`, value: cls };
    yield { name: `version:${cls}`, value: version };
  }
  yield { name: 'config:dimensions.json', value: JSON.stringify(UNIVERSE) };
}

class Collections {
  readonly #database: RegistryDatabase;
  readonly #ids = new Map<string, number>();
  readonly #summaries = new Set<string>();

  constructor(database: RegistryDatabase) {
    this.#database = database;
  }

  /** The number of a collection, which is made if it does not exist. */
  id(name: string, type: number): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = this.#ids.size + 1;
    this.#ids.set(name, id);
    this.#database.insert('collection', [{ collection_id: id, name, type }]);
    if (type === RUN) this.#database.insert('run', [{ collection_id: id }]);
    return id;
  }

  /** Says that a collection has datasets of a type. */
  summarise(id: number, type: number, dimensions: readonly Dimension[], governors: Row): void {
    this.#once('collection_summary_dataset_type', { collection_id: id, dataset_type_id: type });
    for (const name of dimensions) {
      if (name !== 'instrument' && name !== 'skymap') continue;
      this.#once(`collection_summary_${name}`, { collection_id: id, [name]: governors[name] ?? null });
    }
  }

  #once(table: string, row: Row): void {
    const key = `${table} ${Object.values(row).join(' ')}`;
    if (this.#summaries.has(key)) return;
    this.#summaries.add(key);
    this.#database.insert(table, [row]);
  }

  chain(name: string, children: readonly string[]): void {
    const parent = this.id(name, CHAINED);
    this.#database.insert(
      'collection_chain',
      children.map((child, position) => ({ parent, position, child: this.id(child, RUN) })),
    );
  }
}

interface NumberedType extends ButlerType {
  readonly id: number;
  /** Of its group of dimensions. */
  readonly group: number;
}

function putTypes(database: RegistryDatabase): Map<string, NumberedType> {
  const groups = new Map<string, number>();
  const calibs = new Set<number>();
  const types = BUTLER_TYPES.map((type, i): NumberedType => {
    const key = type.dimensions.join(' ');
    const group = groups.get(key) ?? groups.size + 1;
    if (!groups.has(key)) {
      groups.set(key, group);
      database.insert('dimension_graph_key', [{ id: group }]);
      database.insert(
        'dimension_graph_definition',
        type.dimensions.map((name) => ({ dimension_graph_id: group, dimension_name: name })),
      );
      database.create(createTags(group, type.dimensions));
    }
    if (type.isCalibration && !calibs.has(group)) database.create(createCalibs(group, type.dimensions));
    if (type.isCalibration) calibs.add(group);
    return { ...type, id: i + 1, group };
  });
  database.insert(
    'dataset_type',
    types.map(({ id, name, storageClass, group, isCalibration }) => ({
      ...{ id, name, storage_class: storageClass, dimensions_key: group },
      tag_association_table: tagsTable(group),
      calibration_association_table: isCalibration ? calibsTable(group) : null,
    })),
  );
  database.create(FILE_RECORDS);
  database.insert('opaque_meta', [{ table_name: 'file_datastore_records' }]);
  return new Map(types.map((type) => [type.name, type]));
}

interface Registry {
  readonly database: RegistryDatabase;
  readonly collections: Collections;
  readonly types: ReadonlyMap<string, NumberedType>;
  readonly governors: Row;
}

const hexOf = ({ uuid }: Item) => uuid.replaceAll('-', '');

function typeOf({ types }: Registry, { type }: Item): NumberedType {
  const found = types.get(type);
  if (!found) throw new RangeError(`no dataset type ${type}`);
  return found;
}

/** Required dimensions and their values. */
function keyOf(type: NumberedType, { dataId }: Item): Row {
  const values = new Map(dataId.map(([name, value]) => [name.toLowerCase(), value]));
  return Object.fromEntries(type.dimensions.map((name) => [name, values.get(name) ?? null]));
}

function putDatasets(registry: Registry, { visits }: Release, files: readonly Made<Item>[]): void {
  const { database } = registry;
  const made = nanoseconds(Math.max(0, ...visits.map(({ mjd }) => mjd)) + 1);
  for (const { item, written } of files) {
    const type = typeOf(registry, item);
    const id = hexOf(item);
    const run = registry.collections.id(item.run, RUN);
    database.insert('dataset', [{ id, dataset_type_id: type.id, ingest_date: made, run_id: run }]);
    associate(registry, item, run);
    database.insert('dataset_location', [{ datastore_name: 'FileDatastore@<butlerRoot>', dataset_id: id }]);
    database.insert('file_datastore_records', [
      {
        ...{ dataset_id: id, path: item.path, formatter: type.formatter, storage_class: type.storageClass },
        // Of whole datasets.
        component: '__NULL_STRING__',
        file_size: written.bytes,
      },
    ]);
  }
}

function associate(registry: Registry, item: Item, collection: number): void {
  const type = typeOf(registry, item);
  registry.collections.summarise(collection, type.id, type.dimensions, registry.governors);
  registry.database.insert(tagsTable(type.group), [
    { dataset_type_id: type.id, dataset_id: hexOf(item), collection_id: collection, ...keyOf(type, item) },
  ]);
}

/** Visit images with a PSF not above the median. */
function sharpest(datasets: readonly Dataset[]): Dataset[] {
  const images = datasets.filter(({ type }) => type === 'visit_image');
  const widths = images.map(({ conditions }) => conditions.fwhm).sort((a, b) => a - b);
  const median = widths[(widths.length - 1) >> 1] ?? 0;
  return images.filter(({ conditions }) => conditions.fwhm <= median);
}

function tag(registry: Registry, name: string, datasets: readonly Dataset[]): void {
  const collection = registry.collections.id(name, TAGGED);
  for (const dataset of datasets) associate(registry, dataset, collection);
}

function certify(registry: Registry, name: string, calibrations: readonly Calibration[]): void {
  const collection = registry.collections.id(name, CALIBRATION);
  for (const one of calibrations) {
    const type = typeOf(registry, one);
    registry.collections.summarise(collection, type.id, type.dimensions, registry.governors);
    registry.database.insert(calibsTable(type.group), [
      {
        ...{ dataset_type_id: type.id, dataset_id: hexOf(one), collection_id: collection },
        ...keyOf(type, one),
        ...between(...one.validity),
      },
    ]);
  }
}
