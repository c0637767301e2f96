/** The parameters of mosaics, declared once. */
import type { DatasetKey } from '../base/dataset-id.ts';
import type { Interval } from './numbers.ts';
import { oneOf, type Parameter } from './parameter.ts';
import { sodaParameters } from './soda-parameters.ts';
import { stackParameters } from './stack-parameters.ts';

const details = ['Image', 'MaskedImage'] as const;
const missings = ['skip', 'fail'] as const;
const switches = ['true', 'false'] as const;

export type MosaicDetail = (typeof details)[number];
export type Missing = (typeof missings)[number];

const word = { datatype: 'char', arraysize: '*', multiplicity: 'optional', maxLength: 64 } as const;

const id: Parameter<DatasetKey> = {
  ...sodaParameters.id,
  multiplicity: 'many',
  description: `${sodaParameters.id.description} Repeat it for several; only these datasets are joined.`,
};

const time: Parameter<Interval> = {
  ...stackParameters.time,
  description:
    'Time interval in MJD, UTC; repeat it for several. Only exposures that overlap one are joined.',
};

const detail: Parameter<MosaicDetail> = {
  ...sodaParameters.cutoutDetail,
  values: details,
  description: 'Image: the pixels alone. MaskedImage: image, mask and variance.',
  parse: oneOf('CUTOUTDETAIL', details),
};

const index: Parameter<(typeof switches)[number]> = {
  name: 'INDEX',
  ...word,
  values: switches,
  default: 'false',
  description: 'true: a further plane, OWNER, says of each pixel which row of PROVENANCE it came from.',
  example: 'true',
  parse: oneOf('INDEX', switches),
};

const missing: Parameter<Missing> = {
  name: 'MISSING',
  ...word,
  values: missings,
  default: 'skip',
  description:
    'What to do about inputs that cannot be read: skip leaves their pixels without data and says so in STATUS, fail ends the request.',
  example: 'fail',
  parse: oneOf('MISSING', missings),
};

const plan: Parameter<(typeof switches)[number]> = {
  name: 'PLAN',
  ...word,
  values: switches,
  default: 'false',
  description: 'true: instead of pixels what the request would do and cost, as JSON, with the limits.',
  example: 'true',
  parse: oneOf('PLAN', switches),
};

export const mosaicParameters = {
  id,
  circle: sodaParameters.circle,
  polygon: sodaParameters.polygon,
  pos: sodaParameters.pos,
  collection: stackParameters.collection,
  subtype: {
    ...stackParameters.subtype,
    description:
      'Dataset type (deep_coadd or lsst.deep_coadd). Default: the coadds, which must then be of one type.',
    example: 'deep_coadd',
  },
  band: {
    ...stackParameters.band,
    description:
      'Name of a band (r), or a wavelength interval in metres (551e-9 689e-9). A mosaic is of one band.',
  },
  time,
  detail,
  unit: {
    ...stackParameters.unit,
    description:
      'Unit of the pixels: native (all inputs must have the same), or nJy (scaled by the calibration).',
  },
  index,
  missing,
  compress: sodaParameters.compress,
  quantize: sodaParameters.quantize,
  responseFormat: sodaParameters.responseFormat,
  plan,
  runId: sodaParameters.runId,
} as const;

/** In the order documents list them. */
export const mosaicList: readonly Parameter<unknown>[] = Object.values(mosaicParameters);
