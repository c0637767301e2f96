// Small Butler repositories, made table by table as lsst.daf.butler makes them, in SQLite or PostgreSQL.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import pg from 'pg';

export type Cell = string | number | bigint | null;
/** Begin and end, nanoseconds TAI. */
export type Span = readonly [bigint, bigint];
export type Record_ = Readonly<Record<string, Cell | Span>>;

type Kind = 'int' | 'text' | 'real' | 'id' | 'span' | 'time';

/** What exposures and visits have in every universe. */
const EXPOSURE =
  'exposure_time:real dark_time:real observation_type:text observation_reason:text seq_num:int target_name:text science_program:text tracking_ra:real tracking_dec:real sky_angle:real azimuth:real zenith_angle:real timespan:span';
const VISIT =
  'seq_num:int exposure_time:real target_name:text observation_reason:text science_program:text azimuth:real zenith_angle:real region:text timespan:span';

/** Columns by table: of universe 8, and what older universes have in their place. */
const TABLES: Readonly<Record<string, string>> = {
  butler_attributes: 'name:text value:text',
  collection: 'collection_id:int name:text type:int doc:text',
  run: 'collection_id:int host:text timespan:span',
  collection_chain: 'parent:int position:int child:int',
  collection_summary_dataset_type: 'collection_id:int dataset_type_id:int',
  dataset_type:
    'id:int name:text storage_class:text dimensions_key:int tag_association_table:text calibration_association_table:text',
  dataset: 'id:id dataset_type_id:int ingest_date:int run_id:int',
  file_datastore_records:
    'dataset_id:id path:text formatter:text storage_class:text component:text checksum:text file_size:int',
  instrument: 'name:text visit_max:int exposure_max:int detector_max:int class_name:text',
  physical_filter: 'instrument:text name:text band:text',
  detector: 'instrument:text id:int full_name:text name_in_raft:text raft:text purpose:text',
  group: 'instrument:text name:text',
  day_obs: 'instrument:text id:int timespan:span',
  exposure: `instrument:text id:int day_obs:int group:text physical_filter:text obs_id:text ${EXPOSURE}`,
  visit: `instrument:text id:int day_obs:int physical_filter:text name:text ${VISIT}`,
  visit_definition: 'instrument:text exposure:int visit:int',
  visit_detector_region: 'instrument:text detector:int visit:int region:text',
  skymap: 'name:text hash:text tract_max:int',
  tract: 'skymap:text id:int region:text',
  patch: 'skymap:text tract:int id:int cell_x:int cell_y:int region:text',
};

/** Universe 1, of 2021: no day_obs and group, a visit of one visit system, timestamps for ingest_date. */
const FIRST: Readonly<Record<string, string | undefined>> = {
  day_obs: undefined,
  group: undefined,
  dataset: 'id:id dataset_type_id:int ingest_date:time run_id:int',
  exposure: `instrument:text id:int physical_filter:text obs_id:text group_name:text group_id:int ${EXPOSURE}`,
  visit: `instrument:text id:int physical_filter:text visit_system:int name:text ${VISIT}`,
  visit_definition: 'instrument:text visit_system:int exposure:int visit:int',
};

const SQLITE: Readonly<Record<Kind, string>> = {
  ...{ int: 'BIGINT', text: 'TEXT', real: 'DOUBLE', id: 'CHAR(32)', time: 'TIMESTAMP', span: '' },
};
const POSTGRES: Readonly<Record<Kind, string>> = {
  ...{
    int: 'BIGINT',
    text: 'TEXT',
    real: 'DOUBLE PRECISION',
    id: 'UUID',
    time: 'TIMESTAMP',
    span: 'INT8RANGE',
  },
};

export interface TestRegistry {
  /** Makes a table: `name:kind` for each column. */
  table(name: string, columns: string, constraint?: string): Promise<void>;
  insert(table: string, rows: readonly Record_[]): Promise<void>;
  run(sql: string): Promise<void>;
  close(): Promise<void>;
}

const quoted = (name: string) => `"${name}"`;
const isSpan = (value: Cell | Span | undefined): value is Span => Array.isArray(value);

function parse(columns: string): [string, Kind][] {
  return columns.split(' ').map((column) => column.split(':') as [string, Kind]);
}

export function sqliteRegistry(path: string): TestRegistry {
  const database = new sqlite.Database(path);
  return {
    async table(name, columns, constraint) {
      const all = parse(columns).flatMap(([column, kind]) =>
        kind === 'span'
          ? [`${column}_begin BIGINT`, `${column}_end BIGINT`]
          : [`${quoted(column)} ${SQLITE[kind]}`],
      );
      database.exec(
        `CREATE TABLE ${quoted(name)} (${[...all, ...(constraint ? [constraint] : [])].join(', ')})`,
      );
    },
    async insert(table, rows) {
      database.exec('BEGIN');
      for (const row of rows) {
        const flat = Object.entries(row).flatMap(([name, value]): [string, Cell][] =>
          isSpan(value)
            ? [
                [`${name}_begin`, value[0]],
                [`${name}_end`, value[1]],
              ]
            : [[name, value]],
        );
        const names = flat.map(([name]) => quoted(name)).join(', ');
        const holes = flat.map(() => '?').join(', ');
        database.run(
          `INSERT INTO ${quoted(table)} (${names}) VALUES (${holes})`,
          flat.map(([, value]) => value),
        );
      }
      database.exec('COMMIT');
    },
    async run(sql) {
      database.exec(sql);
    },
    async close() {
      database.close();
    },
  };
}

export async function postgresRegistry(url: string, namespace?: string): Promise<TestRegistry> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  if (namespace !== undefined)
    await client.query(`CREATE SCHEMA ${quoted(namespace)}; SET search_path TO ${quoted(namespace)}`);
  return {
    async table(name, columns, constraint) {
      const all = parse(columns).map(([column, kind]) => `${quoted(column)} ${POSTGRES[kind]}`);
      await client.query(
        `CREATE TABLE ${quoted(name)} (${[...all, ...(constraint ? [constraint] : [])].join(', ')})`,
      );
    },
    async insert(table, rows) {
      for (const row of rows) {
        const names = Object.keys(row).map(quoted).join(', ');
        const holes = Object.keys(row).map((_, n) => `$${n + 1}`);
        const values = Object.values(row).map((value) =>
          isSpan(value) ? `[${value[0]},${value[1]})` : value,
        );
        await client.query(
          `INSERT INTO ${quoted(table)} (${names}) VALUES (${holes.join(', ')})`,
          values.map((value) => (typeof value === 'bigint' ? String(value) : value)),
        );
      }
    },
    async run(sql) {
      await client.query(sql);
    },
    async close() {
      await client.end();
    },
  };
}

/** The tables of a registry without rows. */
export async function makeTables(registry: TestRegistry, universe = 8): Promise<void> {
  for (const [name, columns] of Object.entries(TABLES)) {
    const own = universe < 6 && name in FIRST ? FIRST[name] : columns;
    if (own !== undefined) await registry.table(name, own);
  }
  const config = { version: universe, ...(universe > 1 && { namespace: 'daf_butler' }) };
  await registry.insert('butler_attributes', [
    { name: 'config:dimensions.json', value: JSON.stringify(config) },
  ]);
}

const TYPES = { run: 1, tagged: 2, chained: 3, calibration: 4 } as const;

/** Fills a registry by what a Butler's user would say. */
export class TestButler {
  #collections = 0;
  #types = 0;
  readonly #keys = new Map<string, number>();
  readonly #dimensions = new Map<string, readonly string[]>();

  constructor(
    readonly registry: TestRegistry,
    readonly universe = 8,
  ) {}

  async collection(
    name: string,
    type: keyof typeof TYPES,
    children: readonly string[] = [],
    /** Of a run: where and when. */
    run: Record_ = {},
  ): Promise<void> {
    this.#collections += 1;
    this.#keys.set(name, this.#collections);
    await this.registry.insert('collection', [
      { collection_id: this.#collections, name, type: TYPES[type], doc: null },
    ]);
    if (type === 'run') await this.registry.insert('run', [{ collection_id: this.#collections, ...run }]);
    await this.chain(name, children);
  }

  async chain(name: string, children: readonly string[]): Promise<void> {
    const parent = this.#keyOf(name);
    await this.registry.insert(
      'collection_chain',
      children.map((child, position) => ({ parent, position, child: this.#keyOf(child) })),
    );
  }

  /** Dimensions with the type of their values, as `instrument:text visit:int`. */
  async type(name: string, storageClass: string, dimensions: string): Promise<void> {
    this.#types += 1;
    const id = this.#types;
    this.#keys.set(name, id);
    const names = parse(dimensions).map(([dimension]) => dimension);
    this.#dimensions.set(name, names);
    const [tags, calibs] = [this.#table('tags', id), this.#table('calibs', id)];
    const key = names.map(quoted).join(', ');
    await this.registry.table(
      tags,
      `dataset_type_id:int dataset_id:id collection_id:int ${dimensions}`,
      `UNIQUE (dataset_type_id, collection_id, ${key})`,
    );
    await this.registry.table(
      calibs,
      `id:int dataset_type_id:int dataset_id:id collection_id:int ${dimensions} timespan:span`,
    );
    await this.registry.insert('dataset_type', [
      {
        ...{ id, name, storage_class: storageClass, dimensions_key: id },
        ...{ tag_association_table: tags, calibration_association_table: calibs },
      },
    ]);
  }

  /** `uuid`: 32 digits. A path gives the dataset a file. */
  async dataset(
    type: string,
    run: string,
    uuid: string,
    dataId: Readonly<Record<string, string | number>>,
    files: string | readonly Record_[] = [],
  ): Promise<void> {
    await this.datasets(type, run, [{ uuid, dataId }]);
    const rows = typeof files === 'string' ? [{ path: files }] : files;
    const defaults = { formatter: 'f', storage_class: 's', component: '__NULL_STRING__', checksum: null };
    await this.registry.insert(
      'file_datastore_records',
      rows.map((row) => ({ dataset_id: uuid, ...defaults, file_size: -1, ...row })),
    );
  }

  /** Without files. */
  async datasets(
    type: string,
    run: string,
    all: readonly { uuid: string; dataId: Readonly<Record<string, string | number>> }[],
  ): Promise<void> {
    const [dataset_type_id, collection_id] = [this.#keyOf(type), this.#keyOf(run)];
    // 2026-06-15T21:42:37.761809 TAI; the same instant as a timestamp is 37 s earlier.
    const ingest_date = this.universe < 6 ? '2026-06-15 21:42:00.761809' : 1_781_559_757_761_809_000n;
    await this.registry.insert(
      'dataset',
      all.map(({ uuid }) => ({ id: uuid, dataset_type_id, ingest_date, run_id: collection_id })),
    );
    await this.#associate(dataset_type_id, collection_id, all);
  }

  /** Puts datasets into a further collection. */
  async tag(
    type: string,
    collection: string,
    all: readonly { uuid: string; dataId: Readonly<Record<string, string | number>> }[],
  ): Promise<void> {
    await this.#associate(this.#keyOf(type), this.#keyOf(collection), all);
  }

  async certify(
    type: string,
    collection: string,
    id: number,
    uuid: string,
    dataId: Readonly<Record<string, string | number>>,
    timespan: Span,
  ): Promise<void> {
    const [dataset_type_id, collection_id] = [this.#keyOf(type), this.#keyOf(collection)];
    await this.registry.insert(this.#table('calibs', dataset_type_id), [
      { id, dataset_type_id, dataset_id: uuid, collection_id, ...dataId, timespan },
    ]);
    await this.#summarise(dataset_type_id, collection_id);
  }

  async #associate(
    dataset_type_id: number,
    collection_id: number,
    all: readonly { uuid: string; dataId: Readonly<Record<string, string | number>> }[],
  ): Promise<void> {
    await this.registry.insert(
      this.#table('tags', dataset_type_id),
      all.map(({ uuid, dataId }) => ({ dataset_type_id, dataset_id: uuid, collection_id, ...dataId })),
    );
    await this.#summarise(dataset_type_id, collection_id);
  }

  readonly #summarised = new Set<string>();

  async #summarise(dataset_type_id: number, collection_id: number): Promise<void> {
    const key = `${dataset_type_id} ${collection_id}`;
    if (this.#summarised.has(key)) return;
    this.#summarised.add(key);
    await this.registry.insert('collection_summary_dataset_type', [{ collection_id, dataset_type_id }]);
  }

  #keyOf(name: string): number {
    const key = this.#keys.get(name);
    if (key === undefined) throw new Error(`the test has made no ${name}`);
    return key;
  }

  readonly #table = (kind: 'tags' | 'calibs', id: number) => `dataset_${kind}_${String(id).padStart(8, '0')}`;
}

/** Writes butler.yaml. `db` and other parts as YAML of their own. */
export function writeConfig(
  folder: string,
  db = 'sqlite:///<butlerRoot>/gen3.sqlite3',
  rest = 'datastore: {cls: lsst.daf.butler.datastores.fileDatastore.FileDatastore, root: <butlerRoot>}\n',
): void {
  writeFileSync(join(folder, 'butler.yaml'), `registry: {db: "${db}"}\n${rest}`);
}

/** An empty repository in SQLite, whose registry the caller fills and closes. */
export async function newButler(folder: string, universe = 8): Promise<TestButler> {
  writeConfig(folder);
  const registry = sqliteRegistry(join(folder, 'gen3.sqlite3'));
  await makeTables(registry, universe);
  return new TestButler(registry, universe);
}

/** Writes a file of a datastore. */
export function putFile(folder: string, path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), bytes);
}

/** 32 digits. */
export const uuidOf = (n: number) => `01${n.toString(16).padStart(10, '0')}${'4'.repeat(20)}`;

/** sphgeom's bytes of a convex polygon with these corners, degrees, as a registry holds them. */
export function polygonText(...corners: readonly (readonly [lon: number, lat: number])[]): string {
  const bytes = Buffer.alloc(1 + 24 * corners.length, 'p');
  corners.forEach(([lon, lat], n) => {
    const [a, d] = [(lon * Math.PI) / 180, (lat * Math.PI) / 180];
    [Math.cos(d) * Math.cos(a), Math.cos(d) * Math.sin(a), Math.sin(d)].forEach((value, axis) => {
      bytes.writeDoubleLE(value, 1 + 24 * n + 8 * axis);
    });
  });
  return bytes.toString('base64');
}
