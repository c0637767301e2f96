/** Requests of /api/datasets: typed, or refused. A misspelt name must not turn a few pixels into a whole file: all must be known. */

import { type DatasetKey, parseId } from '../../base/dataset-id.ts';
import { defined } from '../../base/defined.ts';
import { usageError } from '../../base/errors.ts';
import type { Steps } from '../../base/steps.ts';
import type { Pairs, Parameter, UrlParts } from '../dali/parameter.ts';
import { withUploads } from '../dali/uploads.ts';
import {
  contradiction,
  gather,
  many,
  refuseUnknown,
  single,
  singleInSteps,
  type Values,
} from '../dali/values.ts';
import { fileParameters, type HeaderFormat, headerParameters, packParameters } from './parameters.ts';

/** More parameters than this in one request of a dataset are refused unread. */
export const maxDatasetParameters = 20;
/** IDs and all else of a tar archive. */
export const maxPackParameters = 5_010;

/** Throws VignetError usage BAD_ID. */
export const keyOf = ({ repo = '', uuid = '' }: UrlParts): DatasetKey => parseId(`butler://${repo}/${uuid}`);

function known(pairs: Pairs, most: number, parameters: readonly Parameter<unknown>[]): Values {
  const values = gather(pairs, most);
  refuseUnknown(values, parameters, (names) =>
    names === '' ? 'It takes none' : `Every parameter must be one of ${names}`,
  );
  return values;
}

export interface FileRequest {
  readonly id: DatasetKey;
  readonly plane?: string;
  /** Whole planes instead of a file. */
  readonly planes?: readonly string[];
}

/** Throws VignetError usage BAD_ID, BAD_VALUE, MULTI_VALUED, UNKNOWN_PARAMETER, CONTRADICTION. */
export function parseFile(pairs: Pairs, parts: UrlParts): FileRequest {
  const values = known(pairs, maxDatasetParameters, Object.values(fileParameters));
  const plane = single(values, fileParameters.plane);
  const planes = single(values, fileParameters.planes);
  if (plane !== undefined && planes)
    throw contradiction('PLANE gives a file and PLANES pixels; leave one of them out');
  return { id: keyOf(parts), ...defined({ plane, planes }) };
}

export interface HeaderRequest {
  readonly id: DatasetKey;
  readonly format?: HeaderFormat;
}

/** Throws as `parseFile`. */
export function parseHeader(pairs: Pairs, parts: UrlParts): HeaderRequest {
  const values = known(pairs, maxDatasetParameters, Object.values(headerParameters));
  return { id: keyOf(parts), ...defined({ format: single(values, headerParameters.headerFormat) }) };
}

/** Where nobody says it: what the header Accept asks for. */
export function headerFormatOf(accept: string | undefined): HeaderFormat {
  const types = (accept ?? '').split(',').map((type) => type.split(';')[0]?.trim().toLowerCase());
  const others = ['application/json', 'application/*', '*/*'];
  return types.includes('text/plain') && !types.some((type) => others.includes(type ?? '')) ? 'text' : 'json';
}

/** Of what has no parameters. Throws as `parseFile`. */
export function parseDataset(pairs: Pairs, parts: UrlParts): { readonly id: DatasetKey } {
  known(pairs, maxDatasetParameters, []);
  return { id: keyOf(parts) };
}

export interface PackRequest {
  readonly ids: readonly DatasetKey[];
  /** Name of the member to begin with. */
  readonly from?: string;
}

/** Throws as `parseFile`, and usage MISSING_PARAM, TOO_MANY_PARAMETERS. */
export function* packSteps(sent: Pairs): Steps<PackRequest> {
  const list = Object.values(packParameters);
  const pairs = withUploads(sent, list);
  const values = known(pairs, maxPackParameters, list);
  const named = yield* many(values, packParameters.ids);
  const listed = yield* singleInSteps(values, packParameters.idList);
  const all = [...named, ...(listed ?? [])];
  if (all.length === 0)
    throw usageError(
      'MISSING_PARAM',
      'expected a value for ID or IDS, received none; give the ID of each dataset',
    );
  const once = new Map(all.map((id) => [`${id.repo} ${id.uuid}`, id]));
  return { ids: [...once.values()], ...defined({ from: single(values, packParameters.from) }) };
}
