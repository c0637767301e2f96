/** Datasets of a registry, in pages: a repository of millions takes no memory. */
import type { VignetError } from '../../../base/errors.ts';
import { canonicalUuid } from '../../../base/uuid.ts';
import { badDatabase, type Database, type Row } from '../database.ts';
import { joined, named, type Sql, type SqlValue, sql } from '../sql.ts';
import { type Timespan, timespanOf } from '../timespan.ts';
import { badButler } from '../yaml-file.ts';
import type { Collection, CollectionKey, Collections } from './collections.ts';
import { type DataId, dataIdOf } from './data-id.ts';
import type { DatasetTable, DatasetType } from './dataset-types.ts';
import { cursorIn, keyIn } from './row.ts';
import type { RegistrySchema } from './schema.ts';

export interface ButlerDataset {
  /** As the registry writes it, for other questions to it. */
  readonly id: string;
  readonly uuid: string;
  readonly type: DatasetType;
  readonly run: string;
  readonly runKey: CollectionKey;
  /** Required dimensions only, without those of `problem`. */
  readonly dataId: DataId;
  /** What is wrong with its data ID. */
  readonly problem: VignetError | undefined;
  /** When it was put into the repository, in either form: `ingestDateOf`. */
  readonly ingestDate: Row[string] | undefined;
  /** When it holds, of a calibration as its collection has it. */
  readonly validity: Timespan | undefined;
}

export const PAGE = 500;

interface Parts {
  readonly database: Database;
  readonly schema: RegistrySchema;
  readonly collections: Collections;
}

/**
 * The datasets of a type in one collection, in pages. Of those with the same data ID as one in `before`, collections searched earlier,
 * none. A dataset occurs as often as a calibration collection holds it. Throws VignetError data BAD_BUTLER_DATABASE, BAD_BUTLER.
 */
export async function* datasetsOf(
  parts: Parts,
  type: DatasetType,
  collection: Collection,
  before: readonly CollectionKey[] = [],
): AsyncGenerator<readonly ButlerDataset[]> {
  const { database, schema } = parts;
  const isCalibration = collection.type === 'calibration';
  const place = isCalibration ? type.calibs : type.tags;
  if (!place) return;
  const key = named(schema.collectionKey);
  const wanted = sql`t.dataset_type_id = ${type.key} AND t.${key} = ${collection.key}`;
  const earlier = isCalibration ? sql`` : notIn(place, key, before);
  const order = isCalibration ? ['id'] : place.dimensions;
  // Rows without a value have no place in an order of pages.
  const isWhole = order.length === 0 ? sql`1 = 1` : joined(order.map(isThere), ' AND ');
  const [count] = await database.rows(
    sql`SELECT count(*) AS datasets, count(CASE WHEN ${isWhole} THEN 1 END) AS whole FROM ${named(place.table)} t WHERE ${wanted}`,
  );
  const whole = Number(count?.whole ?? 0);
  const others = Number(count?.datasets ?? 0) - whole;
  const question = sql`SELECT t.*, d.ingest_date, d.${named(schema.runKey)} AS run_key FROM ${named(place.table)} t JOIN dataset d ON d.id = t.dataset_id WHERE ${wanted} ${earlier}`;
  const dataset = (row: Row) => datasetOf(row, parts, type, place, isCalibration);
  for await (const rows of pagesOf(database, sql`${question} AND ${isWhole}`, order, whole))
    yield rows.map(dataset);
  for await (const rows of pagesOf(database, sql`${question} AND NOT (${isWhole})`, ['dataset_id'], others))
    yield rows.map(dataset);
}

/** `count`: rows of the question, or more. */
async function* pagesOf(
  database: Database,
  question: Sql,
  order: readonly string[],
  count: number,
): AsyncGenerator<readonly Row[]> {
  // A damaged index must not lead in a circle.
  let left = count;
  for (let after = sql``; left > 0; ) {
    const rows = await database.rows(sql`${question} ${after} ${sorted(order)} LIMIT ${PAGE}`);
    left -= rows.length;
    const last = rows.at(-1);
    if (!last) return;
    if (left < 0) throw badDatabase('an index of the registry is damaged; restore it from a backup');
    yield rows;
    if (rows.length < PAGE || order.length === 0) return;
    after = sql`AND (${tuple(order)}) > (${joined(
      order.map((column) => cursorIn(last, column)),
      ', ',
    )})`;
  }
}

const isThere = (column: string) => sql`t.${named(column)} IS NOT NULL`;

const tuple = (columns: readonly string[]) =>
  joined(
    columns.map((column) => sql`t.${named(column)}`),
    ', ',
  );

const sorted = (columns: readonly string[]) =>
  columns.length === 0 ? sql`` : sql`ORDER BY ${tuple(columns)}`;

function notIn(place: DatasetTable, key: Sql, before: readonly SqlValue[]): Sql {
  if (before.length === 0) return sql``;
  const same = place.dimensions.map((name) => sql`e.${named(name)} = t.${named(name)}`);
  const conditions = joined(
    [sql`e.dataset_type_id = t.dataset_type_id`, sql`e.${key} IN (${joined(before, ', ')})`, ...same],
    ' AND ',
  );
  return sql`AND NOT EXISTS (SELECT 1 FROM ${named(place.table)} e WHERE ${conditions})`;
}

function datasetOf(
  row: Row,
  { collections }: Parts,
  type: DatasetType,
  place: DatasetTable,
  isCalibration: boolean,
): ButlerDataset {
  const id = String(row.dataset_id);
  const uuid = canonicalUuid(id);
  if (uuid === undefined)
    throw badButler(
      'expected UUIDs for the datasets of the registry, received other IDs; it is of before 2021: convert it with the Butler',
    );
  const run = collections.get(keyIn(row, 'run_key'));
  if (run?.type !== 'run') throw badDatabase('a dataset of the registry is in no run');
  return {
    id,
    uuid,
    type,
    run: run.name,
    runKey: run.key,
    ...dataIdOf(row, place.dimensions),
    ingestDate: row.ingest_date,
    validity: isCalibration ? timespanOf(row) : undefined,
  };
}

/** Those of the UUIDs that the registry has. */
export async function existing(database: Database, uuids: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let at = 0; at < uuids.length; at += PAGE) {
    // SQLite holds them as 32 digits, PostgreSQL takes these too.
    const ids = uuids.slice(at, at + PAGE).map((uuid) => uuid.replaceAll('-', ''));
    const rows = await database.rows(sql`SELECT id FROM dataset WHERE id IN (${joined(ids, ', ')})`);
    for (const { id } of rows) found.add(canonicalUuid(String(id)) ?? '');
  }
  return found;
}
