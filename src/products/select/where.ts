/** A selection of datasets as a condition of the catalog. */

import type { CensusRow } from '../../archive/dataset-search.ts';
import {
  ALWAYS,
  and,
  equals,
  isIn,
  isNull,
  lessThan,
  not,
  or,
  type Predicate,
} from '../../catalog/predicate.ts';
import type { ColumnName } from '../../catalog/schema.ts';
import type { DatasetSelection } from '../../vo/common/selection.ts';
import type { Interval } from '../../vo/dali/numbers.ts';
import { chooseAny } from './choose-datasets.ts';

type Quantity = Extract<ColumnName, 'em_min' | 'em_max' | 't_min' | 't_max' | 't_exptime' | 's_resolution'>;

/** `low` to `high` meets the interval. What is not known overlaps nothing. */
function overlapping(low: Quantity, high: Quantity, { min, max }: Interval): Predicate {
  return and(
    ...[low, high].map((column) => not(isNull(column))),
    or(lessThan(low, max), equals(low, max)),
    not(lessThan(high, min)),
  );
}

/** A value in one of the intervals; all where there is none. */
export function inOneOf(column: Quantity, intervals: readonly Interval[]): Predicate {
  return anyOf(intervals.map((one) => overlapping(column, column, one)));
}

const anyOf = (parts: readonly Predicate[]) => (parts.length === 0 ? ALWAYS : or(...parts));

/** Throws VignetError usage UNKNOWN_COLLECTION, UNKNOWN_TYPE. */
export function whereOf(census: readonly CensusRow[], selection: DatasetSelection): Predicate {
  const { ids, collection, types, bands, times } = selection;
  const collections = chooseAny(census, collection, types);
  return and(
    ids.length === 0
      ? ALWAYS
      : anyOf(ids.map(({ repo, uuid }) => and(equals('repo', repo), equals('uuid', uuid)))),
    collection === undefined ? ALWAYS : isIn('obs_collection', collections),
    types.length === 0 ? ALWAYS : isIn('dataset_type', types),
    anyOf(
      bands.map((band) =>
        typeof band === 'string'
          ? or(equals('lsst_band', band), equals('lsst_filter', band))
          : overlapping('em_min', 'em_max', band),
      ),
    ),
    anyOf(times.map((time) => overlapping('t_min', 't_max', time))),
  );
}
