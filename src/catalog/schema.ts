/** The catalog's table: one row per dataset. ObsCore 1.1's mandatory columns keep their names. */
import type { Column } from '../base/column.ts';
import { always, doubles, int, long, text } from './column-kinds.ts';
import { OBSCORE_COLUMNS } from './obscore.ts';

/** In the order of the table. Whole numbers are held with 64 bits, whatever their type is when they go out. */
export const COLUMNS = [
  // Which dataset, and where its bytes are.
  always(text('uuid', 'UUID of the dataset', { ucd: 'meta.id' })),
  always(text('repo', 'Repository: with the UUID it makes the publisher ID')),
  always(text('dataset_type', 'Dataset type, as a Butler names it', { ucd: 'meta.code.class' })),
  text('run', 'Run that made the dataset'),
  always(
    text(
      'state',
      'online: its bytes are on a disk; nearline: somewhere slower; virtual: made when asked for',
    ),
  ),
  always(text('root', 'Root of its files; empty where these are elsewhere')),
  always(text('path', 'Path of the image below the root, or its address where it is elsewhere')),
  int('hdu', 'HDU of the image; null where its file has not been read'),
  always(text('companions', 'Paths of its mask and variance, where these are files of their own: JSON')),
  always(text('stamps', 'Size and time of each of its files when it was ingested')),
  text('planes', 'Planes, separated by commas; null where its file has not been read'),
  always(int('pack', 'Pack that holds the layout')),
  always(long('pack_offset', 'Byte at which the layout begins', { unit: 'byte' })),
  always(long('pack_length', 'Bytes of the layout', { unit: 'byte' })),
  ...OBSCORE_COLUMNS,
  text('owner', 'Who owns the dataset while it is not public'),
  text('grp', 'Group that may see the dataset while it is not public'),
  // Rubin's own.
  long('lsst_visit', 'Visit', { ucd: 'meta.id;obs' }),
  long('lsst_detector', 'Detector', { ucd: 'meta.id;instr.det' }),
  text('lsst_skymap', 'Skymap of the tract', { ucd: 'meta.id' }),
  long('lsst_tract', 'Tract of the skymap', { ucd: 'meta.id' }),
  long('lsst_patch', 'Patch of the tract', { ucd: 'meta.id' }),
  text('lsst_band', 'Band', { ucd: 'instr.bandpass' }),
  text('lsst_filter', 'Filter as the file names it', { ucd: 'instr.filter' }),
  text('site_columns', 'Columns that the site adds: a JSON object, name to value', { ucd: 'meta.note' }),
  doubles('footprint', 'Footprint: lon lat of its vertices, or lon lat radius of a circle, ICRS', {
    unit: 'deg',
  }),
  text('wcs_note', 'What was done about a WCS that does not follow the standard, or why it cannot be used', {
    ucd: 'meta.note',
  }),
] as const;

type Stored = (typeof COLUMNS)[number];

export const COLUMN_NAMES = COLUMNS.map(({ name }) => name);

type Held<C extends Column> = C['type'] extends 'char'
  ? string
  : C extends { readonly shape: unknown }
    ? readonly number[]
    : number;

/** A row of some columns. */
export type RowOfColumns<S extends Column> = {
  readonly [C in S as C['name']]: Held<C> | (C extends { readonly required: true } ? never : null);
};

/**
 * A row as the programs use it.
 * @example
 * ```ts
 * import type { CatalogRow } from 'vignet';
 *
 * const place = ({ s_ra, s_dec }: CatalogRow) => (s_ra === null ? 'somewhere' : `${s_ra} ${s_dec}`);
 * ```
 */
export type CatalogRow = RowOfColumns<Stored>;

/** State of a dataset: its bytes are on a disk, somewhere slower, or to be made when asked for. */
export type DatasetState = 'online' | 'nearline' | 'virtual';

/**
 * Columns that hold one value.
 * @example
 * ```ts
 * import { type ColumnName, where } from 'vignet';
 *
 * const unknown = (column: ColumnName) => where.isNull(column);
 * ```
 */
export type ColumnName = {
  [C in keyof CatalogRow]: CatalogRow[C] extends string | number | null ? C : never;
}[keyof CatalogRow];
