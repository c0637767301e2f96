/** The parameters of light-curve stacks, declared once. */
import type { Stencil } from '../../base/sky.ts';
import type { TrackPoint } from '../../base/track-point.ts';
import { pixelUnit, planesDetail } from '../common/pixel-parameters.ts';
import * as position from '../common/position-parameters.ts';
import { conserve, pixelScale, positionError, resample } from '../common/resample-parameters.ts';
import { band, collection, ids, subtype, time } from '../common/selection-parameters.ts';
import { choice, wholeNumber } from '../dali/declare.ts';
import { badValue, type Defaulted, type Parameter, readInSteps } from '../dali/parameter.ts';
import { circle as skyCircle } from '../dali/sky-parameters.ts';
import { runId } from '../dali/standard-parameters.ts';
import { parsePos } from '../dali/stencils.ts';
import { trackSteps } from './track.ts';

/** Largest side of a stamp, pixels. */
export const maxStampSide = 1024;

const orders = ['time', '-time', 'band'] as const;
const grids = ['native', 'common'] as const;

export type StackOrder = (typeof orders)[number];
export type StackGrid = (typeof grids)[number];
export type StackFormat = 'fits' | 'mef' | 'votable' | 'cube' | 'tpf' | 'png' | 'webp';

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
    .split(';')
    .map((part) => part.trim())
    .join(';')
    .replaceAll('"', '');
  const known = Object.entries(stackMediaTypes) as [StackFormat, string][];
  const found = known.find(([name, type]) => asked === name || asked === type);
  if (found) return found[0];
  if (asked === 'text/xml') return 'votable';
  throw badValue('RESPONSEFORMAT', text, `one of ${known.flat().join(', ')}`);
}

const text = { datatype: 'char', arraysize: '*' } as const;
const once = { multiplicity: 'optional' } as const;

const ra: Parameter<number> = {
  ...position.ra,
  description: 'ICRS right ascension of the position, degrees. Needs DEC; excludes POS and TRACK.',
};

/** A circle's centre is the position. */
const circle: Parameter<Stencil> = {
  ...skyCircle,
  description:
    'Longitude, latitude and radius in ICRS degrees, instead of RA, DEC and SIZE: the centre is the position, and every stamp contains the circle.',
};

const pos: Parameter<Stencil> = {
  name: 'POS',
  ucd: 'pos.outline;obs',
  ...text,
  ...once,
  maxLength: 256,
  description: 'CIRCLE lon lat radius in ICRS degrees: the same as CIRCLE.',
  example: 'CIRCLE 12.5 -3.2 0.001',
  parse: (value) => {
    const stencil = parsePos(value);
    if (stencil.shape !== 'circle') throw badValue('POS', value, 'CIRCLE lon lat radius');
    return stencil;
  },
};

const track: Parameter<readonly TrackPoint[]> = {
  name: 'TRACK',
  ucd: 'pos.eq;time.epoch',
  ...text,
  multiplicity: 'many',
  maxLength: 2_000_000,
  upload: true,
  description:
    'A moving target, instead of RA and DEC: mjd_utc ra dec (topocentric, ICRS degrees), repeated; or a VOTable with columns of epoch, right ascension and declination, as a value or as an uploaded file. Positions are interpolated over gaps of at most a day; exposures outside are left out.',
  example: '60676.25 12.5 -3.2',
  ...readInSteps(trackSteps),
};

const size: Defaulted<number> = {
  name: 'SIZE',
  ucd: 'meta.number',
  unit: 'pix',
  datatype: 'double',
  ...once,
  bounds: { min: 1, max: maxStampSide },
  default: '51',
  maxLength: 64,
  description:
    'Side of the stamps in pixels. The pixel of the position has index floor(SIZE/2), counted from 0.',
  example: '51',
  parse: (value) => wholeNumber('SIZE', value, 1, maxStampSide),
};

const maxRec: Parameter<number> = {
  name: 'MAXREC',
  ...{ datatype: 'double', ...once },
  maxLength: 64,
  description: 'Maximum number of rows, counted in ORDER. If there are more, the header has OVERFLOW.',
  example: '100',
  parse: (value) => wholeNumber('MAXREC', value, 0, 999_999_999),
};

const order: Defaulted<StackOrder> = choice({
  name: 'ORDER',
  values: orders,
  default: 'time',
  description: 'Order of the rows: time, -time (latest first), or band (then time).',
  example: '-time',
});

const edgeWord = choice({
  name: 'EDGE',
  values: ['none', 'any'],
  default: 'none',
  description: 'any: also observations that contain only part of the stamp, not the position.',
  example: 'any',
});

/** Whether the stamp's edge is enough. */
const edge: Defaulted<boolean> = { ...edgeWord, parse: (text) => edgeWord.parse(text) === 'any' };

const grid: Parameter<StackGrid> = choice({
  name: 'GRID',
  values: grids,
  description: `common: all stamps are resampled onto one grid, TAN about the position, north up, fluxes conserved; always so for ${gridNeeded.join(', ')}, possible for png. native: stamps keep the pixels of their images; always so for fits, mef and votable.`,
  example: 'common',
});

const responseFormat: Defaulted<StackFormat> = {
  name: 'RESPONSEFORMAT',
  ucd: 'meta.code.mime',
  ...text,
  ...once,
  values: [...Object.values(stackMediaTypes), ...Object.keys(stackMediaTypes)],
  default: stackMediaTypes.fits,
  maxLength: 256,
  description:
    'fits: a binary table with the stamps in vector columns. mef: one image HDU per plane and row. votable: the rows without pixels, with links to cutouts. cube: image cubes with a time axis. tpf: a target pixel file for lightkurve. png: a contact sheet. webp: an animation.',
  example: 'votable',
  parse: parseStackFormat,
};

export const stackParameters = {
  ra,
  dec: position.dec,
  circle,
  pos,
  track,
  size,
  collection,
  subtype,
  band,
  time,
  id: ids('only these datasets are searched'),
  maxRec,
  order,
  edge,
  detail: planesDetail,
  unit: pixelUnit,
  grid,
  pixelScale: {
    ...pixelScale,
    description: 'Side of a pixel of the common grid, arc seconds. Default: the median of the images.',
  },
  resample: {
    ...resample,
    description: 'Resampling kernel of the common grid. docs/resampling.md compares them.',
  },
  conserve,
  positionError,
  responseFormat,
  runId,
} as const;

/** In the order documents list them. */
export const stackList: readonly Parameter<unknown>[] = Object.values(stackParameters);
