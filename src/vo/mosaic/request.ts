/** A mosaic request as the client's parameters say it: typed, normalised, or refused. */
import type { DatasetKey } from '../../base/dataset-id.ts';
import { usageError } from '../../base/errors.ts';
import type { Stencil } from '../../base/sky.ts';
import { colourNeedsPicture, colourOf } from '../common/colour.ts';
import type { Colour } from '../common/colour-parameters.ts';
import type { Resample } from '../common/resample-parameters.ts';
import type { Interval } from '../dali/numbers.ts';
import { type Pairs, readValue } from '../dali/parameter.ts';
import type { Format } from '../dali/response-format.ts';
import { gather, many, multiValued, refuseUnknown, single, type Values } from '../dali/values.ts';
import type { Compression } from '../soda/parameters.ts';
import type { BandChoice, StackUnit } from '../stack/parameters.ts';
import {
  type Background,
  type Combination,
  type Geometry,
  type Missing,
  type MosaicDetail,
  mosaicList,
  mosaicParameters,
} from './parameters.ts';

/** More parameters than this in one request are refused unread: IDs are repeated. */
export const maxMosaicParameters = 10_000;

export interface MosaicRequest {
  /** The piece of sky; absent: all that the named datasets cover. */
  readonly region?: Stencil;
  readonly ids: readonly DatasetKey[];
  /** The collection dataset that it is a piece of, for the header. */
  readonly ofId?: string;
  /** A release label. */
  readonly repo?: string;
  /** A release label or the name of a collection. */
  readonly collection?: string;
  /** Dataset types; empty: the coadds. */
  readonly types: readonly string[];
  /** Any of these; empty: all. */
  readonly bands: readonly BandChoice[];
  /** MJD UTC. */
  readonly times: readonly Interval[];
  /** All detectors of it. */
  readonly visit?: number;
  readonly instrument?: string;
  readonly detail: MosaicDetail;
  /** Absent: native, or with `combine` nJy where that can be. */
  readonly unit?: StackUnit;
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
  readonly compress: Compression;
  readonly quantize?: number;
  readonly format: Format;
  /** A picture of three bands instead of one. */
  readonly colour?: Colour;
  /** Answer the plan. */
  readonly plan: boolean;
  readonly runId?: string;
}

/** A new image about the middle of the region (pixels in arc seconds, angles in degrees), given cards, or a dataset's. */
export type MosaicGrid =
  | { readonly projection: string; readonly pixelScale?: number; readonly rotation: number }
  | { readonly cards: string }
  | { readonly align: DatasetKey };

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
      'PROJECTION with PIXSCALE and ROTATION, WCS, and ALIGN exclude each other: one grid is right',
    );
  if (cards !== undefined) return { cards };
  if (align) return { align };
  if (!drawn) return undefined;
  return {
    projection: projection ?? 'TAN',
    ...(pixelScale !== undefined && { pixelScale }),
    rotation: rotation ?? 0,
  };
}

function regionOf(values: Values): Stencil | undefined {
  const { pos, circle, polygon } = mosaicParameters;
  const given = [pos, circle, polygon].flatMap((parameter) =>
    (values.get(parameter.name) ?? []).map((text) => ({ parameter, text })),
  );
  if (given.length > 1) {
    throw multiValued(`${given.length} regions; a mosaic takes one of POS, CIRCLE, POLYGON`);
  }
  const [only] = given;
  return only && readValue(only.parameter, only.text);
}

const keyOf = ({ repo, uuid }: DatasetKey) => `${repo}/${uuid}`;

function unique<T>(all: readonly T[], key: (one: T) => string): T[] {
  return [...new Map(all.map((one) => [key(one), one])).values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

const contradiction = (detail: string) => usageError('CONTRADICTION', detail);

function refuseContradictions(request: MosaicRequest): void {
  const { format, compress, quantize, detail, index } = request;
  if (request.instrument !== undefined && request.visit === undefined)
    throw contradiction('INSTRUMENT says whose VISIT is meant; without VISIT it says nothing');
  if (request.visit !== undefined && request.ids.length > 0)
    throw contradiction('VISIT and ID exclude each other: both say which datasets to join');
  refuseInDetectors(request);
  if (quantize !== undefined && compress !== 'rice')
    throw contradiction('QUANTIZE needs COMPRESS=rice: other answers are never lossy');
  if (format === 'fits') {
    if (request.colour) throw contradiction(colourNeedsPicture);
    return;
  }
  if (request.colour && request.bands.length > 0) throw contradiction('RGB names the bands; leave BAND out');
  if (compress !== 'none') throw contradiction(`COMPRESS=${compress} is for FITS, not for pictures`);
  if (detail !== 'Image' || index)
    throw contradiction('CUTOUTDETAIL and INDEX are for FITS; a picture shows the image alone');
}

function refuseInDetectors({ geometry, region, grid, combine, background }: MosaicRequest): void {
  if (geometry === 'sky') return;
  const other = [
    region && 'a region',
    grid && 'a grid (PROJECTION, PIXSCALE, ROTATION, WCS, ALIGN)',
    combine && 'COMBINE',
    background === 'match' && 'BACKGROUND=match',
  ].find((one) => one);
  if (other) throw contradiction(`GEOMETRY=detector shows detectors beside each other; leave out ${other}`);
}

/**
 * Reads the parameters of a mosaic. Every one must be known: a misspelt filter would silently widen the answer.
 * Throws VignetError usage: MISSING_PARAM, MULTI_VALUED, BAD_VALUE, VALUE_TOO_LONG, UNKNOWN_PARAMETER, TOO_MANY_PARAMETERS,
 * CONTRADICTION.
 */
export function parseMosaic(pairs: Pairs): MosaicRequest {
  const values = gather(pairs, maxMosaicParameters);
  refuseUnknown(values, mosaicList, (known) => `A mosaic takes ${known}`);
  const p = mosaicParameters;
  const region = regionOf(values);
  const ids = unique(many(values, p.id), keyOf);
  const visit = single(values, p.visit);
  if (!region && ids.length === 0 && visit === undefined) {
    const detail =
      'there is nothing to join; give a region (CIRCLE, POLYGON or POS), a VISIT, or datasets by ID';
    throw usageError('MISSING_PARAM', detail);
  }
  const geometry = single(values, p.geometry) ?? 'sky';
  const tangent = visit !== undefined && geometry === 'sky' ? { projection: 'TAN', rotation: 0 } : undefined;
  const grid = gridOf(values) ?? tangent;
  const collection = single(values, p.collection);
  const quantize = single(values, p.quantize);
  const runId = single(values, p.runId);
  const colour = colourOf(values);
  const unit = single(values, p.unit);
  const combine = single(values, p.combine);
  const instrument = single(values, p.instrument);
  const request: MosaicRequest = {
    ...(region && { region }),
    ids,
    ...(collection !== undefined && { collection }),
    types: unique(many(values, p.subtype), String),
    bands: unique(many(values, p.band), (one) => JSON.stringify(one)),
    times: unique(many(values, p.time), (one) => `${one.min} ${one.max}`),
    detail: single(values, p.detail) ?? 'Image',
    ...(visit !== undefined && { visit }),
    ...(instrument !== undefined && { instrument }),
    ...(unit && { unit }),
    ...(combine && { combine }),
    background: single(values, p.background) ?? 'none',
    geometry,
    index: single(values, p.index) === 'true',
    missing: single(values, p.missing) ?? 'skip',
    ...(grid && { grid }),
    resample: single(values, p.resample) ?? 'lanczos3',
    compress: single(values, p.compress) ?? 'none',
    ...(quantize !== undefined && { quantize }),
    format: single(values, p.responseFormat) ?? 'fits',
    ...(colour && { colour }),
    plan: single(values, p.plan) === 'true',
    ...(runId !== undefined && { runId }),
  };
  refuseContradictions(request);
  return request;
}
