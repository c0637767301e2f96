/** The parameters of mosaics, declared once. */
import type { DatasetKey } from '../../base/dataset-id.ts';
import { colourParameters } from '../common/colour-parameters.ts';
import { numberBetween, pixelScale, resample } from '../common/resample-parameters.ts';
import type { Interval } from '../dali/numbers.ts';
import { badValue, oneOf, type Parameter } from '../dali/parameter.ts';
import { sodaParameters } from '../soda/parameters.ts';
import { stackParameters } from '../stack/parameters.ts';

const details = ['Image', 'MaskedImage'] as const;
const missings = ['skip', 'fail'] as const;
const combinations = ['first', 'mean', 'weighted', 'median', 'clipped'] as const;
const backgrounds = ['none', 'match'] as const;
const geometries = ['sky', 'detector'] as const;
const switches = ['true', 'false'] as const;

export type MosaicDetail = (typeof details)[number];
export type Missing = (typeof missings)[number];
export type Combination = (typeof combinations)[number];
export type Background = (typeof backgrounds)[number];
export type Geometry = (typeof geometries)[number];

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

const combine: Parameter<Combination> = {
  name: 'COMBINE',
  ...word,
  values: combinations,
  description:
    'Every pixel out of all images that have something there, of one visit or many, instead of the owner alone: the first (earliest), their mean, their mean weighted by inverse variance, their median, or the weighted mean without what stands out (clipped).',
  example: 'clipped',
  parse: oneOf('COMBINE', combinations),
};

const background: Parameter<Background> = {
  name: 'BACKGROUND',
  ...word,
  values: backgrounds,
  default: 'none',
  description:
    'match: a constant is added to every image so that they agree where they overlap, by least squares; OFFSET in PROVENANCE says it.',
  example: 'match',
  parse: oneOf('BACKGROUND', backgrounds),
};

const visit: Parameter<number> = {
  name: 'VISIT',
  ucd: 'meta.id;obs',
  ...{ datatype: 'double', multiplicity: 'optional', maxLength: 64 },
  description:
    'All detectors of this visit, instead of or within a region; resampled onto one TAN image unless the grid or GEOMETRY is given.',
  example: '2026010100042',
  parse: (text) => {
    const value = /^\s*\d{1,16}\s*$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value)) throw badValue('VISIT', text, 'the whole number of a visit is right');
    return value;
  },
};

const instrument: Parameter<string> = {
  name: 'INSTRUMENT',
  ucd: 'meta.id;instr',
  ...word,
  description: 'The camera of VISIT, where several have one of that number.',
  example: 'LSSTCam',
  parse: (text) => text.trim(),
};

const geometry: Parameter<Geometry> = {
  name: 'GEOMETRY',
  ...word,
  values: geometries,
  default: 'sky',
  description:
    'detector: the pixels of the detectors of one visit as they are, moved by whole pixels and turned by quarters to where they lie in the camera. For the eye: the WCS written is approximate, and NOMERR says how.',
  example: 'detector',
  parse: oneOf('GEOMETRY', geometries),
};

/** wcslib's projections that need no parameters (FITS WCS paper II); others go by WCS. */
export const projections = 'TAN SIN ARC STG ZEA CAR MER CEA SFL PAR MOL AIT PCO TSC CSC QSC HPX'.split(' ');

const projection: Parameter<string> = {
  name: 'PROJECTION',
  ...word,
  values: projections,
  description:
    'Resamples all onto an image of this projection about the middle of the region, north up unless ROTATION is given. TAN with PIXSCALE or ROTATION alone.',
  example: 'TAN',
  parse: oneOf('PROJECTION', projections),
};

const rotation: Parameter<number> = {
  name: 'ROTATION',
  ucd: 'pos.posAng',
  unit: 'deg',
  ...{ datatype: 'double', multiplicity: 'optional', maxLength: 64 },
  bounds: { min: -360, max: 360 },
  default: '0',
  description: 'Position angle of the upward direction of the resampled image, east of north.',
  example: '30',
  parse: (text) => numberBetween('ROTATION', text, 'degrees', -360, 360),
};

const wcs: Parameter<string> = {
  name: 'WCS',
  ...word,
  maxLength: 65_536,
  description:
    'Cards of a FITS WCS (80 characters each, or lines) whose grid to resample onto; the region says which part of it. Other cards are ignored.',
  example: "CTYPE1  = 'RA---SIN'",
  parse: (text) => {
    if (/[^\x20-\x7e\r\n]/.test(text))
      throw badValue('WCS', text, 'printable ASCII is right, as in a FITS header');
    const lines = /[\r\n]/.test(text) ? text.split(/\r?\n|\r/) : (text.match(/.{1,80}/g) ?? []);
    return lines.map((line) => line.trimEnd()).join('\n');
  },
};

const align: Parameter<DatasetKey> = {
  ...sodaParameters.id,
  name: 'ALIGN',
  multiplicity: 'optional',
  description:
    'A dataset whose grid to resample onto, distortions and all; the region says which part of it.',
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
  visit,
  instrument,
  detail,
  unit: {
    ...stackParameters.unit,
    description:
      'Unit of the pixels: native (all inputs must have the same), or nJy (scaled by the calibration). With COMBINE nJy is the default where all inputs are calibrated.',
  },
  combine,
  background,
  geometry,
  index,
  projection,
  pixelScale,
  rotation,
  wcs,
  align,
  resample,
  missing,
  compress: sodaParameters.compress,
  quantize: sodaParameters.quantize,
  responseFormat: sodaParameters.responseFormat,
  ...colourParameters,
  plan,
  runId: sodaParameters.runId,
} as const;

/** In the order documents list them. */
export const mosaicList: readonly Parameter<unknown>[] = Object.values(mosaicParameters);
