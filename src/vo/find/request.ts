/** What datasets are looked for by: typed, normalised, or refused. */

import { defined } from '../../base/defined.ts';
import type { Stencil } from '../../base/sky.ts';
import { type Steps, untilDone } from '../../base/steps.ts';
import { type DatasetSelection, selectionOf } from '../common/selection.ts';
import type { Interval } from '../dali/numbers.ts';
import type { Pairs } from '../dali/parameter.ts';
import { gather, many, single } from '../dali/values.ts';
import { findParameters as p } from './parameters.ts';

/** More parameters than this in one request are refused unread. */
export const maxFindParameters = 10_000;

/**
 * A dataset is found that meets each of these that is not empty; in each, any of the values.
 * @example
 * ```ts
 * import { type FindRequest, parseFind } from 'vignet';
 *
 * const request: FindRequest = parseFind([['POS', 'CIRCLE 150.3 2.39 0.1'], ['BAND', 'r'], ['SPATRES', '0 0.9']]);
 * ```
 */
export interface FindRequest extends DatasetSelection {
  /** Footprints that contain one of the positions, or overlap one of the regions. */
  readonly regions: readonly (Stencil | { readonly point: readonly [ra: number, dec: number] })[];
  readonly visits: readonly number[];
  readonly detectors: readonly number[];
  readonly tracts: readonly number[];
  readonly patches: readonly number[];
  readonly instruments: readonly string[];
  readonly targets: readonly string[];
  readonly calibLevels: readonly number[];
  /** Seconds. */
  readonly exposures: readonly Interval[];
  /** FWHM of the PSF in arc seconds. */
  readonly resolutions: readonly Interval[];
  /** A search condition in ADQL 2.1 on the columns of datasets. */
  readonly where?: string;
  /** Most rows; absent: all. */
  readonly maxRec?: number;
}

/**
 * Throws VignetError usage.
 * @example
 * ```ts
 * import { parseFind } from 'vignet';
 *
 * console.log(parseFind([['VISIT', '2026021100003']]).visits);
 * ```
 */
export function parseFind(pairs: Pairs): FindRequest {
  return untilDone(findSteps(pairs));
}

function* findSteps(pairs: Pairs): Steps<FindRequest> {
  const values = gather(pairs, maxFindParameters);
  return {
    ...(yield* selectionOf(values, p)),
    regions: yield* many(values, p.pos),
    visits: yield* many(values, p.visit),
    detectors: yield* many(values, p.detector),
    tracts: yield* many(values, p.tract),
    patches: yield* many(values, p.patch),
    instruments: yield* many(values, p.instrument),
    targets: yield* many(values, p.target),
    calibLevels: yield* many(values, p.calib),
    exposures: yield* many(values, p.exptime),
    resolutions: yield* many(values, p.spatres),
    ...defined({ where: single(values, p.where), maxRec: single(values, p.maxRec) }),
  };
}
