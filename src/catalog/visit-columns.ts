/** Columns of the tables of exposures: visits, and the detectors of each. Times are MJD in TAI, as observatories count them. */
import { always, double, doubles, long, text } from './column-kinds.ts';

const DEGREES = { unit: 'deg' } as const;
const collection = always(
  text('obs_collection', 'Name of the data collection, as in dataset', { ucd: 'meta.id' }),
);
const instrument = always(
  text('instrument', 'Instrument, as instrument_name in dataset', { ucd: 'meta.id;instr' }),
);
const visit = always(long('visit', 'Visit, as lsst_visit in dataset', { ucd: 'meta.id;obs' }));
const describedBy = text('described_by', 'Type of the dataset that says this; null: a registry says it', {
  ucd: 'meta.note',
});
const psf = (of: string) =>
  double('psf_fwhm', `FWHM of a Gaussian with the second moments of the PSF: ${of}`, {
    unit: 'arcsec',
    ucd: 'instr.obsty.seeing;stat.median',
  });
const zeroPoint = (of: string) =>
  double('zero_point', `AB magnitude of one count of the detector, before calibration of its pixels: ${of}`, {
    unit: 'mag',
    ucd: 'phot.mag;arith.zp',
  });
const skyLevel = (of: string) =>
  double('sky_level', `Sky background in sky_unit: ${of}`, { ucd: 'instr.skyLevel;stat.median' });
const skyUnit = text('sky_unit', 'Unit of sky_level, as FITS writes it', { ucd: 'meta.unit' });
const OF_DETECTORS = 'median of the detectors in visit_detector';

/** One row per visit of an instrument in a collection. */
export const VISIT_COLUMNS = [
  collection,
  instrument,
  visit,
  text('name', 'Name of the visit', { ucd: 'meta.id;obs' }),
  long('day_obs', 'Day of the observation, YYYYMMDD', { ucd: 'time.epoch;obs' }),
  long('seq_num', 'Number of the visit, or of its first exposure, within its day', { ucd: 'meta.id;obs' }),
  text('physical_filter', 'Filter, as the instrument names it', { ucd: 'instr.filter' }),
  text('band', 'Band', { ucd: 'instr.bandpass' }),
  double('ra', 'Right ascension of the boresight, ICRS', { ...DEGREES, ucd: 'pos.eq.ra' }),
  double('dec', 'Declination of the boresight, ICRS', { ...DEGREES, ucd: 'pos.eq.dec' }),
  double('rotation', "Position angle of the focal plane's +y axis, east of north", {
    ...DEGREES,
    ucd: 'pos.posAng;instr',
  }),
  double('azimuth', 'Azimuth of the boresight', { ...DEGREES, ucd: 'pos.az.azi' }),
  double('altitude', 'Altitude of the boresight', { ...DEGREES, ucd: 'pos.az.alt' }),
  double('airmass', 'Airmass at the boresight', { ucd: 'obs.airMass' }),
  double('exposure_begin', 'Start of the exposure, MJD, TAI', { unit: 'd', ucd: 'time.start;obs.exposure' }),
  double('exposure_end', 'End of the exposure, MJD, TAI', { unit: 'd', ucd: 'time.end;obs.exposure' }),
  double('exposure_time', 'Exposure time', { unit: 's', ucd: 'time.duration;obs.exposure' }),
  double('dark_time', 'Time for which charge was collected', { unit: 's', ucd: 'time.duration' }),
  double('dut1', 'UT1 - UTC at the middle of the exposure', { unit: 's', ucd: 'time;arith.diff' }),
  double('seeing', "Seeing, FWHM, by the site's monitor", { unit: 'arcsec', ucd: 'instr.obsty.seeing' }),
  psf(OF_DETECTORS),
  zeroPoint(OF_DETECTORS),
  skyLevel(`${OF_DETECTORS}, which have the same unit`),
  skyUnit,
  double('site_lon', 'Geodetic longitude of the telescope, east', { ...DEGREES, ucd: 'pos.earth.lon' }),
  double('site_lat', 'Geodetic latitude of the telescope', { ...DEGREES, ucd: 'pos.earth.lat' }),
  double('site_elevation', 'Elevation of the telescope', { unit: 'm', ucd: 'pos.earth.altitude' }),
  double('air_temperature', 'Temperature of the air outside', { unit: 'Celsius', ucd: 'phys.temperature' }),
  double('air_pressure', 'Pressure of the air outside', { unit: 'Pa', ucd: 'phys.pressure' }),
  double('humidity', 'Relative humidity outside', { unit: '%', ucd: 'obs.atmos' }),
  text('science_program', 'Program that the visit belongs to', { ucd: 'meta.id' }),
  text('target_name', 'Target, as the observatory names it', { ucd: 'meta.id;src' }),
  text('observation_type', 'Type of the observation, such as science or flat', {
    ucd: 'meta.code.class;obs',
  }),
  text('observation_reason', 'Why the scheduler or the observer made it', { ucd: 'meta.note;obs' }),
  describedBy,
] as const;

/** One row per detector of a visit. */
export const VISIT_DETECTOR_COLUMNS = [
  collection,
  instrument,
  visit,
  always(long('detector', 'Detector, as lsst_detector in dataset', { ucd: 'meta.id;instr.det' })),
  text('raft', 'Raft of the detector', { ucd: 'meta.id;instr.det' }),
  text('name', 'Name of the detector', { ucd: 'meta.id;instr.det' }),
  doubles('corners', 'Outline on the sky: lon lat of its vertices, ICRS', { ...DEGREES, ucd: 'pos.outline' }),
  text(
    'corners_origin',
    'Where corners comes from: wcs, the WCS of the image; butler, the region of a registry',
    {
      ucd: 'meta.note',
    },
  ),
  psf('median over the image'),
  zeroPoint('mean over the image'),
  skyLevel('median over the image'),
  skyUnit,
  describedBy,
] as const;
