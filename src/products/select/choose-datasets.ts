/** Which datasets a stack is of: collection and types, named or by default. */

import type { CensusRow, DatasetSummary } from '../../archive/dataset-search.ts';
import { clip } from '../../base/clip.ts';
import { usageError } from '../../base/errors.ts';
import type { Interval } from '../../vo/dali/numbers.ts';
import type { BandChoice } from '../../vo/dali/standard-parameters.ts';

export interface Choice {
  /** obs_collection of each that may be looked at. */
  readonly collections: readonly string[];
  /** In order of preference: of a visit and detector only the first type that holds it. */
  readonly types: readonly string[];
  /** Whether the types were chosen here. */
  readonly byDefault: boolean;
}

const NEVER_BY_DEFAULT = /coadd|^stack$|^raw$|diff|template|resamp|warp|mosaic|bias|dark|flat/i;
/** Whether a stack may be of the type without its being named: single-epoch images that are calibrated, as far as its name says. */
export const isByDefault = (type: string) => !NEVER_BY_DEFAULT.test(type);
/** Single-epoch calibrated images, those of a whole release first. */
const PREFERRED = ['visit_image', 'calexp', 'preliminary_visit_image', 'instcal', 'image'];
/** Endings of the types that hold the same images with lossy compression (RFC-325). */
const LOSSY = /_(comp|lossy)$/;

const listed = (names: readonly string[]) =>
  `${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}`;
const unique = (names: readonly string[]) => [...new Set(names)].sort();

/** COLLECTION is a release label or the name of a collection. Throws usage MISSING_PARAM, UNKNOWN_COLLECTION. */
function heldIn(census: readonly CensusRow[], collection: string | undefined): readonly CensusRow[] {
  const labels = unique(census.map((row) => row.repo));
  if (collection === undefined) {
    if (labels.length > 1)
      throw usageError(
        'MISSING_PARAM',
        `expected a value for COLLECTION, received none; the archive has more than one release: ${listed(labels)}`,
      );
    return census;
  }
  const named = census.filter((row) => row.name === collection);
  const held = named.length > 0 ? named : census.filter((row) => row.repo === collection.toLowerCase());
  if (held.length > 0) return held;
  const known = unique([...labels, ...census.map((row) => row.name)]);
  throw usageError(
    'UNKNOWN_COLLECTION',
    `expected one of ${listed(known)} for COLLECTION, received '${clip(collection)}'`,
  );
}

function defaultTypes(types: readonly string[]): string[] {
  const single = types.filter(isByDefault);
  const rank = (type: string) => {
    const at = PREFERRED.indexOf(type.replace(LOSSY, ''));
    return at < 0 ? PREFERRED.length : at;
  };
  const [first] = [...single].sort((a, b) => rank(a) - rank(b));
  const base = first?.replace(LOSSY, '');
  return single
    .filter((type) => type.replace(LOSSY, '') === base)
    .sort((a, b) => Number(LOSSY.test(b)) - Number(LOSSY.test(a)) || (a < b ? -1 : 1));
}

/** Collections that a request may be of that needs none to be named. Throws usage UNKNOWN_COLLECTION, UNKNOWN_TYPE. */
export function chooseAny(
  census: readonly CensusRow[],
  collection: string | undefined,
  types: readonly string[],
): readonly string[] {
  const held = collection === undefined ? census : heldIn(census, collection);
  refuseMissing(types, unique(held.map((row) => row.type)));
  return unique(held.map((row) => row.name));
}

function refuseMissing(types: readonly string[], there: readonly string[]): void {
  const missing = types.find((type) => !there.includes(type));
  if (missing === undefined) return;
  throw usageError(
    'UNKNOWN_TYPE',
    `expected one of ${listed(there)} for DPSUBTYPE, received '${clip(missing)}'`,
  );
}

/** Throws usage MISSING_PARAM, UNKNOWN_COLLECTION, UNKNOWN_TYPE. */
export function chooseDatasets(
  census: readonly CensusRow[],
  collection: string | undefined,
  types: readonly string[],
): Choice {
  const held = heldIn(census, collection);
  const collections = unique(held.map((row) => row.name));
  const there = unique(held.map((row) => row.type));
  if (types.length === 0) {
    const chosen = defaultTypes(there);
    if (chosen.length === 0 && there.length > 0)
      throw usageError(
        'UNKNOWN_TYPE',
        `expected a value for DPSUBTYPE (one of ${listed(there)}), received none; there are no calibrated single-epoch images`,
      );
    return { collections, types: chosen, byDefault: true };
  }
  refuseMissing(types, there);
  return { collections, types, byDefault: false };
}

const meets = (wanted: Interval, held: readonly [number, number] | null) =>
  held !== null && wanted.min <= held[1] && wanted.max >= held[0];

/** What is said of images that were left out because their time is not known. */
export function untimedSentence(count: number): string {
  return count === 1
    ? '1 image there has no known time and was left out'
    : `${count} images there have no known time and were left out`;
}

/** Whether a dataset would pass, were its time known. */
export function lacksTime(
  dataset: DatasetSummary,
  bands: readonly BandChoice[],
  times: readonly Interval[],
): boolean {
  return times.length > 0 && dataset.bounds.time === null && passes(dataset, bands, []);
}

type Named = Pick<DatasetSummary, 'band'> & { readonly observation: { readonly filter: string | null } };

/** A band, or the filter as the header names it: `r`, `r_57`, `HSC-R`. */
export const bandNames = ({ band, observation: { filter } }: Named): string[] =>
  [...new Set([band, filter])].filter((name) => name !== null);

/** Whether a dataset passes BAND and TIME; what is not known passes no filter, what its file may still say passes every one. */
export function passes(
  dataset: DatasetSummary,
  bands: readonly BandChoice[],
  times: readonly Interval[],
): boolean {
  const { bounds, band, observation, isRead } = dataset;
  const mayBeNamed = !isRead && (band === null || observation.filter === null);
  const inBand = bands.some((one) =>
    typeof one === 'string'
      ? mayBeNamed || bandNames(dataset).includes(one)
      : !isRead || meets(one, bounds.em),
  );
  const inTime = (!isRead && bounds.time === null) || times.some((one) => meets(one, bounds.time));
  return (bands.length === 0 || inBand) && (times.length === 0 || inTime);
}
