/** The catalog's table: one row per dataset. ObsCore 1.1's mandatory columns keep their names. */

/** How a column is held. */
type Kind = 'text' | 'int' | 'double' | 'doubles';

export interface Column {
  readonly name: string;
  readonly kind: Kind;
  readonly required: boolean;
}

const text = <N extends string>(name: N) => ({ name, kind: 'text', required: false }) as const;
const int = <N extends string>(name: N) => ({ name, kind: 'int', required: false }) as const;
const double = <N extends string>(name: N) => ({ name, kind: 'double', required: false }) as const;
const doubles = <N extends string>(name: N) => ({ name, kind: 'doubles', required: false }) as const;
const always = <N extends string, K extends Kind>({ name, kind }: { name: N; kind: K }) =>
  ({ name, kind, required: true }) as const;

/**
 * In the order of the table. Angles in degrees ICRS, times MJD UTC, wavelengths in metres, t_exptime in seconds, access_estsize in
 * kilobytes, s_pixel_scale in arc seconds. `access_url` belongs to the service and `obs_publisher_did` to the configuration: neither is stored.
 */
export const COLUMNS = [
  // Which dataset, and where its bytes are.
  always(text('uuid')),
  always(text('repo')),
  always(text('dataset_type')),
  text('run'),
  always(text('state')),
  always(text('root')),
  always(text('path')),
  always(int('hdu')),
  always(text('companions')),
  always(text('stamps')),
  always(text('planes')),
  always(int('pack')),
  always(int('pack_offset')),
  always(int('pack_length')),
  // ObsCore 1.1.
  always(text('dataproduct_type')),
  text('dataproduct_subtype'),
  always(int('calib_level')),
  always(text('obs_collection')),
  always(text('obs_id')),
  text('obs_title'),
  always(text('access_format')),
  always(int('access_estsize')),
  text('target_name'),
  double('s_ra'),
  double('s_dec'),
  double('s_fov'),
  text('s_region'),
  text('s_region_origin'),
  double('s_resolution'),
  double('s_pixel_scale'),
  int('s_xel1'),
  int('s_xel2'),
  double('t_min'),
  double('t_max'),
  double('t_exptime'),
  double('t_resolution'),
  int('t_xel'),
  double('em_min'),
  double('em_max'),
  double('em_res_power'),
  int('em_xel'),
  text('o_ucd'),
  text('pol_states'),
  int('pol_xel'),
  text('facility_name'),
  text('instrument_name'),
  always(text('data_rights')),
  text('obs_release_date'),
  text('owner'),
  text('grp'),
  // Rubin's own.
  int('lsst_visit'),
  int('lsst_detector'),
  text('lsst_skymap'),
  int('lsst_tract'),
  int('lsst_patch'),
  text('lsst_band'),
  text('lsst_filter'),
  // The footprint as numbers, `lon lat …` in degrees; and what was done about a non-conforming WCS.
  doubles('footprint'),
  text('wcs_note'),
] as const;

interface Held {
  readonly text: string;
  readonly int: number;
  readonly double: number;
  readonly doubles: readonly number[];
}

type AnyColumn = (typeof COLUMNS)[number];

/** A row as the programs use it. */
export type CatalogRow = {
  readonly [C in AnyColumn as C['name']]: Held[C['kind']] | (C['required'] extends true ? never : null);
};

const SQL: Readonly<Record<Kind, string>> = {
  text: 'VARCHAR',
  int: 'BIGINT',
  double: 'DOUBLE',
  doubles: 'DOUBLE[]',
};

export const CATALOG_VERSION = 1;

export const CREATE: readonly string[] = [
  `CREATE TABLE dataset (${COLUMNS.map(
    (column) => `${column.name} ${SQL[column.kind]}${column.required ? ' NOT NULL' : ''}`,
  ).join(', ')})`,
  // One row: the schema's version, and where the packs end that this generation knows of.
  'CREATE TABLE catalog (version BIGINT NOT NULL, pack BIGINT NOT NULL, pack_end BIGINT NOT NULL)',
  `INSERT INTO catalog VALUES (${CATALOG_VERSION}, 1, 0)`,
];

/** State of a dataset: its bytes are on a disk, somewhere slower, or to be made when asked for. */
export type DatasetState = 'online' | 'nearline' | 'virtual';
