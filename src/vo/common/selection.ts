/** Which datasets of the archive a request is of. */

import type { DatasetKey } from '../../base/dataset-id.ts';
import { defined } from '../../base/defined.ts';
import { type Steps, VALUE } from '../../base/steps.ts';
import type { Interval } from '../dali/numbers.ts';
import type { Parameter } from '../dali/parameter.ts';
import type { BandChoice } from '../dali/standard-parameters.ts';
import { many, single, type Values } from '../dali/values.ts';

export interface DatasetSelection {
  /** Only these; empty: all. */
  readonly ids: readonly DatasetKey[];
  /** A release label or the name of a collection. */
  readonly collection?: string;
  /** Dataset types; empty: the default. */
  readonly types: readonly string[];
  /** Any of these; empty: all. */
  readonly bands: readonly BandChoice[];
  /** Any of these, MJD UTC; empty: all. */
  readonly times: readonly Interval[];
}

/** The declarations of a service, whose texts are its own. */
export interface SelectionParameters {
  readonly id: Parameter<DatasetKey>;
  readonly collection: Parameter<string>;
  readonly subtype: Parameter<string>;
  readonly band: Parameter<BandChoice>;
  readonly time: Parameter<Interval>;
}

/** Each once, in an order that does not depend on the request's. */
function* unique<T>(all: readonly T[], key: (one: T) => string): Steps<T[]> {
  const byKey = new Map(all.map((one) => [key(one), one]));
  yield VALUE * all.length;
  const keys = [...byKey.keys()].sort();
  yield VALUE * all.length;
  return keys.map((one) => byKey.get(one) as T);
}

export function* selectionOf(values: Values, p: SelectionParameters): Steps<DatasetSelection> {
  return {
    ids: yield* unique(yield* many(values, p.id), ({ repo, uuid }) => `${repo}/${uuid}`),
    ...defined({ collection: single(values, p.collection) }),
    types: yield* unique(yield* many(values, p.subtype), String),
    bands: yield* unique(yield* many(values, p.band), (one) => JSON.stringify(one)),
    times: yield* unique(yield* many(values, p.time), ({ min, max }) => `${min} ${max}`),
  };
}
