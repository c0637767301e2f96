/** The parameters of mosaics, declared once. */
import type { DatasetKey } from '../../base/dataset-id.ts';
import { colourParameters } from '../common/colour-parameters.ts';
import { compress, quantize } from '../common/compression.ts';
import { pictureParameters } from '../common/picture-parameters.ts';
import { pixelUnit, planesDetail } from '../common/pixel-parameters.ts';
import * as position from '../common/position-parameters.ts';
import { conserve, pixelScale, positionError, resample } from '../common/resample-parameters.ts';
import * as selection from '../common/selection-parameters.ts';
import { edge, size } from '../common/size.ts';
import { choice, flag, number, wholeNumber } from '../dali/declare.ts';
import type { Interval } from '../dali/numbers.ts';
import { badValue, type Defaulted, type Parameter } from '../dali/parameter.ts';
import { imageFormat } from '../dali/response-format.ts';
import { circle, polygon, pos } from '../dali/sky-parameters.ts';
import { id, runId } from '../dali/standard-parameters.ts';

const missings = ['skip', 'fail'] as const;
const combinations = ['first', 'mean', 'weighted', 'median', 'clipped'] as const;
const backgrounds = ['none', 'match'] as const;
const geometries = ['sky', 'detector'] as const;

export type Missing = (typeof missings)[number];
export type Combination = (typeof combinations)[number];
export type Background = (typeof backgrounds)[number];
export type Geometry = (typeof geometries)[number];

const word = { datatype: 'char', arraysize: '*', multiplicity: 'optional', maxLength: 64 } as const;

const time: Parameter<Interval> = {
  ...selection.time,
  description:
    'Time interval in MJD, UTC; can be repeated. Only exposures that overlap one of them are used.',
};

const index: Defaulted<boolean> = flag({
  name: 'INDEX',
  description:
    'true: adds the plane OWNER, which gives for each pixel the row of PROVENANCE from which it comes.',
  example: 'true',
});

const missing: Defaulted<Missing> = choice({
  name: 'MISSING',
  values: missings,
  default: 'skip',
  description:
    'Inputs that cannot be read: skip leaves their pixels without data and lists them in STATUS; fail ends the request with an error.',
  example: 'fail',
});

const combine: Parameter<Combination> = choice({
  name: 'COMBINE',
  values: combinations,
  description:
    'Combines all images with data at a pixel, of one visit or many, instead of using only the owner: the first (earliest), their mean, their mean weighted by inverse variance, their median, or the weighted mean without outliers (clipped).',
  example: 'clipped',
});

const background: Defaulted<Background> = choice({
  name: 'BACKGROUND',
  values: backgrounds,
  default: 'none',
  description:
    'match: adds a constant to every image so that overlapping images agree (least squares). OFFSET in PROVENANCE gives it.',
  example: 'match',
});

const visit: Parameter<number> = {
  name: 'VISIT',
  ucd: 'meta.id;obs',
  ...{ datatype: 'double', multiplicity: 'optional', maxLength: 64 },
  description:
    'All detectors of this visit, instead of or within a region. Resampled onto one TAN image unless a grid or GEOMETRY is given.',
  example: '2026010100042',
  parse: (text) => wholeNumber('VISIT', text, 0, Number.MAX_SAFE_INTEGER),
};

const instrument: Parameter<string> = {
  name: 'INSTRUMENT',
  ucd: 'meta.id;instr',
  ...word,
  description: 'The camera of VISIT, if several cameras have a visit of that number.',
  example: 'LSSTCam',
  parse: (text) => text.trim(),
};

const geometry: Defaulted<Geometry> = choice({
  name: 'GEOMETRY',
  values: geometries,
  default: 'sky',
  description:
    'detector: camera geometry. The detectors of one visit are copied, moved by whole pixels and rotated by multiples of 90 degrees to their position in the camera. For inspection only: the WCS is approximate, and NOMERR gives its error.',
  example: 'detector',
});

/** wcslib's projections that need no parameters (FITS WCS paper II); others go by WCS. */
export const projections = 'TAN SIN ARC STG ZEA CAR MER CEA SFL PAR MOL AIT PCO TSC CSC QSC HPX'.split(' ');

const projection: Parameter<string> = choice({
  name: 'PROJECTION',
  values: projections,
  description:
    'Resamples onto an image of this projection about the centre of the region, north up unless ROTATION is given. TAN if only PIXSCALE or ROTATION is given.',
  example: 'TAN',
});

const rotation: Defaulted<number> = number(
  {
    name: 'ROTATION',
    ucd: 'pos.posAng',
    unit: 'deg',
    bounds: { min: -360, max: 360 },
    default: '0',
    description: 'Position angle of the upward direction of the resampled image, degrees east of north.',
    example: '30',
  },
  'degrees',
);

const wcs: Parameter<string> = {
  name: 'WCS',
  ...word,
  maxLength: 65_536,
  description:
    'Resamples onto the grid of these FITS WCS cards (80 characters each, or lines); the region selects the part of it. Other cards are ignored.',
  example: "CTYPE1  = 'RA---SIN'",
  parse: (text) => {
    if (/[^\x20-\x7e\r\n]/.test(text)) throw badValue('WCS', text, 'FITS header cards in printable ASCII');
    const lines = /[\r\n]/.test(text) ? text.split(/\r?\n|\r/) : (text.match(/.{1,80}/g) ?? []);
    return lines.map((line) => line.trimEnd()).join('\n');
  },
};

const align: Parameter<DatasetKey> = {
  ...id,
  name: 'ALIGN',
  multiplicity: 'optional',
  description:
    'Resamples onto the grid of this dataset, including its distortions; the region selects the part of it.',
};

const plan: Defaulted<boolean> = flag({
  name: 'PLAN',
  description:
    'true: instead of pixels, the datasets, size and estimated time of the request, with the limits, as JSON.',
  example: 'true',
});

export const mosaicParameters = {
  id: selection.ids('only these datasets are used'),
  circle,
  polygon,
  pos,
  ra: { ...position.ra, description: 'ICRS right ascension of the position, degrees. Needs DEC and SIZE.' },
  dec: position.dec,
  size,
  edge: {
    ...edge,
    description:
      'Where SIZE reaches beyond all images: pad (pixels there are NaN or NO_DATA; the default), trim (they are left out), refuse (an error).',
  },
  collection: selection.collection,
  subtype: {
    ...selection.subtype,
    description:
      'Dataset type (deep_coadd or lsst.deep_coadd). Default: the coadds, which must be of one type.',
    example: 'deep_coadd',
  },
  band: {
    ...selection.band,
    description:
      'Name of a band (r) or of a filter as the files name it (r_57), or a wavelength interval in metres (551e-9 689e-9). A mosaic has one band, unless COMBINE is given.',
  },
  time,
  visit,
  instrument,
  detail: planesDetail,
  unit: {
    ...pixelUnit,
    description:
      'Unit of the pixels: native (all inputs must have the same), or nJy (scaled by the calibration). With COMBINE the default is nJy if all inputs are calibrated.',
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
  conserve,
  positionError,
  missing,
  compress,
  quantize,
  responseFormat: imageFormat,
  ...colourParameters,
  ...pictureParameters,
  plan,
  runId,
} as const;

/** In the order documents list them. */
export const mosaicList: readonly Parameter<unknown>[] = Object.values(mosaicParameters);
