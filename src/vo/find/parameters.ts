/** What datasets are looked for by, declared once. Names are those of SIA 2.0 where it has them. */
import type { Stencil } from '../../base/sky.ts';
import * as selection from '../common/selection-parameters.ts';
import { interval, plainText, wholeNumber } from '../dali/declare.ts';
import type { Interval } from '../dali/numbers.ts';
import type { Parameter } from '../dali/parameter.ts';
import * as sky from '../dali/sky-parameters.ts';

const text = { datatype: 'char', arraysize: '*', maxLength: 256 } as const;
const again = { multiplicity: 'many' } as const;

/** A region is one of several: datasets in any of them are found. */
const pos: Parameter<Stencil> = {
  ...sky.pos,
  ...again,
  description:
    'CIRCLE lon lat radius, RANGE lon1 lon2 lat1 lat2 or POLYGON lon lat ..., ICRS degrees; can be repeated. Datasets that overlap one of them are found.',
};

const words = (name: string, description: string, example: string, ucd?: string): Parameter<string> => ({
  name,
  ...(ucd !== undefined && { ucd }),
  ...{ ...text, ...again },
  description: `${description}; can be repeated.`,
  example,
  parse: (value) => plainText(name, value),
});

const numbers = (name: string, description: string, example: string, ucd: string): Parameter<number> => ({
  name,
  ucd,
  ...{ datatype: 'double', maxLength: 64, ...again },
  description: `${description}; can be repeated.`,
  example,
  parse: (value) => wholeNumber(name, value, 0, Number.MAX_SAFE_INTEGER),
});

const range = (
  name: string,
  unit: string,
  words: string,
  description: string,
  example: string,
  ucd: string,
) =>
  ({
    ...interval({ name, ucd, unit, description: `${description}; can be repeated.`, example }, words),
    ...again,
  }) satisfies Parameter<Interval>;

export const findParameters = {
  pos,
  collection: {
    ...selection.collection,
    description: 'Release label or obs_collection. Default: all collections.',
  },
  subtype: {
    ...selection.subtype,
    description:
      'Dataset type (visit_image or lsst.visit_image); can be repeated. Default: datasets of all types.',
  },
  band: {
    ...selection.band,
    description:
      'Name of a band (r) or of a filter as the files name it (r_57), or a wavelength interval in metres (551e-9 689e-9), for cubes that of their spectral axis; can be repeated.',
  },
  time: {
    ...selection.time,
    description: 'Time interval in MJD, UTC; can be repeated. Datasets that overlap one of them are found.',
  },
  id: selection.ids('only these datasets are looked at'),
  visit: numbers('VISIT', 'Visit', '2026021100003', 'meta.id;obs'),
  detector: numbers('DETECTOR', 'Detector', '94', 'meta.id;instr.det'),
  tract: numbers('TRACT', 'Tract of a skymap', '9813', 'meta.id'),
  patch: numbers('PATCH', 'Patch of the tract', '40', 'meta.id'),
  instrument: words('INSTRUMENT', 'Instrument', 'LSSTCam', 'meta.id;instr'),
  target: words('TARGET', 'Name of the target, as the files have it', 'COSMOS', 'meta.id;src'),
  calib: numbers('CALIB', 'Calibration level: 1 raw, 2 calibrated, 3 combined', '2', 'meta.code;obs.calib'),
  exptime: range(
    'EXPTIME',
    's',
    'seconds',
    'Interval of exposure times in seconds',
    '15 60',
    'time.duration;obs.exposure',
  ),
  spatres: range(
    'SPATRES',
    'arcsec',
    'arc seconds',
    'Interval of spatial resolutions in arc seconds: the FWHM of the PSF (seeing)',
    '0 0.8',
    'pos.angResolution',
  ),
  maxRec: {
    name: 'MAXREC',
    ...({ datatype: 'double', multiplicity: 'optional', maxLength: 64 } as const),
    description: 'Maximum number of rows.',
    example: '100',
    parse: (value: string) => wholeNumber('MAXREC', value, 0, 999_999_999),
  },
} as const;

/** In the order documents list them. */
export const findList: readonly Parameter<unknown>[] = Object.values(findParameters);
