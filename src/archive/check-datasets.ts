/** Datasets that are stored well and are of no use, or of use twice: images of the sky without a place or a time, and what is there twice. */
import { VignetError } from '../base/errors.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { and, equals, exists, isNull, not, of, or, type Predicate } from '../catalog/predicate.ts';
import type { ColumnName } from '../catalog/schema.ts';

/** Something that is wrong with what the catalog says of a dataset. */
export interface DatasetFault {
  readonly part: 'dataset';
  readonly uuid: string;
  readonly error: VignetError;
}

const known = (column: ColumnName) => not(isNull(column));

const SCIENCE = ['science', 'object', 'sky'].flatMap((word) => [word, word.toUpperCase()]);

const visits = of('visit');

/** Of a dark or a flat the exposure says so: such an image has no place. */
const ofOtherKind: Predicate = exists(
  'visit',
  [
    ['obs_collection', 'obs_collection'],
    ['instrument_name', 'instrument'],
    ['lsst_visit', 'visit'],
  ],
  and(not(visits.isNull('observation_type')), not(visits.isIn('observation_type', SCIENCE))),
);

/** Images of a visit or a tract whose files have been read, by which alone one knows. */
const ofSky = and(known('planes'), or(known('lsst_visit'), known('lsst_tract')), not(ofOtherKind));

const noWcs = (): VignetError =>
  new VignetError(
    'data',
    'NO_WCS',
    'expected a celestial WCS in the file of an image of the sky, received none that can be used; searches by position do not find it, or by the region of its Butler alone',
  );

const noTime = (): VignetError =>
  new VignetError(
    'data',
    'NO_TIME',
    'expected a time of the exposure, received none; searches by time do not find it',
  );

const twice = (what: string, first: string): VignetError =>
  new VignetError(
    'data',
    'DUPLICATE_DATASET',
    `expected ${what} of its own for every dataset of a release, received that of dataset ${first} once more; check which of them is meant`,
  );

const FILE = ['repo', 'root', 'path', 'hdu'] as const;

/** Of what a data ID consists, as far as the catalog has it. */
const DATA_ID = [
  ...([
    'repo',
    'obs_collection',
    'run',
    'dataset_type',
    'instrument_name',
    'lsst_visit',
    'lsst_detector',
  ] as const),
  ...(['lsst_skymap', 'lsst_tract', 'lsst_patch', 'lsst_band', 'obs_id'] as const),
];

async function* each(
  catalog: Catalog,
  where: Predicate,
  error: () => VignetError,
): AsyncGenerator<DatasetFault, void, undefined> {
  for await (const batch of catalog.select({ columns: ['uuid'], where, order: ['uuid'] }))
    for (const { uuid } of batch) yield { part: 'dataset', uuid, error: error() };
}

/** Rows that have the same values in `columns` follow each other in their order: none is kept but the one before. */
async function* repeated(
  catalog: Catalog,
  columns: readonly ColumnName[],
  where: Predicate,
  error: (first: string) => VignetError,
): AsyncGenerator<DatasetFault, void, undefined> {
  let first: { readonly key: string; readonly uuid: string } | undefined;
  const rows = catalog.select({
    columns: ['uuid', ...columns],
    where,
    order: [...columns, 'uuid'],
  });
  for await (const batch of rows) {
    for (const { uuid, ...values } of batch) {
      const key = JSON.stringify(values);
      if (first?.key === key) yield { part: 'dataset', uuid, error: error(first.uuid) };
      else first = { key, uuid };
    }
  }
}

/** A catalog that cannot be read has been found before. */
export async function* checkDatasets(catalog: Catalog): AsyncGenerator<DatasetFault, void, undefined> {
  yield* each(catalog, and(ofSky, not(equals('s_region_origin', 'wcs'))), noWcs);
  yield* each(catalog, and(ofSky, known('lsst_visit'), isNull('t_min')), noTime);
  yield* repeated(catalog, FILE, known('hdu'), (first) => twice('a file', first));
  const named = or(
    and(known('lsst_visit'), known('lsst_detector')),
    and(known('lsst_tract'), known('lsst_patch')),
  );
  yield* repeated(catalog, DATA_ID, and(known('planes'), named), (first) => twice('a data ID', first));
}

/** The first dataset of a release that has the same stored pixels as another. */
export class Pixels {
  readonly #first = new Map<string, string>();

  /** Nothing, or that they are there twice. */
  fault(repo: string, uuid: string, digest: string): DatasetFault | undefined {
    const key = `${repo} ${digest}`;
    const first = this.#first.get(key);
    if (first !== undefined) return { part: 'dataset', uuid, error: twice('pixels', first) };
    this.#first.set(key, uuid);
    return undefined;
  }
}
