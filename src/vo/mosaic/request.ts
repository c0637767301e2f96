/** A mosaic request as the client's parameters say it: typed, normalised, or refused. */

import type { DatasetKey } from '../../base/dataset-id.ts';
import { defined, type Loose } from '../../base/defined.ts';
import { usageError } from '../../base/errors.ts';
import type { Stencil } from '../../base/sky.ts';
import { type Steps, untilDone } from '../../base/steps.ts';
import { colourNeedsPicture, colourOf } from '../common/colour.ts';
import type { Colour } from '../common/colour-parameters.ts';
import { type Compression, refuseLossyWithoutRice } from '../common/compression.ts';
import { lookNeedsPicture, lookOf, type PictureLook } from '../common/picture-parameters.ts';
import type { PixelUnit, PlanesDetail } from '../common/pixel-parameters.ts';
import { type Position, positionOf } from '../common/position-parameters.ts';
import type { Conserve, Resample } from '../common/resample-parameters.ts';
import { type DatasetSelection, selectionOf } from '../common/selection.ts';
import { centreOfSize, type Edge, refuseMixedPlaces, type Size } from '../common/size.ts';
import { defaultOf, type Pairs } from '../dali/parameter.ts';
import type { Format } from '../dali/response-format.ts';
import { singleRegion } from '../dali/sky-parameters.ts';
import { contradiction, gather, refuseUnknown, single, type Values } from '../dali/values.ts';
import {
  type Background,
  type Combination,
  type Geometry,
  type Missing,
  mosaicList,
  mosaicParameters,
} from './parameters.ts';

/** More parameters than this in one request are refused unread: IDs are repeated. */
export const maxMosaicParameters = 10_000;

/**
 * Its selection without types: the coadds.
 * @example
 * ```ts
 * import { type MosaicRequest, parseMosaic } from 'vignet';
 *
 * const region: MosaicRequest = parseMosaic([['CIRCLE', '150.25 2.45 0.01']]);
 * const combined: MosaicRequest = { ...region, combine: 'median', types: ['visit_image'], bands: ['r'] };
 * ```
 */
export interface MosaicRequest extends DatasetSelection {
  /** The piece of sky; absent: all that the named datasets cover. */
  readonly region?: Stencil;
  /** Exactly so much around a position, instead of a region. `edge`: absent is pad. */
  readonly sized?: Position & { readonly size: Size; readonly edge?: Edge };
  /** The collection dataset that it is a piece of, for the header. */
  readonly ofId?: string;
  /** A release label. */
  readonly repo?: string;
  /** All detectors of it. */
  readonly visit?: number;
  readonly instrument?: string;
  readonly detail: PlanesDetail;
  /** Absent: native, or with `combine` nJy where that can be. */
  readonly unit?: PixelUnit;
  /** All inputs that have something in a pixel count; absent: the owner alone. */
  readonly combine?: Combination;
  readonly background: Background;
  readonly geometry: Geometry;
  /** A plane of owners. */
  readonly index: boolean;
  readonly missing: Missing;
  /** The grid to resample onto; absent: that of the inputs. */
  readonly grid?: MosaicGrid;
  readonly resample: Resample;
  readonly conserve: Conserve;
  /** Pixels of an input that interpolated positions may be wrong by; 0: none is interpolated. */
  readonly positionError: number;
  readonly compress: Compression;
  readonly quantize?: number;
  readonly format: Format;
  /** A picture of three bands instead of one. */
  readonly colour?: Colour;
  /** Of a grey picture. */
  readonly look?: PictureLook;
  /** Answer the plan. */
  readonly plan: boolean;
  readonly runId?: string;
}

/** A new image about the middle of the region (pixels in arc seconds, angles in degrees), given cards, or a dataset's. */
export type MosaicGrid =
  | { readonly projection: string; readonly pixelScale?: number; readonly rotation: number }
  | { readonly cards: string }
  | { readonly align: DatasetKey };

/** The grid about the middle of the region when no more is said of it. */
const northUp = { projection: 'TAN', rotation: defaultOf(mosaicParameters.rotation) };

function gridOf(values: Values): MosaicGrid | undefined {
  const p = mosaicParameters;
  const projection = single(values, p.projection);
  const pixelScale = single(values, p.pixelScale);
  const rotation = single(values, p.rotation);
  const cards = single(values, p.wcs);
  const align = single(values, p.align);
  const drawn = projection !== undefined || pixelScale !== undefined || rotation !== undefined;
  if (Number(drawn) + Number(cards !== undefined) + Number(align !== undefined) > 1)
    throw contradiction(
      'expected one grid, received several; give PROJECTION with PIXSCALE and ROTATION, or WCS, or ALIGN',
    );
  if (cards !== undefined) return { cards };
  if (align) return { align };
  if (!drawn) return undefined;
  return {
    projection: projection ?? northUp.projection,
    ...defined({ pixelScale }),
    rotation: rotation ?? northUp.rotation,
  };
}

function refuseContradictions(request: MosaicRequest): void {
  const { format, compress, detail, index } = request;
  if (request.instrument !== undefined && request.visit === undefined)
    throw contradiction('INSTRUMENT needs VISIT; give VISIT too, or leave INSTRUMENT out');
  if (request.visit !== undefined && request.ids.length > 0)
    throw contradiction('VISIT and ID both select the datasets; give one of them');
  refuseInDetectors(request);
  refuseLossyWithoutRice(request);
  if (format === 'fits') {
    if (request.colour) throw contradiction(colourNeedsPicture);
    if (request.look) throw contradiction(lookNeedsPicture);
    return;
  }
  if (request.colour && request.bands.length > 0)
    throw contradiction('RGB and BAND both select the bands; leave BAND out');
  if (compress !== 'none')
    throw contradiction(`COMPRESS=${compress} needs FITS; leave it out, or give RESPONSEFORMAT=fits`);
  if (detail !== 'Image' || index)
    throw contradiction(
      'CUTOUTDETAIL=MaskedImage and INDEX=true need FITS; leave them out, or give RESPONSEFORMAT=fits',
    );
}

function refuseInDetectors({ geometry, region, sized, grid, combine, background }: MosaicRequest): void {
  if (geometry === 'sky') return;
  const other = [
    (region ?? sized) && 'a region',
    grid && 'a grid (PROJECTION, PIXSCALE, ROTATION, WCS, ALIGN)',
    combine && 'COMBINE',
    background === 'match' && 'BACKGROUND=match',
  ].find((one) => one);
  if (other) throw contradiction(`GEOMETRY=detector cannot be combined with ${other}; leave one of them out`);
}

/**
 * A whole request: what is left out has the defaults of the parameters. Its properties always stand in this order, of which ETags are
 * made.
 */
export function mosaicRequest(request: Loose<MosaicRequest>): MosaicRequest {
  const p = mosaicParameters;
  return defined({
    region: request.region,
    sized: request.sized,
    ids: request.ids ?? [],
    ofId: request.ofId,
    repo: request.repo,
    collection: request.collection,
    types: request.types ?? [],
    bands: request.bands ?? [],
    times: request.times ?? [],
    detail: request.detail ?? defaultOf(p.detail),
    visit: request.visit,
    instrument: request.instrument,
    unit: request.unit,
    combine: request.combine,
    background: request.background ?? defaultOf(p.background),
    geometry: request.geometry ?? defaultOf(p.geometry),
    index: request.index ?? defaultOf(p.index),
    missing: request.missing ?? defaultOf(p.missing),
    grid: request.grid,
    resample: request.resample ?? defaultOf(p.resample),
    conserve: request.conserve ?? defaultOf(p.conserve),
    positionError: request.positionError ?? defaultOf(p.positionError),
    compress: request.compress ?? defaultOf(p.compress),
    quantize: request.quantize,
    format: request.format ?? defaultOf(p.responseFormat),
    colour: request.colour,
    look: request.look,
    plan: request.plan ?? defaultOf(p.plan),
    runId: request.runId,
  });
}

/** A region, or a size around a position or the centre of a circle. */
function* placeOf(values: Values): Steps<Loose<Pick<MosaicRequest, 'region' | 'sized'>>> {
  const p = mosaicParameters;
  const [stencil, position] = [yield* singleRegion(values), positionOf(values)];
  const [size, edge] = [single(values, p.size), single(values, p.edge)];
  const places = { stencil, position, size, edge };
  refuseMixedPlaces(places);
  return size ? { sized: { ...centreOfSize(places), size, ...defined({ edge }) } } : { region: stencil };
}

/**
 * Reads the parameters of a mosaic. Every one must be known: a misspelt filter would silently widen the answer.
 * Throws VignetError usage: MISSING_PARAM, MULTI_VALUED, BAD_VALUE, VALUE_TOO_LONG, UNKNOWN_PARAMETER, TOO_MANY_PARAMETERS,
 * CONTRADICTION.
 * @example
 * ```ts
 * import { parseMosaic } from 'vignet';
 *
 * const request = parseMosaic([['CIRCLE', '150.25 2.45 0.01'], ['BAND', 'r'], ['PIXSCALE', '0.4']]);
 * console.log(request.region, request.grid);
 * ```
 */
export function parseMosaic(pairs: Pairs): MosaicRequest {
  return untilDone(mosaicSteps(pairs));
}

/** The same in steps. */
export function* mosaicSteps(pairs: Pairs): Steps<MosaicRequest> {
  const values = gather(pairs, maxMosaicParameters);
  refuseUnknown(values, mosaicList, (known) => `The parameters of a mosaic are ${known}`);
  const p = mosaicParameters;
  const { region, sized } = yield* placeOf(values);
  const selection = yield* selectionOf(values, p);
  const visit = single(values, p.visit);
  if (!region && !sized && selection.ids.length === 0 && visit === undefined) {
    const detail =
      'expected a region (POS, CIRCLE, POLYGON, or RA, DEC and SIZE), VISIT or ID, received none of them';
    throw usageError('MISSING_PARAM', detail);
  }
  const geometry = single(values, p.geometry);
  const onSky = geometry === undefined || geometry === 'sky';
  const request = mosaicRequest({
    ...selection,
    ...{ region, sized },
    visit,
    geometry,
    grid: gridOf(values) ?? (visit !== undefined && onSky ? northUp : undefined),
    quantize: single(values, p.quantize),
    runId: single(values, p.runId),
    colour: colourOf(values),
    look: lookOf(values),
    unit: single(values, p.unit),
    combine: single(values, p.combine),
    instrument: single(values, p.instrument),
    detail: single(values, p.detail),
    background: single(values, p.background),
    index: single(values, p.index),
    missing: single(values, p.missing),
    resample: single(values, p.resample),
    conserve: single(values, p.conserve),
    positionError: single(values, p.positionError),
    compress: single(values, p.compress),
    format: single(values, p.responseFormat),
    plan: single(values, p.plan),
  });
  refuseContradictions(request);
  return request;
}
