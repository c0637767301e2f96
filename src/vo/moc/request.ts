/** A request for a coverage map as the client's parameters say it: typed, normalised, or refused. */

import { defined } from '../../base/defined.ts';
import { type Steps, untilDone } from '../../base/steps.ts';
import { type DatasetSelection, selectionOf } from '../common/selection.ts';
import { defaultOf, type Pairs } from '../dali/parameter.ts';
import { gather, single } from '../dali/values.ts';
import { type MocFormat, mocParameters as p } from './parameters.ts';

/** More parameters than this in one request are refused unread. */
export const maxMocParameters = 1_000;

/**
 * Which datasets a coverage map is of, and how it is written.
 * @example
 * ```ts
 * import { type MocRequest, parseMoc } from 'vignet';
 *
 * const request: MocRequest = parseMoc([['COLLECTION', 'sample'], ['BAND', 'r'], ['ORDER', '9']]);
 * ```
 */
export interface MocRequest extends DatasetSelection {
  /** A search condition in ADQL 2.1 on the columns of datasets. */
  readonly where?: string;
  /** HEALPix order of the smallest cells. */
  readonly order: number;
  readonly format: MocFormat;
  readonly runId?: string;
}

/**
 * Throws VignetError usage.
 * @example
 * ```ts
 * import { parseMoc } from 'vignet';
 *
 * console.log(parseMoc([['BAND', 'r']]).order);
 * ```
 */
export function parseMoc(pairs: Pairs): MocRequest {
  return untilDone(mocSteps(pairs));
}

/** The same in steps. */
export function* mocSteps(pairs: Pairs): Steps<MocRequest> {
  const values = gather(pairs, maxMocParameters);
  return {
    ...(yield* selectionOf(values, p)),
    order: single(values, p.order) ?? defaultOf(p.order),
    format: single(values, p.responseFormat) ?? 'fits',
    ...defined({ where: single(values, p.where), runId: single(values, p.runId) }),
  };
}
