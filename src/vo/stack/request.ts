/** A stack request as the client's parameters say it: typed, normalised, or refused. */
import type { DatasetKey } from '../../base/dataset-id.ts';
import { usageError, type VignetError } from '../../base/errors.ts';
import type { TrackPoint } from '../../base/track-point.ts';
import type { Resample } from '../common/resample-parameters.ts';
import type { Interval } from '../dali/numbers.ts';
import { badValue, type Pairs } from '../dali/parameter.ts';
import { withUploads } from '../dali/uploads.ts';
import { gather, many, refuseUnknown, single, type Values } from '../dali/values.ts';
import {
  type BandChoice,
  gridNeeded,
  gridTaken,
  type StackDetail,
  type StackFormat,
  type StackOrder,
  type StackUnit,
  stackList,
  stackParameters,
} from './parameters.ts';

/** More parameters than this in one request are refused unread: a TRACK may have a point each. */
export const maxStackParameters = 10_000;

/** Where: a place, and for POS the radius that every stamp must hold; or a target that moves. ICRS degrees. */
export type StackTarget =
  | { readonly kind: 'fixed'; readonly ra: number; readonly dec: number; readonly radius?: number }
  | { readonly kind: 'track'; readonly points: readonly TrackPoint[] };

export interface StackRequest {
  readonly target: StackTarget;
  /** Pixels; absent with a radius. */
  readonly size?: number;
  readonly collection?: string;
  /** Dataset types; empty: the default. */
  readonly types: readonly string[];
  /** Any of these; empty: all. */
  readonly bands: readonly BandChoice[];
  /** MJD UTC. */
  readonly times: readonly Interval[];
  readonly ids: readonly DatasetKey[];
  readonly maxRec?: number;
  readonly order: StackOrder;
  /** Also observations that only the stamp touches. */
  readonly edge: boolean;
  readonly detail: StackDetail;
  readonly unit: StackUnit;
  readonly format: StackFormat;
  /** Onto one grid with pixels of so many arc seconds (absent: the median of the images); absent: pixels as they are. */
  readonly grid?: { readonly pixelScale?: number; readonly kernel: Resample };
  readonly runId?: string;
  /** Names of the parameters that were not given and have a default. */
  readonly defaulted: readonly string[];
}

export const defaultSize = Number(stackParameters.size.default);

function targetOf(values: Values): StackTarget {
  const p = stackParameters;
  const ra = single(values, p.ra);
  const dec = single(values, p.dec);
  const pos = single(values, p.pos);
  const points = many(values, p.track).flat();
  const given = [ra !== undefined || dec !== undefined, pos !== undefined, points.length > 0];
  const how = 'give RA and DEC, or POS=CIRCLE lon lat radius, or TRACK';
  if (given.filter(Boolean).length > 1)
    throw contradiction(`RA and DEC, POS and TRACK exclude each other; ${how}`);
  if (points.length > 0) return { kind: 'track', points };
  if (values.has('TRACK')) throw badValue('TRACK', '', 'the VOTable has no rows');
  if (pos) {
    const [lon = 0, lat = 0, radius = 0] = pos.values;
    return { kind: 'fixed', ra: lon, dec: lat, radius };
  }
  if (ra === undefined || dec === undefined) {
    const missing = ra === dec ? 'there is no position' : `${ra === undefined ? 'RA' : 'DEC'} is missing`;
    throw usageError('MISSING_PARAM', `${missing}; ${how}`);
  }
  return { kind: 'fixed', ra: ra < 0 ? ra + 360 : ra === 360 ? 0 : ra, dec };
}

const keyOf = ({ repo, uuid }: DatasetKey) => `${repo}/${uuid}`;

function unique<T>(all: readonly T[], key: (one: T) => string): T[] {
  return [...new Map(all.map((one) => [key(one), one])).values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** A given value replaces its default, so that what was left out can be told. */
function defaultedOf(values: Values, ofNoUse: readonly (string | false)[]): string[] {
  const names = stackList
    .filter((one) => one.default !== undefined && !values.has(one.name))
    .map((one) => one.name);
  const more = ['COLLECTION', 'DPSUBTYPE'].filter((name) => !values.has(name) && !values.has('ID'));
  return [...names.filter((name) => !ofNoUse.includes(name)), ...more];
}

function contradiction(detail: string): VignetError {
  return usageError('CONTRADICTION', detail);
}

function gridOf(values: Values, format: StackFormat): StackRequest['grid'] {
  const p = stackParameters;
  const asked = single(values, p.grid);
  const pixelScale = single(values, p.pixelScale);
  const kernel = single(values, p.resample);
  if (asked === 'native' && gridNeeded.includes(format))
    throw contradiction(`RESPONSEFORMAT=${format} has all stamps on one grid; leave GRID=native out`);
  if (asked === 'common' && !gridTaken.includes(format))
    throw contradiction(`GRID=common is for ${gridTaken.join(', ')}; RESPONSEFORMAT=cube is right for FITS`);
  if (asked === 'common' || gridNeeded.includes(format))
    return { ...(pixelScale !== undefined && { pixelScale }), kernel: kernel ?? 'lanczos3' };
  if (pixelScale !== undefined || kernel !== undefined)
    throw contradiction(
      'PIXSCALE and RESAMPLE are of the common grid; give GRID=common or RESPONSEFORMAT=cube too',
    );
  return undefined;
}

const noPlanes = {
  png: 'a contact sheet shows the image alone',
  webp: 'a film strip shows the image alone',
  tpf: 'a target pixel file has FLUX, FLUX_ERR and QUALITY',
} as const;

/** A request in a program: what is left out has the defaults of the parameters. */
export function stackRequest(request: Pick<StackRequest, 'target'> & Partial<StackRequest>): StackRequest {
  const circle = request.target.kind === 'fixed' && request.target.radius !== undefined;
  const needed = gridNeeded.includes(request.format ?? 'fits');
  const grid = request.grid ?? (needed ? ({ kernel: 'lanczos3' } as const) : undefined);
  const defaults = {
    ...(!circle && { size: defaultSize }),
    types: [],
    bands: [],
    times: [],
    ids: [],
    order: 'time',
    edge: false,
    detail: 'Image',
    unit: 'native',
    format: 'fits',
    ...(grid && { grid }),
    defaulted: grid && request.unit === undefined ? ['UNIT'] : [],
  } as const;
  return { ...defaults, ...request };
}

/**
 * Reads the parameters of a stack. Every one must be known: a misspelt filter would silently widen the answer.
 * Throws VignetError usage: MISSING_PARAM, MULTI_VALUED, BAD_VALUE, VALUE_TOO_LONG, UNKNOWN_PARAMETER, TOO_MANY_PARAMETERS,
 * CONTRADICTION.
 */
export function parseStack(pairs: Pairs): StackRequest {
  const values = gather(withUploads(pairs, stackList), maxStackParameters);
  refuseUnknown(values, stackList, (known) => `A stack takes ${known}`);
  const p = stackParameters;
  const target = targetOf(values);
  const radius = target.kind === 'fixed' && target.radius !== undefined;
  const size = single(values, p.size);
  if (radius && size !== undefined) throw contradiction('the radius of POS sets the size; leave SIZE out');
  const collection = single(values, p.collection);
  const maxRec = single(values, p.maxRec);
  const runId = single(values, p.runId);
  const format = single(values, p.responseFormat) ?? 'fits';
  const grid = gridOf(values, format);
  const request: StackRequest = {
    target,
    ...(!radius && { size: size ?? defaultSize }),
    ...(collection !== undefined && { collection }),
    types: unique(many(values, p.subtype), String),
    bands: unique(many(values, p.band), (one) => JSON.stringify(one)),
    times: unique(many(values, p.time), (one) => `${one.min} ${one.max}`),
    ids: unique(many(values, p.id), keyOf),
    ...(maxRec !== undefined && { maxRec }),
    order: single(values, p.order) ?? 'time',
    edge: single(values, p.edge) === 'any',
    detail: single(values, p.detail) ?? 'Image',
    unit: single(values, p.unit) ?? 'native',
    format,
    ...(grid && { grid }),
    ...(runId !== undefined && { runId }),
    defaulted: defaultedOf(values, [radius && 'SIZE', !grid && 'RESAMPLE']),
  };
  if (format in noPlanes && request.detail !== 'Image')
    throw contradiction(`CUTOUTDETAIL=MaskedImage is for FITS; ${noPlanes[format as keyof typeof noPlanes]}`);
  return request;
}
