/** The parameters of mosaics, declared once. */
import type { DatasetKey } from '../../base/dataset-id.ts';
import { colourParameters } from '../common/colour-parameters.ts';
import { compress, quantize } from '../common/compression.ts';
import { pixelUnit, planesDetail } from '../common/pixel-parameters.ts';
import { pixelScale, resample } from '../common/resample-parameters.ts';
import * as selection from '../common/selection-parameters.ts';
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
    'Time interval in MJD, UTC; repeat it for several. Only exposures that overlap one are joined.',
};

const index: Defaulted<boolean> = flag({
  name: 'INDEX',
  description: 'true: a further plane, OWNER, says of each pixel which row of PROVENANCE it came from.',
  example: 'true',
});

const missing: Defaulted<Missing> = choice({
  name: 'MISSING',
  values: missings,
  default: 'skip',
  description:
    'What to do about inputs that cannot be read: skip leaves their pixels without data and says so in STATUS, fail ends the request.',
  example: 'fail',
});

const combine: Parameter<Combination> = choice({
  name: 'COMBINE',
  values: combinations,
  description:
    'Every pixel out of all images that have something there, of one visit or many, instead of the owner alone: the first (earliest), their mean, their mean weighted by inverse variance, their median, or the weighted mean without what stands out (clipped).',
  example: 'clipped',
});

const background: Defaulted<Background> = choice({
  name: 'BACKGROUND',
  values: backgrounds,
  default: 'none',
  description:
    'match: a constant is added to every image so that they agree where they overlap, by least squares; OFFSET in PROVENANCE says it.',
  example: 'match',
});

const visit: Parameter<number> = {
  name: 'VISIT',
  ucd: 'meta.id;obs',
  ...{ datatype: 'double', multiplicity: 'optional', maxLength: 64 },
  description:
    'All detectors of this visit, instead of or within a region; resampled onto one TAN image unless the grid or GEOMETRY is given.',
  example: '2026010100042',
  parse: (text) => wholeNumber('VISIT', text, 0, Number.MAX_SAFE_INTEGER),
};

const instrument: Parameter<string> = {
  name: 'INSTRUMENT',
  ucd: 'meta.id;instr',
  ...word,
  description: 'The camera of VISIT, where several have one of that number.',
  example: 'LSSTCam',
  parse: (text) => text.trim(),
};

const geometry: Defaulted<Geometry> = choice({
  name: 'GEOMETRY',
  values: geometries,
  default: 'sky',
  description:
    'detector: the pixels of the detectors of one visit as they are, moved by whole pixels and turned by quarters to where they lie in the camera. For the eye: the WCS written is approximate, and NOMERR says how.',
  example: 'detector',
});

/** wcslib's projections that need no parameters (FITS WCS paper II); others go by WCS. */
export const projections = 'TAN SIN ARC STG ZEA CAR MER CEA SFL PAR MOL AIT PCO TSC CSC QSC HPX'.split(' ');

const projection: Parameter<string> = choice({
  name: 'PROJECTION',
  values: projections,
  description:
    'Resamples all onto an image of this projection about the middle of the region, north up unless ROTATION is given. TAN with PIXSCALE or ROTATION alone.',
  example: 'TAN',
});

const rotation: Defaulted<number> = number(
  {
    name: 'ROTATION',
    ucd: 'pos.posAng',
    unit: 'deg',
    bounds: { min: -360, max: 360 },
    default: '0',
    description: 'Position angle of the upward direction of the resampled image, east of north.',
    example: '30',
  },
  'degrees',
);

const wcs: Parameter<string> = {
  name: 'WCS',
  ...word,
  maxLength: 65_536,
  description:
    'Cards of a FITS WCS (80 characters each, or lines) whose grid to resample onto; the region says which part of it. Other cards are ignored.',
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
    'A dataset whose grid to resample onto, distortions and all; the region says which part of it.',
};

const plan: Defaulted<boolean> = flag({
  name: 'PLAN',
  description: 'true: instead of pixels what the request would do and cost, as JSON, with the limits.',
  example: 'true',
});

export const mosaicParameters = {
  id: selection.ids('only these datasets are joined'),
  circle,
  polygon,
  pos,
  collection: selection.collection,
  subtype: {
    ...selection.subtype,
    description:
      'Dataset type (deep_coadd or lsst.deep_coadd). Default: the coadds, which must then be of one type.',
    example: 'deep_coadd',
  },
  band: {
    ...selection.band,
    description:
      'Name of a band (r), or a wavelength interval in metres (551e-9 689e-9). A mosaic is of one band.',
  },
  time,
  visit,
  instrument,
  detail: planesDetail,
  unit: {
    ...pixelUnit,
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
  compress,
  quantize,
  responseFormat: imageFormat,
  ...colourParameters,
  plan,
  runId,
} as const;

/** In the order documents list them. */
export const mosaicList: readonly Parameter<unknown>[] = Object.values(mosaicParameters);
