/** Which datasets of the archive a request is of: parameters that services share. */
import type { DatasetKey } from '../../base/dataset-id.ts';
import { MOST_CHARACTERS, parseCondition } from '../adql/parse.ts';
import { plainText } from '../dali/declare.ts';
import type { Interval } from '../dali/numbers.ts';
import type { Parameter } from '../dali/parameter.ts';
import * as standard from '../dali/standard-parameters.ts';

const text = { datatype: 'char', arraysize: '*' } as const;

export const collection: Parameter<string> = {
  name: 'COLLECTION',
  ucd: 'meta.id',
  ...{ ...text, multiplicity: 'optional', maxLength: 256 },
  description:
    'Release label or obs_collection. Required if the archive has more than one, unless ID is given.',
  example: 'dp1',
  parse: (value) => plainText('COLLECTION', value),
};

export const subtype: Parameter<string> = {
  name: 'DPSUBTYPE',
  ucd: 'meta.id',
  ...{ ...text, multiplicity: 'many', maxLength: 128 },
  description:
    "Dataset type (visit_image or lsst.visit_image); can be repeated. Default: the release's single-epoch calibrated type, its lossy variant first. Coadds, raws and difference images must be named.",
  example: 'visit_image',
  parse: (value) => plainText('DPSUBTYPE', value).replace(/^lsst\./, ''),
};

export const band: Parameter<standard.BandChoice> = {
  name: 'BAND',
  ucd: 'instr.bandpass',
  ...{ ...text, multiplicity: 'many', maxLength: 256 },
  description:
    'Name of a band (r) or of a filter as the files name it (r_57), or a wavelength interval in metres (551e-9 689e-9); can be repeated. Observations in any of them are returned.',
  example: 'r',
  parse: standard.parseBand,
};

export const time: Parameter<Interval> = {
  ...standard.time,
  multiplicity: 'many',
  description: 'Time interval in MJD, UTC; can be repeated. Exposures that overlap one of them are returned.',
};

/** `what`: what follows for the datasets that are named. */
export const ids = (what: string): Parameter<DatasetKey> => ({
  ...standard.id,
  multiplicity: 'many',
  description: `${standard.id.description} Can be repeated; ${what}.`,
});

/** A condition that is read when the request is, and understood when the columns are known. */
export const where: Parameter<string> = {
  name: 'WHERE',
  ...{ ...text, multiplicity: 'optional', maxLength: MOST_CHARACTERS },
  description:
    'Search condition in ADQL 2.1 on the columns of datasets: comparisons, BETWEEN, IN, LIKE, ILIKE, IS NULL, AND, OR, NOT, arithmetic and functions.',
  example: "s_resolution < 0.8 AND lsst_filter LIKE 'r%'",
  parse: (value) => {
    parseCondition(value, 'WHERE');
    return value;
  },
};

/** For services that take all there is where nothing is said. `happens`: what datasets that meet a parameter do, such as `count`. */
export const openSelection = (happens: string) => ({
  collection: { ...collection, description: 'Release label or obs_collection. Default: all collections.' },
  subtype: {
    ...subtype,
    description:
      'Dataset type (visit_image or lsst.visit_image); can be repeated. Default: datasets of all types.',
  },
  band: {
    ...band,
    description: `Name of a band (r) or of a filter as the files name it (r_57), or a wavelength interval in metres (551e-9 689e-9); can be repeated. Datasets in any of them ${happens}.`,
  },
  time: {
    ...time,
    description: `Time interval in MJD, UTC; can be repeated. Datasets that overlap one of them ${happens}.`,
  },
  id: ids(`only these datasets ${happens}`),
  where,
});
