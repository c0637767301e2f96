/** What datasets are looked for by, declared once. Names are those of SIA 2.0 where it has them. */
import type { Stencil } from '../../base/sky.ts';
import { openSelection } from '../common/selection-parameters.ts';
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

const open = openSelection('are found');

export const findParameters = {
  pos,
  ...open,
  band: {
    ...open.band,
    description: `${open.band.description} Of cubes, wavelengths are those of their spectral axis.`,
  },
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
