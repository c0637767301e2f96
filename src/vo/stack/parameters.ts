/** The parameters of light-curve stacks, declared once. */
import type { DatasetKey } from '../../base/dataset-id.ts';
import type { Stencil } from '../../base/sky.ts';
import type { TrackPoint } from '../../base/track-point.ts';
import { pixelScale, resample } from '../common/resample-parameters.ts';
import { type Interval, parseInterval, parseNumbers } from '../dali/numbers.ts';
import { badValue, oneOf, type Parameter } from '../dali/parameter.ts';
import { parsePos } from '../dali/stencils.ts';
import { sodaParameters } from '../soda/parameters.ts';
import { parseTrack } from './track.ts';

/** Largest side of a stamp, pixels. */
export const maxStampSide = 1024;

const stackDetails = ['Image', 'MaskedImage'] as const;
const orders = ['time', '-time', 'band'] as const;
const units = ['native', 'nJy'] as const;
const edges = ['none', 'any'] as const;
const grids = ['native', 'common'] as const;

export type StackDetail = (typeof stackDetails)[number];
export type StackOrder = (typeof orders)[number];
export type StackUnit = (typeof units)[number];
export type StackFormat = 'fits' | 'mef' | 'votable' | 'cube' | 'tpf' | 'png' | 'webp';
export type StackGrid = (typeof grids)[number];
/** A band by its name, or an interval of wavelengths in metres. */
export type BandChoice = string | Interval;

/** The media type an answer of each form has. */
export const stackMediaTypes: Readonly<Record<StackFormat, string>> = {
  fits: 'application/fits',
  mef: 'application/fits;type=mef',
  votable: 'application/x-votable+xml',
  cube: 'application/fits;type=cube',
  tpf: 'application/fits;type=tpf',
  png: 'image/png',
  webp: 'image/webp',
};

/** Forms whose stamps must lie on a common grid, and those whose stamps may. */
export const gridNeeded: readonly StackFormat[] = ['cube', 'tpf', 'webp'];
export const gridTaken: readonly StackFormat[] = [...gridNeeded, 'png'];

function parseStackFormat(text: string): StackFormat {
  const asked = text
    .trim()
    .toLowerCase()
    .replace(/\s*;\s*/, ';')
    .replaceAll('"', '');
  const known = Object.entries(stackMediaTypes) as [StackFormat, string][];
  const found = known.find(([name, type]) => asked === name || asked === type);
  if (found) return found[0];
  if (asked === 'text/xml') return 'votable';
  throw badValue(
    'RESPONSEFORMAT',
    text,
    `it is not offered; one of ${known.flat().join(', ')} is right (mef: one image HDU per plane and row)`,
  );
}

function oneNumber(name: string, text: string, min: number, max: number): number {
  const numbers = parseNumbers(name, text, `one number in degrees, such as ${name}=12.5,`);
  const [value = Number.NaN] = numbers;
  if (numbers.length !== 1) throw badValue(name, text, `${numbers.length} numbers; one is right`);
  if (!(value >= min && value <= max)) throw badValue(name, text, `a number from ${min} to ${max} is right`);
  return value;
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max))
    throw badValue(name, text, `a whole number from ${min} to ${max} is right`);
  return value;
}

function word(name: string, text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a header
  if (/[\u0000-\u001f\u007f]/.test(text)) throw badValue(name, text, 'control characters are not taken');
  return text.trim();
}

const text = { datatype: 'char', arraysize: '*' } as const;
const once = { multiplicity: 'optional' } as const;
const often = { multiplicity: 'many' } as const;

const ra: Parameter<number> = {
  name: 'RA',
  ucd: 'pos.eq.ra',
  unit: 'deg',
  datatype: 'double',
  ...once,
  maxLength: 64,
  description: 'ICRS right ascension of the position, degrees; with DEC, and without POS and TRACK.',
  example: '12.5',
  parse: (value) => oneNumber('RA', value, -360, 360),
};

const dec: Parameter<number> = {
  name: 'DEC',
  ucd: 'pos.eq.dec',
  unit: 'deg',
  datatype: 'double',
  ...once,
  maxLength: 64,
  description: 'ICRS declination of the position, degrees.',
  example: '-3.2',
  parse: (value) => oneNumber('DEC', value, -90, 90),
};

const pos: Parameter<Stencil> = {
  name: 'POS',
  ucd: 'pos.outline;obs',
  ...text,
  ...once,
  maxLength: 256,
  description:
    'CIRCLE lon lat radius in ICRS degrees: the centre is the position, and every stamp holds the circle. Instead of RA, DEC and SIZE.',
  example: 'CIRCLE 12.5 -3.2 0.001',
  parse: (value) => {
    const stencil = parsePos(value);
    if (stencil.shape !== 'circle') throw badValue('POS', value, 'POS=CIRCLE lon lat radius is right here');
    return stencil;
  },
};

const track: Parameter<readonly TrackPoint[]> = {
  name: 'TRACK',
  ucd: 'pos.eq;time.epoch',
  ...text,
  ...often,
  maxLength: 2_000_000,
  upload: true,
  description:
    'A moving target, instead of RA and DEC: mjd_utc ra dec (topocentric, ICRS degrees), repeated; or a VOTable with columns of epoch, right ascension and declination, as a value or as an uploaded file. Positions are interpolated smoothly over gaps of at most a day; exposures outside are left out.',
  example: '60676.25 12.5 -3.2',
  parse: parseTrack,
};

const size: Parameter<number> = {
  name: 'SIZE',
  ucd: 'meta.number',
  unit: 'pix',
  datatype: 'double',
  ...once,
  bounds: { min: 1, max: maxStampSide },
  default: '51',
  maxLength: 64,
  description: "Side of the stamps in pixels. The position's pixel has index floor(SIZE/2), counted from 0.",
  example: '51',
  parse: (value) => wholeNumber('SIZE', value, 1, maxStampSide),
};

const collection: Parameter<string> = {
  name: 'COLLECTION',
  ucd: 'meta.id',
  ...text,
  ...once,
  maxLength: 256,
  description:
    'Release label or obs_collection to look in; needed when the archive holds more than one, unless ID is given.',
  example: 'dp1',
  parse: (value) => word('COLLECTION', value),
};

const subtype: Parameter<string> = {
  name: 'DPSUBTYPE',
  ucd: 'meta.id',
  ...text,
  ...often,
  maxLength: 128,
  description:
    "Dataset type (visit_image or lsst.visit_image); repeat it for several. Default: the release's single-epoch calibrated type, lossy before native; coadds, raws and differences only when named.",
  example: 'visit_image',
  parse: (value) => word('DPSUBTYPE', value).replace(/^lsst\./, ''),
};

const band: Parameter<BandChoice> = {
  name: 'BAND',
  ucd: 'instr.bandpass',
  ...text,
  ...often,
  maxLength: 256,
  description:
    'Name of a band (r), or a wavelength interval in metres (551e-9 689e-9); repeat it for several. Observations of any of them are returned.',
  example: 'r',
  parse: (value) =>
    /^\s*[A-Za-z][\w.-]{0,15}\s*$/.test(value) && !/^\s*(inf|nan)/i.test(value)
      ? value.trim()
      : parseInterval('BAND', value, 'metres'),
};

const time: Parameter<Interval> = {
  ...sodaParameters.time,
  ...often,
  description: 'Time interval in MJD, UTC; repeat it for several. Exposures that overlap one are returned.',
};

const id: Parameter<DatasetKey> = {
  ...sodaParameters.id,
  ...often,
  description: `${sodaParameters.id.description} Repeat it for several; only these datasets are looked at.`,
};

const maxRec: Parameter<number> = {
  name: 'MAXREC',
  ...{ datatype: 'double', ...once },
  maxLength: 64,
  description: 'Most rows to return, counted in ORDER; the header says OVERFLOW when there were more.',
  example: '100',
  parse: (value) => wholeNumber('MAXREC', value, 0, 999_999_999),
};

const order: Parameter<StackOrder> = {
  name: 'ORDER',
  ...text,
  ...once,
  values: orders,
  default: 'time',
  maxLength: 64,
  description: 'Order of the rows: time, -time (latest first), or band (then time).',
  example: '-time',
  parse: oneOf('ORDER', orders),
};

const edge: Parameter<(typeof edges)[number]> = {
  name: 'EDGE',
  ...text,
  ...once,
  values: edges,
  default: 'none',
  maxLength: 64,
  description: 'any: also observations that only the stamp touches, not the position itself.',
  example: 'any',
  parse: oneOf('EDGE', edges),
};

const detail: Parameter<StackDetail> = {
  ...sodaParameters.cutoutDetail,
  values: stackDetails,
  description: 'Image: the pixels alone. MaskedImage: image, mask and variance.',
  parse: oneOf('CUTOUTDETAIL', stackDetails),
};

const unit: Parameter<StackUnit> = {
  name: 'UNIT',
  ...text,
  ...once,
  values: units,
  default: 'native',
  maxLength: 64,
  description:
    'Unit of all stamps: native (they must have the same), or nJy (scaled by the calibration). On a common grid nJy is the default where all are calibrated.',
  example: 'nJy',
  parse: oneOf('UNIT', units),
};

const grid: Parameter<StackGrid> = {
  name: 'GRID',
  ...text,
  ...once,
  values: grids,
  maxLength: 64,
  description: `common: all stamps are resampled onto one grid, TAN about the position, north up, fluxes kept; ${gridNeeded.join(', ')} always are, png if asked to. native: they keep the pixels of their images, as fits, mef and votable always do.`,
  example: 'common',
  parse: oneOf('GRID', grids),
};

const responseFormat: Parameter<StackFormat> = {
  name: 'RESPONSEFORMAT',
  ucd: 'meta.code.mime',
  ...text,
  ...once,
  values: [...Object.values(stackMediaTypes), ...Object.keys(stackMediaTypes)],
  default: stackMediaTypes.fits,
  maxLength: 256,
  description:
    'fits: a binary table with the stamps in vector columns. mef: one image HDU per plane and row. votable: the rows without pixels, with links to cutouts. cube: image cubes with an axis of time. tpf: a target pixel file, as lightkurve reads it. png: a contact sheet. webp: an animated film strip.',
  example: 'votable',
  parse: parseStackFormat,
};

export const stackParameters = {
  ra,
  dec,
  pos,
  track,
  size,
  collection,
  subtype,
  band,
  time,
  id,
  maxRec,
  order,
  edge,
  detail,
  unit,
  grid,
  pixelScale: {
    ...pixelScale,
    description: 'Side of a pixel of the common grid. Default: the median of the images.',
  },
  resample: {
    ...resample,
    description: 'How pixels come onto the common grid; docs/resampling.md says what each is good for.',
  },
  responseFormat,
  runId: sodaParameters.runId,
} as const;

/** In the order documents list them. */
export const stackList: readonly Parameter<unknown>[] = Object.values(stackParameters);
