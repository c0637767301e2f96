/** What a registry says of a dataset, as an ingest takes it. */
import { createHash } from 'node:crypto';
import { clip } from '../../base/clip.ts';
import { toVignetError } from '../../base/to-vignet-error.ts';
import type { SearchRegion, SourceFacts, SourceObscore } from '../source.ts';
import type { Row } from './database.ts';
import type { Artifacts } from './datastore.ts';
import type { ButlerDataset } from './registry/datasets.ts';
import type { ExpandedDataset } from './registry/dimension-records.ts';
import { type Aside, registryRows } from './registry-rows.ts';
import { searchRegion } from './search-region.ts';
import { timespanOf } from './timespan.ts';
import { intOf, textOf } from './values.ts';

/** `source` is the name of the Butler, with which its records begin. */
export function factsOf(
  dataset: ExpandedDataset,
  artifacts: Artifacts,
  aside: Aside,
  source: string,
  obscore?: SourceObscore,
): SourceFacts {
  const { fullId, records, uuid, run, type } = dataset;
  const { region, notes } = regionOf(dataset);
  // A visit may have more exposures than that of a raw image.
  const observed = records.exposure ?? records.visit;
  // Of a raw image the exposure is what a visit is of a processed one.
  const visit = intOf(fullId.visit) ?? intOf(fullId.exposure);
  const facts = {
    uuid,
    type: type.name,
    run,
    instrument: textOf(fullId.instrument),
    visit,
    detector: intOf(fullId.detector),
    skymap: textOf(fullId.skymap),
    tract: intOf(fullId.tract),
    patch: intOf(fullId.patch),
    band: textOf(fullId.band),
    filter: textOf(fullId.physical_filter),
    time: observed && timeOf(observed),
    exposure: secondsOf(observed),
    target: textOf(observed?.target_name),
    obsId: textOf(records.exposure?.obs_id) ?? textOf(records.visit?.name),
    region,
    notes,
  };
  const tables = registryRows(dataset, visit, aside);
  const said = { facts, files: artifacts.records, tables: tables(''), obscore };
  return { ...facts, isOfSky: isOfSky(dataset), tables, obscore, record: `${source}.${digest(said)}` };
}

/** Of an exposure its record says so: darks and flats are none. */
function isOfSky({ fullId, records: { exposure } }: ExpandedDataset): boolean {
  if (fullId.visit !== undefined || fullId.tract !== undefined) return true;
  const type = textOf(exposure?.observation_type)?.toLowerCase();
  return type === 'science' && exposure?.can_see_sky !== 0;
}

/** A dataset in words, where it has no path: its type and data ID. */
export function nameOf({ type, dataId, uuid }: Pick<ButlerDataset, 'type' | 'dataId' | 'uuid'>): string {
  const values = Object.entries(dataId).map(([name, value]) => `${name}: ${value}`);
  return clip(`${type.name} {${values.join(', ')}} (${uuid})`, 300);
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}

function timeOf(row: Row): readonly [number, number] | undefined {
  const { begin, end } = timespanOf(row) ?? { begin: null, end: null };
  return begin === null || end === null ? undefined : [begin, end];
}

function secondsOf(row: Row | undefined): number | undefined {
  const value = row?.exposure_time;
  return typeof value === 'number' && value >= 0 && Number.isFinite(value) ? value : undefined;
}

/** The smallest region that the registry has for the dataset. */
function regionOf({ records, fullId }: ExpandedDataset): {
  region: SearchRegion | undefined;
  notes: readonly string[];
} {
  const { visit_detector_region: both, visit, patch, tract } = records;
  const encoded =
    both?.region ??
    (fullId.detector === undefined ? visit?.region : undefined) ??
    patch?.region ??
    (fullId.patch === undefined ? tract?.region : undefined);
  if (typeof encoded !== 'string') return { region: undefined, notes: [] };
  try {
    return { region: searchRegion(encoded), notes: [] };
  } catch (error) {
    return { region: undefined, notes: [toVignetError(error).message] };
  }
}
