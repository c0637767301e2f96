/** A stack request as the client's parameters say it: typed, normalised, or refused. */
import { defined, type Loose } from '../../base/defined.ts';
import { usageError } from '../../base/errors.ts';
import { type Steps, untilDone, VALUE } from '../../base/steps.ts';
import type { TrackPoint } from '../../base/track-point.ts';
import type { PixelUnit, PlanesDetail } from '../common/pixel-parameters.ts';
import { turned } from '../common/position-parameters.ts';
import type { Conserve, Resample } from '../common/resample-parameters.ts';
import { type DatasetSelection, selectionOf } from '../common/selection.ts';
import { badValue, defaultOf, type Pairs, readSteps } from '../dali/parameter.ts';
import { withUploads } from '../dali/uploads.ts';
import { contradiction, gather, refuseUnknown, single, type Values } from '../dali/values.ts';
import {
  gridNeeded,
  gridTaken,
  type StackFormat,
  type StackOrder,
  stackList,
  stackParameters,
} from './parameters.ts';
import { maxTrackPoints, tooManyPoints } from './track.ts';

/** More parameters than this in one request are refused unread: a TRACK may have a point each. */
export const maxStackParameters = 10_000;

/**
 * Where: a place, and for POS the radius that every stamp must hold; or a target that moves. ICRS degrees.
 * @example
 * ```ts
 * import type { StackTarget } from 'vignet';
 *
 * const star: StackTarget = { kind: 'fixed', ra: 150.2987, dec: 2.38812 };
 * ```
 */
export type StackTarget =
  | { readonly kind: 'fixed'; readonly ra: number; readonly dec: number; readonly radius?: number }
  | { readonly kind: 'track'; readonly points: readonly TrackPoint[] };

/** One grid for all stamps; `pixelScale` in arc seconds, absent: the median of the images. */
interface StackGridRequest {
  readonly pixelScale?: number;
  readonly kernel: Resample;
  readonly conserve: Conserve;
  /** Pixels of an image that interpolated positions may be wrong by; 0: none is interpolated. */
  readonly positionError: number;
}

/**
 * A whole request for a stack; `stackRequest` and `parseStack` make one.
 * @example
 * ```ts
 * import { type StackRequest, stackRequest } from 'vignet';
 *
 * const star: StackRequest = stackRequest({ target: { kind: 'fixed', ra: 150.2987, dec: 2.38812 }, unit: 'nJy' });
 * ```
 */
export interface StackRequest extends DatasetSelection {
  readonly target: StackTarget;
  /** Pixels; absent with a radius. */
  readonly size?: number;
  readonly maxRec?: number;
  readonly order: StackOrder;
  /** Also observations that only the stamp touches. */
  readonly edge: boolean;
  readonly detail: PlanesDetail;
  readonly unit: PixelUnit;
  readonly format: StackFormat;
  /** Absent: pixels as they are. */
  readonly grid?: StackGridRequest;
  readonly runId?: string;
  /** Names of the parameters that were not given and have a default. */
  readonly defaulted: readonly string[];
}

function* pointsOf(values: Values): Steps<TrackPoint[]> {
  const texts = values.get('TRACK') ?? [];
  // Each value has a point at least.
  if (texts.length > maxTrackPoints) throw tooManyPoints(maxTrackPoints, texts.length);
  const points: TrackPoint[] = [];
  for (const text of texts) {
    points.push(...(yield* readSteps(stackParameters.track, text)));
    if (points.length > maxTrackPoints) throw tooManyPoints(maxTrackPoints);
  }
  return points;
}

function* targetOf(values: Values): Steps<StackTarget> {
  const p = stackParameters;
  const ra = single(values, p.ra);
  const dec = single(values, p.dec);
  const pos = single(values, p.pos);
  const circle = single(values, p.circle);
  const points = yield* pointsOf(values);
  const given = [
    ra !== undefined || dec !== undefined,
    pos !== undefined,
    circle !== undefined,
    points.length > 0,
  ];
  const how = 'RA and DEC, or CIRCLE=lon lat radius, or TRACK';
  if (given.filter(Boolean).length > 1)
    throw contradiction(`expected one target, received several; give ${how}`);
  if (points.length > 0) return { kind: 'track', points };
  if (values.has('TRACK')) throw badValue('TRACK', '', 'a VOTable with rows', { why: 'it has no rows' });
  const round = circle ?? pos;
  if (round) {
    const [lon = 0, lat = 0, radius = 0] = round.values;
    return { kind: 'fixed', ra: lon, dec: lat, radius };
  }
  if (ra === undefined || dec === undefined) {
    const missing = ra === dec ? 'a target' : `a value for ${ra === undefined ? 'RA' : 'DEC'}`;
    throw usageError('MISSING_PARAM', `expected ${missing}, received none; give ${how}`);
  }
  return { kind: 'fixed', ra: turned(ra), dec };
}

/** A given value replaces its default, so that a parameter left out can be distinguished. */
function defaultedOf(values: Values, ofNoUse: readonly (string | false)[]): string[] {
  const names = stackList
    .filter((one) => one.default !== undefined && !values.has(one.name))
    .map((one) => one.name);
  const more = ['COLLECTION', 'DPSUBTYPE'].filter((name) => !values.has(name) && !values.has('ID'));
  return [...names.filter((name) => !ofNoUse.includes(name)), ...more];
}

const defaultGrid: StackGridRequest = {
  kernel: defaultOf(stackParameters.resample),
  conserve: defaultOf(stackParameters.conserve),
  positionError: defaultOf(stackParameters.positionError),
};

function gridOf(values: Values, format: StackFormat): StackRequest['grid'] {
  const p = stackParameters;
  const asked = single(values, p.grid);
  const pixelScale = single(values, p.pixelScale);
  const kernel = single(values, p.resample);
  const conserve = single(values, p.conserve);
  const positionError = single(values, p.positionError);
  if (asked === 'native' && gridNeeded.includes(format))
    throw contradiction(`RESPONSEFORMAT=${format} needs a common grid; leave GRID=native out`);
  if (asked === 'common' && !gridTaken.includes(format))
    throw contradiction(
      `GRID=common needs one of the formats ${gridTaken.join(', ')}; for FITS give RESPONSEFORMAT=cube`,
    );
  if (asked === 'common' || gridNeeded.includes(format))
    return { ...defaultGrid, ...defined({ pixelScale, kernel, conserve, positionError }) };
  if ([pixelScale, kernel, conserve, positionError].some((given) => given !== undefined))
    throw contradiction(
      'PIXSCALE, RESAMPLE, CONSERVE and POSITION_ERROR need a common grid; give GRID=common or RESPONSEFORMAT=cube too',
    );
  return undefined;
}

const noPlanes = {
  png: 'a contact sheet shows the image alone',
  webp: 'a film strip shows the image alone',
  tpf: 'a target pixel file has FLUX, FLUX_ERR and QUALITY',
} as const;

/**
 * A whole request: what is left out has the defaults of the parameters. Its properties always stand in this order, of which ETags are
 * made.
 * @example
 * ```ts
 * import { stackRequest } from 'vignet';
 *
 * const request = stackRequest({ target: { kind: 'fixed', ra: 150.2987, dec: 2.38812 }, bands: ['g', 'r'] });
 * console.log(request.size, request.order);
 * ```
 */
export function stackRequest(
  request: Pick<StackRequest, 'target'> &
    Omit<Loose<StackRequest>, 'grid'> & { readonly grid?: Loose<StackGridRequest> | undefined },
): StackRequest {
  const p = stackParameters;
  const { target, format = defaultOf(p.responseFormat) } = request;
  const circle = target.kind === 'fixed' && target.radius !== undefined;
  const asked = request.grid ?? (gridNeeded.includes(format) ? {} : undefined);
  const grid = asked && { ...defaultGrid, ...defined(asked) };
  return defined({
    target,
    size: request.size ?? (circle ? undefined : defaultOf(p.size)),
    collection: request.collection,
    types: request.types ?? [],
    bands: request.bands ?? [],
    times: request.times ?? [],
    ids: request.ids ?? [],
    maxRec: request.maxRec,
    order: request.order ?? defaultOf(p.order),
    edge: request.edge ?? defaultOf(p.edge),
    detail: request.detail ?? defaultOf(p.detail),
    unit: request.unit ?? defaultOf(p.unit),
    format,
    grid,
    runId: request.runId,
    defaulted: request.defaulted ?? (grid && request.unit === undefined ? ['UNIT'] : []),
  });
}

/**
 * Reads the parameters of a stack. Every one must be known: a misspelt filter would silently widen the answer.
 * Throws VignetError usage: MISSING_PARAM, MULTI_VALUED, BAD_VALUE, VALUE_TOO_LONG, UNKNOWN_PARAMETER, TOO_MANY, TOO_MANY_PARAMETERS,
 * CONTRADICTION.
 * @example
 * ```ts
 * import { parseStack } from 'vignet';
 *
 * const request = parseStack([['RA', '150.2987'], ['DEC', '2.38812'], ['SIZE', '31']]);
 * console.log(request.target, request.size);
 * ```
 */
export function parseStack(pairs: Pairs): StackRequest {
  return untilDone(stackSteps(pairs));
}

/** The same in steps. */
export function* stackSteps(pairs: Pairs): Steps<StackRequest> {
  const values = gather(withUploads(pairs, stackList), maxStackParameters);
  refuseUnknown(values, stackList, (known) => `The parameters of a stack are ${known}`);
  yield VALUE * pairs.length;
  const p = stackParameters;
  const target = yield* targetOf(values);
  const radius = target.kind === 'fixed' && target.radius !== undefined;
  const size = single(values, p.size);
  if (radius && size !== undefined)
    throw contradiction('the radius of the circle sets the size of the stamps; leave SIZE out');
  const selection = yield* selectionOf(values, p);
  const format = single(values, p.responseFormat) ?? defaultOf(p.responseFormat);
  const grid = gridOf(values, format);
  const request = stackRequest({
    target,
    ...selection,
    size,
    maxRec: single(values, p.maxRec),
    runId: single(values, p.runId),
    order: single(values, p.order),
    edge: single(values, p.edge),
    detail: single(values, p.detail),
    unit: single(values, p.unit),
    format,
    grid,
    defaulted: defaultedOf(values, [
      radius && 'SIZE',
      ...(grid ? [] : ['RESAMPLE', 'CONSERVE', 'POSITION_ERROR']),
    ]),
  });
  if (format in noPlanes && request.detail !== 'Image')
    throw contradiction(
      `CUTOUTDETAIL=MaskedImage needs FITS: ${noPlanes[format as keyof typeof noPlanes]}; leave it out`,
    );
  return request;
}
