/** Columns of ObsCore 1.1 (IVOA Recommendation 2017-05-09, tables 6 and 7), with its utypes, UCDs and units, and in its words. */
import { always, double, int, long, text } from './column-kinds.ts';

const utype = (path: string) => `obscore:${path}`;
const coverage = (axis: string, path: string) => utype(`Char.${axis}Axis.Coverage.${path}`);

/** Those that are stored, in the order of the catalog's table. */
export const OBSCORE_COLUMNS = [
  always(
    text('dataproduct_type', 'Data product (file content) primary type', {
      ucd: 'meta.code.class',
      utype: utype('ObsDataset.dataProductType'),
    }),
  ),
  text('dataproduct_subtype', 'Data product specific type', {
    ucd: 'meta.code.class',
    utype: utype('ObsDataset.dataProductSubtype'),
  }),
  always(
    int('calib_level', 'Calibration level of the observation: 0 to 4', {
      ucd: 'meta.code;obs.calib',
      utype: utype('ObsDataset.calibLevel'),
    }),
  ),
  always(
    text('obs_collection', 'Name of the data collection', {
      ucd: 'meta.id',
      utype: utype('DataID.collection'),
    }),
  ),
  always(
    text('obs_id', 'Internal ID given by the observatory', {
      ucd: 'meta.id',
      utype: utype('DataID.observationID'),
    }),
  ),
  text('obs_title', 'Brief description of the dataset', {
    ucd: 'meta.title;obs',
    utype: utype('DataID.title'),
  }),
  always(
    text('access_format', 'Content format of the dataset', {
      ucd: 'meta.code.mime',
      utype: utype('Access.format'),
    }),
  ),
  long('access_estsize', 'Estimated size of the dataset', {
    unit: 'kbyte',
    ucd: 'phys.size;meta.file',
    utype: utype('Access.size'),
  }),
  text('target_name', 'Object of interest', { ucd: 'meta.id;src', utype: utype('Target.name') }),
  double('s_ra', 'Central right ascension, ICRS', {
    unit: 'deg',
    ucd: 'pos.eq.ra',
    utype: coverage('Spatial', 'Location.Coord.Position2D.Value2.C1'),
  }),
  double('s_dec', 'Central declination, ICRS', {
    unit: 'deg',
    ucd: 'pos.eq.dec',
    utype: coverage('Spatial', 'Location.Coord.Position2D.Value2.C2'),
  }),
  double('s_fov', 'Diameter of a circle that holds the covered region', {
    unit: 'deg',
    ucd: 'phys.angSize;instr.fov',
    utype: coverage('Spatial', 'Bounds.Extent.diameter'),
  }),
  text('s_region', 'Sky region covered by the data product, ICRS', {
    ucd: 'pos.outline;obs.field',
    utype: coverage('Spatial', 'Support.Area'),
    xtype: 'adql:REGION',
  }),
  text(
    's_region_origin',
    'Where s_region comes from: wcs, the WCS of the image; butler, the region in which a Butler searches for it',
    { ucd: 'meta.note' },
  ),
  double('s_resolution', 'Spatial resolution of the data as FWHM of the PSF', {
    unit: 'arcsec',
    ucd: 'pos.angResolution',
    utype: utype('Char.SpatialAxis.Resolution.Refval.value'),
  }),
  double('s_pixel_scale', 'Sampling period in world coordinates along the spatial axes', {
    unit: 'arcsec',
    ucd: 'phys.angSize;instr.pixel',
    utype: utype('Char.SpatialAxis.Sampling.RefVal.SamplingPeriod'),
  }),
  long('s_xel1', 'Number of elements along the first spatial axis', {
    ucd: 'meta.number',
    utype: utype('Char.SpatialAxis.numBins1'),
  }),
  long('s_xel2', 'Number of elements along the second spatial axis', {
    ucd: 'meta.number',
    utype: utype('Char.SpatialAxis.numBins2'),
  }),
  double('t_min', 'Start time, MJD, UTC', {
    unit: 'd',
    ucd: 'time.start;obs.exposure',
    utype: coverage('Time', 'Bounds.Limits.StartTime'),
  }),
  double('t_max', 'Stop time, MJD, UTC', {
    unit: 'd',
    ucd: 'time.end;obs.exposure',
    utype: coverage('Time', 'Bounds.Limits.StopTime'),
  }),
  double('t_exptime', 'Total exposure time', {
    unit: 's',
    ucd: 'time.duration;obs.exposure',
    utype: coverage('Time', 'Support.Extent'),
  }),
  double('t_resolution', 'Temporal resolution', {
    unit: 's',
    ucd: 'time.resolution',
    utype: utype('Char.TimeAxis.Resolution.Refval.value'),
  }),
  long('t_xel', 'Number of elements along the time axis', {
    ucd: 'meta.number',
    utype: utype('Char.TimeAxis.numBins'),
  }),
  double('em_min', 'Start in spectral coordinates, vacuum wavelength', {
    unit: 'm',
    ucd: 'em.wl;stat.min',
    utype: coverage('Spectral', 'Bounds.Limits.LoLimit'),
  }),
  double('em_max', 'Stop in spectral coordinates, vacuum wavelength', {
    unit: 'm',
    ucd: 'em.wl;stat.max',
    utype: coverage('Spectral', 'Bounds.Limits.HiLimit'),
  }),
  double('em_res_power', 'Spectral resolving power', {
    ucd: 'spect.resolution',
    utype: utype('Char.SpectralAxis.Resolution.ResolPower.refVal'),
  }),
  long('em_xel', 'Number of elements along the spectral axis', {
    ucd: 'meta.number',
    utype: utype('Char.SpectralAxis.numBins'),
  }),
  text('o_ucd', 'UCD of the observable', { ucd: 'meta.ucd', utype: utype('Char.ObservableAxis.ucd') }),
  text('pol_states', 'List of polarization states, or null', {
    ucd: 'meta.code;phys.polarization',
    utype: utype('Char.PolarizationAxis.stateList'),
  }),
  long('pol_xel', 'Number of polarization samples', {
    ucd: 'meta.number',
    utype: utype('Char.PolarizationAxis.numBins'),
  }),
  text('facility_name', 'Name of the facility used for this observation', {
    ucd: 'meta.id;instr.tel',
    utype: utype('Provenance.ObsConfig.Facility.name'),
  }),
  text('instrument_name', 'Name of the instrument used for this observation', {
    ucd: 'meta.id;instr',
    utype: utype('Provenance.ObsConfig.Instrument.name'),
  }),
  always(
    text('data_rights', 'Public, secure or proprietary', {
      ucd: 'meta.code',
      utype: utype('Curation.rights'),
    }),
  ),
  text('obs_release_date', 'When the dataset becomes public', {
    ucd: 'time.release',
    utype: utype('Curation.releaseDate'),
    xtype: 'timestamp',
  }),
] as const;

/** Those of ObsCore that are not stored: the configuration knows the ID, the service the address. */
export const SERVED_COLUMNS = [
  always(
    text('obs_publisher_did', 'ID of the dataset, given by the publisher', {
      ucd: 'meta.ref.ivoid',
      utype: utype('Curation.publisherDID'),
    }),
  ),
  text('access_url', 'URL used to access the dataset', {
    ucd: 'meta.ref.url',
    utype: utype('Access.reference'),
  }),
] as const;
