/** A SODA request as the client's parameters say it: typed, normalised, or refused. */

import { clip } from '../../base/clip.ts';
import type { DatasetKey } from '../../base/dataset-id.ts';
import { defined, type Loose } from '../../base/defined.ts';
import { usageError } from '../../base/errors.ts';
import type { Box, Detail, Stencil } from '../../base/sky.ts';
import { type Steps, untilDone } from '../../base/steps.ts';
import { canonicalUuid } from '../../base/uuid.ts';
import { colourNeedsPicture, colourOf } from '../common/colour.ts';
import type { Colour } from '../common/colour-parameters.ts';
import { type Compression, refuseLossyWithoutRice } from '../common/compression.ts';
import { lookNeedsPicture, lookOf, type PictureLook } from '../common/picture-parameters.ts';
import { positionOf } from '../common/position-parameters.ts';
import { type Edge, refuseMixedPlaces, type Size } from '../common/size.ts';
import type { Interval } from '../dali/numbers.ts';
import { defaultOf, type Pairs } from '../dali/parameter.ts';
import type { Format } from '../dali/response-format.ts';
import { singleRegion } from '../dali/sky-parameters.ts';
import type { BandChoice } from '../dali/standard-parameters.ts';
import { contradiction, gather, many, refuseUnknown, required, single, type Values } from '../dali/values.ts';
import { sodaList, sodaParameters } from './parameters.ts';

/** More parameters than this in one request are refused unread. */
export const maxParameters = 100;

/**
 * What /sync needs: one dataset, at most one of each filter.
 * @example
 * ```ts
 * import type { SodaRequest } from 'vignet';
 *
 * const isPicture = ({ format }: SodaRequest): boolean => format !== 'fits';
 * ```
 */
export interface SodaRequest {
  readonly id: DatasetKey;
  readonly stencil?: Stencil;
  /** With `size`, instead of a circle. ICRS degrees. */
  readonly position?: { readonly ra: number; readonly dec: number };
  /** Around the position, or the centre of the circle. */
  readonly size?: Size;
  /** Of `size` (absent: pad) and `box` (absent: refuse). */
  readonly edge?: Edge;
  /** Half-open, 0-based pixels, instead of a region of sky. */
  readonly box?: Box;
  /** By name, instead of those of `detail`. */
  readonly planes?: readonly string[];
  /** Metres, or the name of a band or filter. */
  readonly band?: BandChoice;
  readonly time?: Interval;
  /** Any of these; empty: no filter. */
  readonly pol: readonly string[];
  readonly detail: Detail;
  readonly compress: Compression;
  readonly quantize?: number;
  readonly format: Format;
  /** A picture of three bands of the collection that the ID is of. */
  readonly colour?: Colour;
  /** Of a grey picture. */
  readonly look?: PictureLook;
  readonly runId?: string;
}

/** What a request has that names no more than its dataset. */
export const sodaDefaults = {
  pol: [],
  detail: defaultOf(sodaParameters.cutoutDetail),
  compress: defaultOf(sodaParameters.compress),
  format: defaultOf(sodaParameters.responseFormat),
} as const satisfies Partial<SodaRequest>;

/** An IVOID whose `?`, `&` and `=` were not encoded falls apart into ID and further parameters. */
function refuseBrokenId(values: Values): void {
  const ids = values.get('ID') ?? [];
  const head = ids.find((text) => /^\s*ivo:\/\/[^?]*\?/i.test(text));
  if (!head) return;
  const query = new URLSearchParams(head.slice(head.indexOf('?') + 1));
  const names = new Set([...query.keys()].map((key) => key.toLowerCase()));
  const uuid = ids.find((text) => canonicalUuid(text) !== undefined);
  const repo = values.get('REPO')?.[0];
  let whole: string | undefined;
  if (!names.has('id') && uuid) whole = `${head}&id=${uuid}`;
  else if (!names.has('repo') && repo && ids.length === 1) whole = `${head}&repo=${repo}`;
  if (!whole) return;
  throw usageError(
    'UNENCODED_ID',
    `expected a percent-encoded value for ID, received one that ends at its '&'; give ID=${encodeURIComponent(clip(whole, 200))}`,
  );
}

/** Without a stencil the answer is the whole dataset: that must be meant, so every parameter must be known. */
function refuseMisspelt(values: Values): void {
  refuseUnknown(
    values,
    sodaList,
    (known) =>
      `Without a region (POS, CIRCLE, POLYGON, SIZE or BOX) the whole dataset is sent, and every parameter must be one of ${known}`,
  );
}

function refuseContradictions(request: SodaRequest): void {
  refuseLossyWithoutRice(request);
  refuseMixedPlaces(request);
  if (request.format === 'fits') {
    if (request.colour) throw contradiction(colourNeedsPicture);
    if (request.look) throw contradiction(lookNeedsPicture);
    return;
  }
  const picture = `RESPONSEFORMAT=${request.format}`;
  if (request.planes && request.planes.length > 1)
    throw contradiction(
      `${picture} shows one plane, PLANES names ${request.planes.length}; give one of them`,
    );
  if (request.compress !== 'none')
    throw contradiction(`COMPRESS=${request.compress} needs FITS; leave it or ${picture} out`);
  if (request.detail !== 'Image') {
    throw contradiction(`CUTOUTDETAIL=${request.detail} needs FITS; leave it or ${picture} out`);
  }
}

/**
 * Reads the parameters of a synchronous request (SODA 1.0, DALI 1.1).
 * Throws VignetError usage: MISSING_PARAM, MULTI_VALUED, BAD_VALUE, VALUE_TOO_LONG, UNENCODED_ID, UNKNOWN_PARAMETER,
 * TOO_MANY_PARAMETERS, CONTRADICTION.
 * @example
 * ```ts
 * import { parseSodaSync } from 'vignet';
 *
 * const id = 'ivo://example.org/survey?repo=mine&id=0b3f5a52-8c1d-5e2a-9f66-2f0e6b1f7a10';
 * const { stencil, detail } = parseSodaSync([['ID', id], ['CIRCLE', '150.25 2.45 0.01']]);
 * console.log(stencil?.shape, detail); // circle Image
 * ```
 */
export function parseSodaSync(pairs: Pairs): SodaRequest {
  return untilDone(sodaSteps(pairs));
}

/** The same in steps. */
export function* sodaSteps(pairs: Pairs): Steps<SodaRequest> {
  const values = gather(pairs, maxParameters);
  refuseBrokenId(values);
  const p = sodaParameters;
  const id = required(values, p.id);
  const stencil = yield* singleRegion(values);
  const position = positionOf(values);
  const [size, box] = [single(values, p.size), single(values, p.box)];
  if (!stencil && !position && !box) refuseMisspelt(values);
  const planes = single(values, p.planes);
  if (planes && values.has('CUTOUTDETAIL'))
    throw contradiction('PLANES and CUTOUTDETAIL both say which planes; leave one of them out');
  const request: SodaRequest = {
    ...sodaDefaults,
    ...defined({
      id,
      ...{ stencil, position, size, box, planes },
      edge: single(values, p.edge),
      band: single(values, p.band),
      time: single(values, p.time),
      quantize: single(values, p.quantize),
      runId: single(values, p.runId),
      colour: colourOf(values),
      look: lookOf(values),
      pol: [...new Set(yield* many(values, p.pol))].sort(),
      detail: single(values, p.cutoutDetail),
      compress: single(values, p.compress),
      format: single(values, p.responseFormat),
    }),
  };
  refuseContradictions(request);
  return request;
}

/** What must be known of a dataset to test BAND, TIME and POL; NaN or absent is NULL. */
export type FilterBounds = Loose<{
  readonly emMin: number;
  readonly emMax: number;
  /** What its band and its filter are called. */
  readonly bandNames: readonly string[];
  readonly tMin: number;
  readonly tMax: number;
  readonly polStates: readonly string[];
}>;

function overlaps(wanted: Interval | undefined, min: number | undefined, max: number | undefined): boolean {
  if (!wanted) return true;
  return min !== undefined && max !== undefined && wanted.min <= max && wanted.max >= min;
}

function isOfBand(wanted: BandChoice | undefined, { emMin, emMax, bandNames }: FilterBounds): boolean {
  if (typeof wanted === 'string') return bandNames?.includes(wanted) ?? false;
  return overlaps(wanted, emMin, emMax);
}

/** Whether an image passes the request's BAND, TIME and POL. NULL passes no filter. */
export function passesFilters(
  request: Pick<SodaRequest, 'pol'> & Loose<Pick<SodaRequest, 'band' | 'time'>>,
  bounds: FilterBounds,
): boolean {
  return (
    isOfBand(request.band, bounds) &&
    overlaps(request.time, bounds.tMin, bounds.tMax) &&
    (request.pol.length === 0 || request.pol.some((state) => bounds.polStates?.includes(state) ?? false))
  );
}
