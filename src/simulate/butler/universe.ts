/** The dimensions of a Butler repository: `daf_butler`'s universe 8, of 2025, as a registry keeps it in its attribute config:dimensions.json. */

const RECORDS = 'lsst.daf.butler.registry.dimensions';
const TABLE = { cls: `${RECORDS}.table.TableDimensionRecordStorage` };
const GOVERNOR = {
  governor: true,
  storage: { cls: `${RECORDS}.governor.BasicGovernorDimensionRecordStorage` },
};
const cached = (nested: object) => ({
  storage: { cls: `${RECORDS}.caching.CachingDimensionRecordStorage`, nested },
});
const BAND = { cls: `${RECORDS}.query.QueryDimensionRecordStorage`, view_of: 'physical_filter' };

const int = (name: string) => ({ name, type: 'int' });
const float = (name: string) => ({ name, type: 'float' });
const bool = (name: string) => ({ name, type: 'bool' });
const string = (name: string, length: number) => ({ name, type: 'string', length });

const ofTable = { storage: TABLE };
const instrument = { requires: ['instrument'] };

const ELEMENTS = {
  instrument: {
    keys: [string('name', 32)],
    metadata: [
      ...['visit_max', 'visit_system', 'exposure_max', 'detector_max'].map(int),
      string('class_name', 64),
    ],
    ...GOVERNOR,
  },
  band: { keys: [string('name', 32)], ...cached(BAND) },
  physical_filter: { keys: [string('name', 32)], ...instrument, implies: ['band'], ...cached(TABLE) },
  subfilter: { keys: [int('id')], requires: ['band'], ...cached(TABLE) },
  detector: {
    keys: [int('id'), string('full_name', 32)],
    ...instrument,
    metadata: [string('name_in_raft', 32), string('raft', 32), string('purpose', 32)],
    ...cached(TABLE),
  },
  group: { keys: [string('name', 64)], ...instrument, ...ofTable },
  day_obs: { keys: [int('id')], ...instrument, ...ofTable },
  visit: {
    keys: [int('id'), string('name', 64)],
    ...instrument,
    implies: ['physical_filter', 'day_obs'],
    metadata: [
      ...[int('seq_num'), float('exposure_time'), string('target_name', 64)],
      ...[string('observation_reason', 68), string('science_program', 64)],
      ...[float('azimuth'), float('zenith_angle')],
    ],
    ...ofTable,
  },
  exposure: {
    keys: [int('id'), string('obs_id', 64)],
    ...instrument,
    implies: ['physical_filter', 'group', 'day_obs'],
    metadata: [
      ...[float('exposure_time'), float('dark_time')],
      ...[string('observation_type', 16), string('observation_reason', 68)],
      ...['seq_num', 'seq_start', 'seq_end'].map(int),
      ...[string('target_name', 64), string('science_program', 64)],
      ...['tracking_ra', 'tracking_dec', 'sky_angle', 'azimuth', 'zenith_angle'].map(float),
      ...['has_simulated', 'can_see_sky'].map(bool),
    ],
    ...ofTable,
  },
  skymap: {
    keys: [string('name', 64), { name: 'hash', type: 'hash', nbytes: 40 }],
    metadata: ['tract_max', 'patch_nx_max', 'patch_ny_max'].map(int),
    ...GOVERNOR,
  },
  tract: { keys: [int('id')], requires: ['skymap'], ...ofTable },
  patch: {
    keys: [int('id')],
    requires: ['skymap', 'tract'],
    metadata: ['cell_x', 'cell_y'].map((name) => ({ ...int(name), nullable: false })),
    ...ofTable,
  },
  visit_detector_region: { requires: ['visit', 'detector'], populated_by: 'visit', ...ofTable },
  visit_system: { keys: [int('id'), string('name', 32)], ...instrument, ...cached(TABLE) },
  visit_definition: {
    requires: ['exposure', 'visit'],
    populated_by: 'visit',
    always_join: true,
    ...ofTable,
  },
  visit_system_membership: {
    requires: ['visit', 'visit_system'],
    populated_by: 'visit',
    always_join: true,
    ...ofTable,
  },
  ssp_hypothesis_table: { keys: [string('name', 64)], ...ofTable },
  ssp_hypothesis_bundle: { keys: [int('id')], requires: ['ssp_hypothesis_table'], ...ofTable },
  ssp_balanced_index: { keys: [int('id')], requires: ['ssp_hypothesis_table'], ...ofTable },
};

const packer = (fixed: string, dimensions: readonly string[], cls: string) => ({
  fixed: [fixed],
  dimensions: [fixed, ...dimensions],
  cls,
});
const OBSERVATION = 'lsst.daf.butler.instrument.ObservationDimensionPacker';
const SKY = 'lsst.skymap.packers.SkyMapDimensionPacker';

export const UNIVERSE = {
  version: 8,
  namespace: 'daf_butler',
  skypix: {
    common: 'htm7',
    htm: { class: 'lsst.sphgeom.HtmPixelization', max_level: 24 },
    healpix: { class: 'lsst.sphgeom.HealpixPixelization', max_level: 17 },
  },
  elements: ELEMENTS,
  topology: {
    spatial: {
      observation_regions: ['visit_detector_region', 'visit'],
      skymap_regions: ['patch', 'tract'],
    },
    temporal: { observation_timespans: ['exposure', 'visit', 'day_obs'] },
  },
  packers: {
    visit_detector: packer('instrument', ['visit', 'detector'], OBSERVATION),
    exposure_detector: packer('instrument', ['exposure', 'detector'], OBSERVATION),
    tract_patch: packer('skymap', ['tract', 'patch'], SKY),
    tract_patch_band: packer('skymap', ['tract', 'patch', 'band'], SKY),
  },
};

const REGISTRY = 'lsst.daf.butler.registry';

/** Classes of today's Butler that a registry's tables are for, with their versions. */
export const MANAGERS = {
  attributes: [`${REGISTRY}.attributes.DefaultButlerAttributeManager`, '1.0.1'],
  collections: [`${REGISTRY}.collections.synthIntKey.SynthIntKeyCollectionManager`, '2.0.0'],
  datasets: [
    `${REGISTRY}.datasets.byDimensions._manager.ByDimensionsDatasetRecordStorageManagerUUID`,
    '2.0.0',
  ],
  datastores: [`${REGISTRY}.bridge.monolithic.MonolithicDatastoreRegistryBridgeManager`, '0.2.1'],
  dimensions: [`${REGISTRY}.dimensions.static.StaticDimensionRecordStorageManager`, '6.0.2'],
  opaque: [`${REGISTRY}.opaque.ByNameOpaqueTableStorageManager`, '0.2.0'],
} as const;
