/** A mosaic request as the client's parameters say it: typed, normalised, or refused. */
import type { DatasetKey } from '../base/dataset-id.ts';
import { VignetError } from '../base/errors.ts';
import type { Stencil } from '../base/sky.ts';
import { type Missing, type MosaicDetail, mosaicList, mosaicParameters } from './mosaic-parameters.ts';
import type { Interval } from './numbers.ts';
import { type Pairs, readValue } from './parameter.ts';
import type { Format } from './response-format.ts';
import type { Compression } from './soda-parameters.ts';
import type { BandChoice, StackUnit } from './stack-parameters.ts';
import { gather, many, multiValued, refuseUnknown, single, type Values } from './values.ts';

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
  readonly detail: MosaicDetail;
  readonly unit: StackUnit;
  /** A plane of owners. */
  readonly index: boolean;
  readonly missing: Missing;
  readonly compress: Compression;
  readonly quantize?: number;
  readonly format: Format;
  /** Answer the plan. */
  readonly plan: boolean;
  readonly runId?: string;
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

const contradiction = (detail: string) => new VignetError('usage', 'CONTRADICTION', detail);

function refuseContradictions({ format, compress, quantize, detail, index }: MosaicRequest): void {
  if (quantize !== undefined && compress !== 'rice')
    throw contradiction('QUANTIZE needs COMPRESS=rice: other answers are never lossy');
  if (format === 'fits') return;
  if (compress !== 'none') throw contradiction(`COMPRESS=${compress} is for FITS, not for pictures`);
  if (detail !== 'Image' || index)
    throw contradiction('CUTOUTDETAIL and INDEX are for FITS; a picture shows the image alone');
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
  if (!region && ids.length === 0) {
    const detail = 'there is nothing to join; give a region (CIRCLE, POLYGON or POS), or datasets by ID';
    throw new VignetError('usage', 'MISSING_PARAM', detail);
  }
  const collection = single(values, p.collection);
  const quantize = single(values, p.quantize);
  const runId = single(values, p.runId);
  const request: MosaicRequest = {
    ...(region && { region }),
    ids,
    ...(collection !== undefined && { collection }),
    types: unique(many(values, p.subtype), String),
    bands: unique(many(values, p.band), (one) => JSON.stringify(one)),
    times: unique(many(values, p.time), (one) => `${one.min} ${one.max}`),
    detail: single(values, p.detail) ?? 'Image',
    unit: single(values, p.unit) ?? 'native',
    index: single(values, p.index) === 'true',
    missing: single(values, p.missing) ?? 'skip',
    compress: single(values, p.compress) ?? 'none',
    ...(quantize !== undefined && { quantize }),
    format: single(values, p.responseFormat) ?? 'fits',
    plan: single(values, p.plan) === 'true',
    ...(runId !== undefined && { runId }),
  };
  refuseContradictions(request);
  return request;
}
