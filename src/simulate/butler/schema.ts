/** Tables of a registry in SQLite, as `Butler.makeRepo` of 2026 creates them, without its indexes and checks of lengths. */

/** Those that every registry has. */
export const TABLES = `
CREATE TABLE butler_attributes (name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (name));
CREATE TABLE instrument (name VARCHAR(32) NOT NULL, visit_max BIGINT, visit_system BIGINT, exposure_max BIGINT,
  detector_max BIGINT, class_name TEXT, PRIMARY KEY (name));
CREATE TABLE skymap (name TEXT NOT NULL, hash TEXT, tract_max BIGINT, patch_nx_max BIGINT, patch_ny_max BIGINT,
  PRIMARY KEY (name), UNIQUE (hash));
CREATE TABLE ssp_hypothesis_table (name TEXT NOT NULL, PRIMARY KEY (name));
CREATE TABLE subfilter (band VARCHAR(32) NOT NULL, id BIGINT NOT NULL, PRIMARY KEY (band, id));
CREATE TABLE dimension_graph_key (id INTEGER NOT NULL, PRIMARY KEY (id));
CREATE TABLE collection (collection_id INTEGER NOT NULL, name TEXT NOT NULL, type SMALLINT NOT NULL, doc TEXT,
  PRIMARY KEY (collection_id), UNIQUE (name));
CREATE TABLE dataset_type (id INTEGER NOT NULL, name TEXT NOT NULL, storage_class TEXT NOT NULL, dimensions_key
  BIGINT NOT NULL, tag_association_table TEXT NOT NULL, calibration_association_table TEXT, PRIMARY KEY (id), UNIQUE
  (name));
CREATE TABLE opaque_meta (table_name TEXT NOT NULL, PRIMARY KEY (table_name));
CREATE TABLE dataset_location_trash (dataset_id CHAR(32) NOT NULL, datastore_name TEXT NOT NULL, PRIMARY KEY
  (dataset_id, datastore_name));
CREATE TABLE day_obs (instrument VARCHAR(32) NOT NULL, id BIGINT NOT NULL, timespan_begin BIGINT, timespan_end
  BIGINT, PRIMARY KEY (instrument, id), FOREIGN KEY (instrument) REFERENCES instrument (name));
CREATE TABLE detector (instrument VARCHAR(32) NOT NULL, id BIGINT NOT NULL, full_name VARCHAR(32), name_in_raft
  VARCHAR(32), raft VARCHAR(32), purpose VARCHAR(32), PRIMARY KEY (instrument, id), UNIQUE (instrument, full_name),
  FOREIGN KEY (instrument) REFERENCES instrument (name));
CREATE TABLE "group" (instrument VARCHAR(32) NOT NULL, name TEXT NOT NULL, PRIMARY KEY (instrument, name), FOREIGN
  KEY (instrument) REFERENCES instrument (name));
CREATE TABLE physical_filter (instrument VARCHAR(32) NOT NULL, name VARCHAR(32) NOT NULL, band VARCHAR(32) NOT NULL,
  PRIMARY KEY (instrument, name), FOREIGN KEY (instrument) REFERENCES instrument (name));
CREATE TABLE ssp_balanced_index (ssp_hypothesis_table TEXT NOT NULL, id BIGINT NOT NULL, PRIMARY KEY
  (ssp_hypothesis_table, id), FOREIGN KEY (ssp_hypothesis_table) REFERENCES ssp_hypothesis_table (name));
CREATE TABLE ssp_hypothesis_bundle (ssp_hypothesis_table TEXT NOT NULL, id BIGINT NOT NULL, PRIMARY KEY
  (ssp_hypothesis_table, id), FOREIGN KEY (ssp_hypothesis_table) REFERENCES ssp_hypothesis_table (name));
CREATE TABLE tract (skymap TEXT NOT NULL, id BIGINT NOT NULL, region TEXT, PRIMARY KEY (skymap, id), FOREIGN KEY
  (skymap) REFERENCES skymap (name));
CREATE TABLE tract_skypix_overlap_summary (skypix_system VARCHAR(16) NOT NULL, skypix_level SMALLINT NOT NULL,
  skymap TEXT NOT NULL, PRIMARY KEY (skypix_system, skypix_level, skymap), FOREIGN KEY (skymap) REFERENCES skymap
  (name));
CREATE TABLE visit_system (instrument VARCHAR(32) NOT NULL, id BIGINT NOT NULL, name VARCHAR(32), PRIMARY KEY
  (instrument, id), UNIQUE (instrument, name), FOREIGN KEY (instrument) REFERENCES instrument (name));
CREATE TABLE patch_skypix_overlap_summary (skypix_system VARCHAR(16) NOT NULL, skypix_level SMALLINT NOT NULL,
  skymap TEXT NOT NULL, PRIMARY KEY (skypix_system, skypix_level, skymap), FOREIGN KEY (skymap) REFERENCES skymap
  (name));
CREATE TABLE visit_skypix_overlap_summary (skypix_system VARCHAR(16) NOT NULL, skypix_level SMALLINT NOT NULL,
  instrument VARCHAR(32) NOT NULL, PRIMARY KEY (skypix_system, skypix_level, instrument), FOREIGN KEY (instrument)
  REFERENCES instrument (name));
CREATE TABLE visit_detector_region_skypix_overlap_summary (skypix_system VARCHAR(16) NOT NULL, skypix_level SMALLINT
  NOT NULL, instrument VARCHAR(32) NOT NULL, PRIMARY KEY (skypix_system, skypix_level, instrument), FOREIGN KEY
  (instrument) REFERENCES instrument (name));
CREATE TABLE tract_visit_overlap_summary (skymap TEXT NOT NULL, instrument VARCHAR(32) NOT NULL, PRIMARY KEY
  (skymap, instrument), FOREIGN KEY (skymap) REFERENCES skymap (name), FOREIGN KEY (instrument) REFERENCES
  instrument (name));
CREATE TABLE tract_visit_detector_region_overlap_summary (skymap TEXT NOT NULL, instrument VARCHAR(32) NOT NULL,
  PRIMARY KEY (skymap, instrument), FOREIGN KEY (skymap) REFERENCES skymap (name), FOREIGN KEY (instrument)
  REFERENCES instrument (name));
CREATE TABLE patch_visit_overlap_summary (skymap TEXT NOT NULL, instrument VARCHAR(32) NOT NULL, PRIMARY KEY
  (skymap, instrument), FOREIGN KEY (skymap) REFERENCES skymap (name), FOREIGN KEY (instrument) REFERENCES
  instrument (name));
CREATE TABLE patch_visit_detector_region_overlap_summary (skymap TEXT NOT NULL, instrument VARCHAR(32) NOT NULL,
  PRIMARY KEY (skymap, instrument), FOREIGN KEY (skymap) REFERENCES skymap (name), FOREIGN KEY (instrument)
  REFERENCES instrument (name));
CREATE TABLE dimension_graph_definition (dimension_graph_id BIGINT NOT NULL, dimension_name TEXT NOT NULL, PRIMARY
  KEY (dimension_graph_id, dimension_name), FOREIGN KEY (dimension_graph_id) REFERENCES dimension_graph_key (id) ON
  DELETE CASCADE);
CREATE TABLE run (collection_id BIGINT NOT NULL, host TEXT, timespan_begin BIGINT, timespan_end BIGINT, PRIMARY KEY
  (collection_id), FOREIGN KEY (collection_id) REFERENCES collection (collection_id) ON DELETE CASCADE);
CREATE TABLE collection_chain (parent BIGINT NOT NULL, position SMALLINT NOT NULL, child BIGINT NOT NULL, PRIMARY
  KEY (parent, position), FOREIGN KEY (parent) REFERENCES collection (collection_id) ON DELETE CASCADE, FOREIGN KEY
  (child) REFERENCES collection (collection_id));
CREATE TABLE collection_summary_dataset_type (collection_id BIGINT NOT NULL, dataset_type_id BIGINT NOT NULL,
  PRIMARY KEY (collection_id, dataset_type_id), FOREIGN KEY (collection_id) REFERENCES collection (collection_id) ON
  DELETE CASCADE, FOREIGN KEY (dataset_type_id) REFERENCES dataset_type (id) ON DELETE CASCADE);
CREATE TABLE collection_summary_instrument (collection_id BIGINT NOT NULL, instrument VARCHAR(32) NOT NULL, PRIMARY
  KEY (collection_id, instrument), FOREIGN KEY (collection_id) REFERENCES collection (collection_id) ON DELETE
  CASCADE, FOREIGN KEY (instrument) REFERENCES instrument (name));
CREATE TABLE collection_summary_skymap (collection_id BIGINT NOT NULL, skymap TEXT NOT NULL, PRIMARY KEY
  (collection_id, skymap), FOREIGN KEY (collection_id) REFERENCES collection (collection_id) ON DELETE CASCADE,
  FOREIGN KEY (skymap) REFERENCES skymap (name));
CREATE TABLE tract_skypix_overlap (skypix_system VARCHAR(16) NOT NULL, skypix_level SMALLINT NOT NULL, skymap TEXT
  NOT NULL, tract BIGINT NOT NULL, skypix_index BIGINT NOT NULL, PRIMARY KEY (skypix_system, skypix_level, skymap,
  tract, skypix_index), FOREIGN KEY (skypix_system, skypix_level, skymap) REFERENCES tract_skypix_overlap_summary
  (skypix_system, skypix_level, skymap) ON DELETE CASCADE, FOREIGN KEY (skymap) REFERENCES skymap (name), FOREIGN
  KEY (skymap, tract) REFERENCES tract (skymap, id));
CREATE TABLE exposure (instrument VARCHAR(32) NOT NULL, id BIGINT NOT NULL, day_obs BIGINT NOT NULL, "group" TEXT
  NOT NULL, physical_filter VARCHAR(32) NOT NULL, obs_id TEXT, exposure_time FLOAT, dark_time FLOAT,
  observation_type VARCHAR(16), observation_reason TEXT, seq_num BIGINT, seq_start BIGINT, seq_end BIGINT,
  target_name TEXT, science_program TEXT, tracking_ra FLOAT, tracking_dec FLOAT, sky_angle FLOAT, azimuth FLOAT,
  zenith_angle FLOAT, has_simulated BOOLEAN, can_see_sky BOOLEAN, timespan_begin BIGINT, timespan_end BIGINT,
  PRIMARY KEY (instrument, id), UNIQUE (instrument, obs_id), FOREIGN KEY (instrument) REFERENCES instrument (name),
  FOREIGN KEY (instrument, day_obs) REFERENCES day_obs (instrument, id), FOREIGN KEY (instrument, "group")
  REFERENCES "group" (instrument, name), FOREIGN KEY (instrument, physical_filter) REFERENCES physical_filter
  (instrument, name));
CREATE TABLE patch (skymap TEXT NOT NULL, tract BIGINT NOT NULL, id BIGINT NOT NULL, cell_x BIGINT, cell_y BIGINT,
  region TEXT, PRIMARY KEY (skymap, tract, id), FOREIGN KEY (skymap) REFERENCES skymap (name), FOREIGN KEY (skymap,
  tract) REFERENCES tract (skymap, id));
CREATE TABLE visit (instrument VARCHAR(32) NOT NULL, id BIGINT NOT NULL, day_obs BIGINT NOT NULL, physical_filter
  VARCHAR(32) NOT NULL, name TEXT, seq_num BIGINT, exposure_time FLOAT, target_name TEXT, observation_reason TEXT,
  science_program TEXT, azimuth FLOAT, zenith_angle FLOAT, region TEXT, timespan_begin BIGINT, timespan_end BIGINT,
  PRIMARY KEY (instrument, id), UNIQUE (instrument, name), FOREIGN KEY (instrument) REFERENCES instrument (name),
  FOREIGN KEY (instrument, day_obs) REFERENCES day_obs (instrument, id), FOREIGN KEY (instrument, physical_filter)
  REFERENCES physical_filter (instrument, name));
CREATE TABLE dataset (id CHAR(32) NOT NULL, dataset_type_id BIGINT NOT NULL, ingest_date BIGINT NOT NULL, run_id
  BIGINT NOT NULL, PRIMARY KEY (id), FOREIGN KEY (dataset_type_id) REFERENCES dataset_type (id), FOREIGN KEY
  (run_id) REFERENCES run (collection_id) ON DELETE CASCADE);
CREATE TABLE patch_skypix_overlap (skypix_system VARCHAR(16) NOT NULL, skypix_level SMALLINT NOT NULL, skymap TEXT
  NOT NULL, tract BIGINT NOT NULL, patch BIGINT NOT NULL, skypix_index BIGINT NOT NULL, PRIMARY KEY (skypix_system,
  skypix_level, skymap, tract, patch, skypix_index), FOREIGN KEY (skypix_system, skypix_level, skymap) REFERENCES
  patch_skypix_overlap_summary (skypix_system, skypix_level, skymap) ON DELETE CASCADE, FOREIGN KEY (skymap)
  REFERENCES skymap (name), FOREIGN KEY (skymap, tract) REFERENCES tract (skymap, id), FOREIGN KEY (skymap, tract,
  patch) REFERENCES patch (skymap, tract, id));
CREATE TABLE visit_skypix_overlap (skypix_system VARCHAR(16) NOT NULL, skypix_level SMALLINT NOT NULL, instrument
  VARCHAR(32) NOT NULL, visit BIGINT NOT NULL, skypix_index BIGINT NOT NULL, PRIMARY KEY (skypix_system,
  skypix_level, instrument, visit, skypix_index), FOREIGN KEY (skypix_system, skypix_level, instrument) REFERENCES
  visit_skypix_overlap_summary (skypix_system, skypix_level, instrument) ON DELETE CASCADE, FOREIGN KEY (instrument)
  REFERENCES instrument (name), FOREIGN KEY (instrument, visit) REFERENCES visit (instrument, id));
CREATE TABLE visit_definition (instrument VARCHAR(32) NOT NULL, exposure BIGINT NOT NULL, visit BIGINT NOT NULL,
  PRIMARY KEY (instrument, exposure, visit), FOREIGN KEY (instrument) REFERENCES instrument (name), FOREIGN KEY
  (instrument, exposure) REFERENCES exposure (instrument, id), FOREIGN KEY (instrument, visit) REFERENCES visit
  (instrument, id));
CREATE TABLE visit_detector_region (instrument VARCHAR(32) NOT NULL, detector BIGINT NOT NULL, visit BIGINT NOT
  NULL, region TEXT, PRIMARY KEY (instrument, detector, visit), FOREIGN KEY (instrument) REFERENCES instrument
  (name), FOREIGN KEY (instrument, detector) REFERENCES detector (instrument, id), FOREIGN KEY (instrument, visit)
  REFERENCES visit (instrument, id));
CREATE TABLE visit_detector_region_skypix_overlap (skypix_system VARCHAR(16) NOT NULL, skypix_level SMALLINT NOT
  NULL, instrument VARCHAR(32) NOT NULL, detector BIGINT NOT NULL, visit BIGINT NOT NULL, skypix_index BIGINT NOT
  NULL, PRIMARY KEY (skypix_system, skypix_level, instrument, detector, visit, skypix_index), FOREIGN KEY
  (skypix_system, skypix_level, instrument) REFERENCES visit_detector_region_skypix_overlap_summary (skypix_system,
  skypix_level, instrument) ON DELETE CASCADE, FOREIGN KEY (instrument) REFERENCES instrument (name), FOREIGN KEY
  (instrument, detector) REFERENCES detector (instrument, id), FOREIGN KEY (instrument, visit) REFERENCES visit
  (instrument, id));
CREATE TABLE visit_system_membership (instrument VARCHAR(32) NOT NULL, visit_system BIGINT NOT NULL, visit BIGINT
  NOT NULL, PRIMARY KEY (instrument, visit_system, visit), FOREIGN KEY (instrument) REFERENCES instrument (name),
  FOREIGN KEY (instrument, visit_system) REFERENCES visit_system (instrument, id), FOREIGN KEY (instrument, visit)
  REFERENCES visit (instrument, id));
CREATE TABLE tract_visit_overlap (skymap TEXT NOT NULL, instrument VARCHAR(32) NOT NULL, tract BIGINT NOT NULL,
  visit BIGINT NOT NULL, PRIMARY KEY (skymap, instrument, tract, visit), FOREIGN KEY (skymap) REFERENCES skymap
  (name), FOREIGN KEY (instrument) REFERENCES instrument (name), FOREIGN KEY (skymap, tract) REFERENCES tract
  (skymap, id), FOREIGN KEY (instrument, visit) REFERENCES visit (instrument, id));
CREATE TABLE tract_visit_detector_region_overlap (skymap TEXT NOT NULL, instrument VARCHAR(32) NOT NULL, tract
  BIGINT NOT NULL, detector BIGINT NOT NULL, visit BIGINT NOT NULL, PRIMARY KEY (skymap, instrument, tract,
  detector, visit), FOREIGN KEY (skymap) REFERENCES skymap (name), FOREIGN KEY (instrument) REFERENCES instrument
  (name), FOREIGN KEY (skymap, tract) REFERENCES tract (skymap, id), FOREIGN KEY (instrument, detector) REFERENCES
  detector (instrument, id), FOREIGN KEY (instrument, visit) REFERENCES visit (instrument, id));
CREATE TABLE patch_visit_overlap (skymap TEXT NOT NULL, instrument VARCHAR(32) NOT NULL, tract BIGINT NOT NULL,
  patch BIGINT NOT NULL, visit BIGINT NOT NULL, PRIMARY KEY (skymap, instrument, tract, patch, visit), FOREIGN KEY
  (skymap) REFERENCES skymap (name), FOREIGN KEY (instrument) REFERENCES instrument (name), FOREIGN KEY (skymap,
  tract) REFERENCES tract (skymap, id), FOREIGN KEY (skymap, tract, patch) REFERENCES patch (skymap, tract, id),
  FOREIGN KEY (instrument, visit) REFERENCES visit (instrument, id));
CREATE TABLE patch_visit_detector_region_overlap (skymap TEXT NOT NULL, instrument VARCHAR(32) NOT NULL, tract
  BIGINT NOT NULL, patch BIGINT NOT NULL, detector BIGINT NOT NULL, visit BIGINT NOT NULL, PRIMARY KEY (skymap,
  instrument, tract, patch, detector, visit), FOREIGN KEY (skymap) REFERENCES skymap (name), FOREIGN KEY
  (instrument) REFERENCES instrument (name), FOREIGN KEY (skymap, tract) REFERENCES tract (skymap, id), FOREIGN KEY
  (skymap, tract, patch) REFERENCES patch (skymap, tract, id), FOREIGN KEY (instrument, detector) REFERENCES
  detector (instrument, id), FOREIGN KEY (instrument, visit) REFERENCES visit (instrument, id));
CREATE TABLE dataset_location (datastore_name TEXT NOT NULL, dataset_id CHAR(32) NOT NULL, PRIMARY KEY
  (datastore_name, dataset_id), FOREIGN KEY (dataset_id) REFERENCES dataset (id));
`;

/** Columns of dimensions in the tables of datasets, and the records that they name. */
const DIMENSIONS = {
  band: 'band VARCHAR(32) NOT NULL',
  instrument: 'instrument VARCHAR(32) NOT NULL',
  skymap: 'skymap TEXT NOT NULL',
  detector: 'detector BIGINT NOT NULL',
  physical_filter: 'physical_filter VARCHAR(32) NOT NULL',
  tract: 'tract BIGINT NOT NULL',
  patch: 'patch BIGINT NOT NULL',
  exposure: 'exposure BIGINT NOT NULL',
  visit: 'visit BIGINT NOT NULL',
} as const;
export type Dimension = keyof typeof DIMENSIONS;

const RECORDS: Partial<Record<Dimension, string>> = {
  instrument: '(instrument) REFERENCES instrument (name)',
  skymap: '(skymap) REFERENCES skymap (name)',
  detector: '(instrument, detector) REFERENCES detector (instrument, id)',
  physical_filter: '(instrument, physical_filter) REFERENCES physical_filter (instrument, name)',
  tract: '(skymap, tract) REFERENCES tract (skymap, id)',
  patch: '(skymap, tract, patch) REFERENCES patch (skymap, tract, id)',
  exposure: '(instrument, exposure) REFERENCES exposure (instrument, id)',
  visit: '(instrument, visit) REFERENCES visit (instrument, id)',
};

const GOVERNORS: readonly Dimension[] = ['instrument', 'skymap'];

const LINKS = (dimensions: readonly Dimension[]): readonly string[] => [
  'FOREIGN KEY (dataset_type_id) REFERENCES dataset_type (id)',
  'FOREIGN KEY (dataset_id) REFERENCES dataset (id) ON DELETE CASCADE',
  'FOREIGN KEY (collection_id) REFERENCES collection (collection_id) ON DELETE CASCADE',
  'FOREIGN KEY (collection_id, dataset_type_id) REFERENCES collection_summary_dataset_type (collection_id, dataset_type_id)',
  ...dimensions.flatMap((name) => {
    const record = RECORDS[name];
    const summary = `FOREIGN KEY (collection_id, ${name}) REFERENCES collection_summary_${name} (collection_id, ${name})`;
    return [
      ...(record === undefined ? [] : [`FOREIGN KEY ${record}`]),
      ...(GOVERNORS.includes(name) ? [summary] : []),
    ];
  }),
];

const numbered = (kind: string, id: number) => `dataset_${kind}_${String(id).padStart(8, '0')}`;

/** Which datasets of a group of dimensions are in which run or tagged collection. */
export const tagsTable = (id: number): string => numbered('tags', id);
/** Which are in which calibration collection, and when they hold. */
export const calibsTable = (id: number): string => numbered('calibs', id);

const DATASET = [
  'dataset_type_id BIGINT NOT NULL',
  'dataset_id CHAR(32) NOT NULL',
  'collection_id BIGINT NOT NULL',
];

export function createTags(id: number, dimensions: readonly Dimension[]): string {
  const parts = [
    ...DATASET,
    ...dimensions.map((name) => DIMENSIONS[name]),
    'PRIMARY KEY (dataset_id, collection_id)',
    `UNIQUE (dataset_type_id, collection_id, ${dimensions.join(', ')})`,
    ...LINKS(dimensions),
  ];
  return `CREATE TABLE ${tagsTable(id)} (${parts.join(', ')});`;
}

export function createCalibs(id: number, dimensions: readonly Dimension[]): string {
  const parts = [
    'id INTEGER NOT NULL',
    ...DATASET,
    ...dimensions.map((name) => DIMENSIONS[name]),
    'timespan_begin BIGINT DEFAULT 0 NOT NULL',
    'timespan_end BIGINT DEFAULT 4102444800000000000 NOT NULL',
    'PRIMARY KEY (id)',
    ...LINKS(dimensions),
  ];
  return `CREATE TABLE ${calibsTable(id)} (${parts.join(', ')});`;
}

/** The file datastore's own table. */
export const FILE_RECORDS = `CREATE TABLE file_datastore_records (dataset_id CHAR(32) NOT NULL, path TEXT NOT NULL,
  formatter TEXT NOT NULL, storage_class TEXT NOT NULL, component VARCHAR(32) NOT NULL, checksum TEXT, file_size BIGINT,
  PRIMARY KEY (dataset_id, component));`;
