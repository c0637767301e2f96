/** What a registry says of a dataset in the tables beside `dataset`. What it leaves open is null, and filled by files. */
import { defined } from '../../base/defined.ts';
import { onceFor } from '../../base/once-for.ts';
import { type RowOf, rowFor, type SideRows } from '../../catalog/tables.ts';
import type { Row } from './database.ts';
import type { ExpandedDataset } from './registry/dimension-records.ts';
import { wordOf } from './registry/row.ts';
import type { Validity } from './registry/validity.ts';
import { searchRegion } from './search-region.ts';
import { taiSpanOf, timespanOf } from './timespan.ts';
import { intOf, textOf } from './values.ts';

/** What is known of a dataset beyond its data ID. */
export interface Aside {
  /** The row of its run. */
  readonly run: Row | undefined;
  readonly validity: readonly Validity[];
}

/** `visit`: the number under which the catalog has the image, for a raw one that of its exposure. Equal rows may be one object. */
export function registryRows(
  dataset: ExpandedDataset,
  visit: number | undefined,
  aside: Aside,
  collection: string,
): SideRows {
  return {
    ...visitRows(dataset, visit, collection),
    ...skyRows(dataset),
    run: [runRow(dataset.run, collection, aside.run)],
    calibration_validity: aside.validity.map(({ collection: name, from, to }) =>
      rowFor('calibration_validity', {
        ...{ uuid: dataset.uuid, calibration_collection: name },
        ...{ valid_from: from, valid_to: to },
      }),
    ),
  };
}

function numberOf(row: Row | undefined, column: string, low: number, high: number): number | undefined {
  const value = row?.[column];
  return typeof value === 'number' && value >= low && value <= high ? value : undefined;
}

/** What all exposures say: of several that differ, none speaks for the visit. */
function agreed<T>(exposures: readonly Row[], of: (row: Row) => T | undefined): T | undefined {
  const [first, ...others] = exposures.map(of);
  return others.every((one) => one === first) ? first : undefined;
}

function visitRows(dataset: ExpandedDataset, visit: number | undefined, collection: string): SideRows {
  const { fullId, records } = dataset;
  const instrument = textOf(fullId.instrument);
  if (instrument === undefined || visit === undefined) return {};
  const key = { obs_collection: collection, instrument, visit };
  const row = visitRow(dataset, key);
  const detector = intOf(fullId.detector);
  if (detector === undefined) return { visit: [row] };
  const { full_name: name, raft } = records.detector ?? {};
  const place = { ...key, detector, name: textOf(name) ?? null, raft: textOf(raft) ?? null };
  return { visit: [row], visit_detector: [rowFor('visit_detector', place)] };
}

type VisitKey = Pick<RowOf<'visit'>, 'obs_collection' | 'instrument' | 'visit'>;

/** The same row for all detectors of a visit. */
function visitRow(dataset: ExpandedDataset, key: VisitKey): RowOf<'visit'> {
  const { fullId, records } = dataset;
  const band = textOf(fullId.band) ?? null;
  const filter = textOf(fullId.physical_filter) ?? null;
  const make = () =>
    rowFor('visit', { ...key, band, physical_filter: filter, ...visitColumns(dataset, key.visit) });
  const record = records.visit ?? records.exposure;
  return record ? sharedRow(record, wordOf([...Object.values(key), band, filter]), make) : make();
}

/** By the record of the visit and its exposures, or, of an exposure that is in no visit of its number, by its own record. */
function visitColumns({ records, exposures }: ExpandedDataset, visit: number): Partial<RowOf<'visit'>> {
  const own = records.visit?.id === visit ? records.visit : undefined;
  const taken = records.exposure?.id === visit ? records.exposure : undefined;
  const [whole, parts] = own ? [own, exposures] : [taken, taken ? [taken] : []];
  if (!whole) return {};
  const span = taiSpanOf(whole);
  const [single, ...others] = parts;
  const zenith = numberOf(whole, 'zenith_angle', 0, 180);
  return defined({
    name: textOf(whole.name) ?? textOf(whole.obs_id),
    day_obs: intOf(whole.day_obs),
    seq_num: intOf(whole.seq_num),
    ra: agreed(parts, (one) => numberOf(one, 'tracking_ra', 0, 360)),
    dec: agreed(parts, (one) => numberOf(one, 'tracking_dec', -90, 90)),
    rotation: agreed(parts, (one) => numberOf(one, 'sky_angle', -360, 360)),
    azimuth: numberOf(whole, 'azimuth', -360, 360),
    altitude: zenith === undefined ? undefined : 90 - zenith,
    exposure_begin: span?.begin ?? undefined,
    exposure_end: span?.end ?? undefined,
    exposure_time: numberOf(whole, 'exposure_time', 0, Number.MAX_VALUE),
    dark_time: others.length === 0 ? numberOf(single, 'dark_time', 0, Number.MAX_VALUE) : undefined,
    science_program: textOf(whole.science_program),
    target_name: textOf(whole.target_name),
    observation_type: agreed(parts, (one) => textOf(one.observation_type)),
    observation_reason: textOf(whole.observation_reason),
  });
}

/** The outline of a polygon, degrees. Of other regions, and of what is none, the registry has no outline. */
function outlineOf(encoded: Row[string] | undefined): readonly number[] | null {
  if (typeof encoded !== 'string') return null;
  try {
    const { footprint = [] } = searchRegion(encoded) ?? {};
    return footprint.length >= 6 ? footprint : null;
  } catch {
    // It is in the notes of the dataset where it matters.
    return null;
  }
}

function skyRows({ fullId, records }: ExpandedDataset): SideRows {
  const [skymap, tract, patch] = [textOf(fullId.skymap), intOf(fullId.tract), intOf(fullId.patch)];
  if (skymap === undefined || tract === undefined) return {};
  const key = { skymap, tract };
  const tracts = [rowFor('tract', { ...key, outer_region: outlineOf(records.tract?.region) })];
  if (patch === undefined) return { tract: tracts };
  const { region, cell_x: x, cell_y: y } = records.patch ?? {};
  const place = { cell_x: intOf(x) ?? null, cell_y: intOf(y) ?? null };
  return {
    tract: tracts,
    patch: [rowFor('patch', { ...key, patch, ...place, outer_region: outlineOf(region) })],
  };
}

/** The same row for all datasets of a run. */
function runRow(run: string, collection: string, row: Row | undefined): RowOf<'run'> {
  const make = () => {
    const { begin = null, end = null } = (row && timespanOf(row)) ?? {};
    const said = { host: textOf(row?.host) ?? null, run_begin: begin, run_end: end };
    return rowFor('run', { obs_collection: collection, name: run, ...said });
  };
  return row ? sharedRow(row, wordOf([collection, run]), make) : make();
}

/** Rows that are made of a record. */
const madeOf = onceFor((_: Row) => new Map<string, unknown>());

/** One row by a word for what else it is made of. */
function sharedRow<R>(record: Row, word: string, make: () => R): R {
  const made = madeOf(record) as Map<string, R>;
  const row = made.get(word) ?? make();
  made.set(word, row);
  return row;
}
