/** Dataset types of a registry, their dimensions and the tables that say where they are. */
import { clip } from '../../../base/clip.ts';
import { usageError } from '../../../base/errors.ts';
import { badDatabase, type Database } from '../database.ts';
import { matchesGlob } from '../glob.ts';
import { sql } from '../sql.ts';
import { keyIn, textIn } from './row.ts';
import { columnsOf } from './schema.ts';

/** A table of the datasets of one group of dimensions, and those dimensions in its order. */
export interface DatasetTable {
  readonly table: string;
  /** Required dimensions. The others follow from their records. */
  readonly dimensions: readonly string[];
}

export interface DatasetType {
  readonly key: string | number;
  readonly name: string;
  readonly storageClass: string;
  /** Which datasets are in runs and tagged collections. */
  readonly tags: DatasetTable;
  /** Which are in calibration collections, and when they hold. */
  readonly calibs: DatasetTable | undefined;
}

/**
 * Storage classes that hold one image: of afw (Exposure, MaskedImage, Image, DecoratedImage and those of one kind of number) and of
 * lsst.images. Ingest takes these where dataset types are not named.
 */
const IMAGES =
  /^(?:Exposure[FDIU]?|(?:Masked|Decorated)?Image[FDIUL]?|VisitImage|DifferenceImage|CellCoadd)$/;

export const isImage = ({ storageClass }: Pick<DatasetType, 'storageClass'>) => IMAGES.test(storageClass);

const MAX_TYPES = 50_000;
/** Columns of these tables that are no dimensions. */
const OTHERS = new Set([
  ...['id', 'dataset_type_id', 'dataset_id', 'collection_id', 'collection_name'],
  ...['timespan', 'timespan_begin', 'timespan_end'],
]);

/** In the order of their names. Throws VignetError data BAD_BUTLER_DATABASE. */
export async function readDatasetTypes(database: Database): Promise<readonly DatasetType[]> {
  await columnsOf(database, 'dataset_type');
  const rows = await database.rows(sql`SELECT * FROM dataset_type ORDER BY name LIMIT ${MAX_TYPES}`);
  const tables = new Map<string, Promise<DatasetTable>>();
  const tableOf = (name: string) => {
    const known = tables.get(name) ?? readTable(database, name);
    tables.set(name, known);
    return known;
  };
  const types: DatasetType[] = [];
  for (const row of rows) {
    const calibs = row.calibration_association_table;
    types.push({
      key: keyIn(row, 'id'),
      name: textIn(row, 'name'),
      storageClass: textIn(row, 'storage_class'),
      tags: await tableOf(textIn(row, 'tag_association_table')),
      calibs:
        calibs === null || calibs === undefined
          ? undefined
          : await tableOf(textIn(row, 'calibration_association_table')),
    });
  }
  return types;
}

async function readTable(database: Database, table: string): Promise<DatasetTable> {
  // Any other table could hold anything.
  if (!/^dataset_(?:tags|calibs)_\d{1,16}$/.test(table))
    throw badDatabase(
      `expected a table dataset_tags_… or dataset_calibs_… for a dataset type, received '${clip(table)}'`,
    );
  const columns = await columnsOf(database, table);
  return { table, dimensions: columns.filter((name) => !OTHERS.has(name)) };
}

/**
 * The types that patterns select, of those that are `named` if there is such a list; without patterns those of images. Throws VignetError
 * usage UNKNOWN_TYPE for a pattern, or a list, that selects none.
 */
export function selectTypes(
  all: readonly DatasetType[],
  patterns: readonly string[],
  names?: readonly string[],
): readonly DatasetType[] {
  const types = names ? all.filter(({ name }) => names.includes(name)) : all;
  if (names && types.length === 0)
    throw usageError(
      'UNKNOWN_TYPE',
      `expected a dataset type of the Butler in the ObsCore configuration, received ${clip(names.join(', '), 200)}; there: ${clip(all.map(({ name }) => name).join(', '), 400)}`,
    );
  if (patterns.length === 0) return types.filter(isImage);
  for (const pattern of patterns) {
    if (types.some(({ name }) => matchesGlob(pattern, name))) continue;
    const there = clip(types.map(({ name }) => name).join(', '), 400);
    throw usageError(
      'UNKNOWN_TYPE',
      `expected a dataset type of the Butler for --dataset-type, received '${clip(pattern, 100)}'; there: ${there}`,
    );
  }
  return types.filter(({ name }) => patterns.some((pattern) => matchesGlob(pattern, name)));
}
