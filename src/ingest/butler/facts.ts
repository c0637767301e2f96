/** What a registry says of a dataset, as an ingest takes it. */
import { createHash } from 'node:crypto';
import { clip } from '../../base/clip.ts';
import { onceFor } from '../../base/once-for.ts';
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

/** `source` is the name of the Butler, with which its records begin; `collection` that of the archive. */
export function factsOf(
  dataset: ExpandedDataset,
  artifacts: Artifacts,
  aside: Aside,
  source: string,
  collection: string,
  obscore?: SourceObscore,
): SourceFacts {
  const { fullId, records, uuid, run, type } = dataset;
  const { encoded, region, notes } = regionOf(dataset);
  // A visit may have more exposures than that of a raw image.
  const observed = records.exposure ?? records.visit;
  // Of a raw image the exposure is what a visit is of a processed one.
  const visit = intOf(fullId.visit) ?? intOf(fullId.exposure);
  const known = {
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
    notes,
    isOfSky: isOfSky(dataset),
  };
  const tables = registryRows(dataset, visit, aside, collection);
  const record = digest([
    textOfJson({ ...known, region: encoded, files: artifacts.records, obscore }),
    ...Object.values(tables).flatMap((rows: readonly object[]) => rows.map(textOfRow)),
  ]);
  return { ...known, region, tables, obscore, record: `${source}.${record}` };
}

const textOfJson = (value: unknown): string => JSON.stringify(value);
/** Many datasets share the row of their visit. */
const textOfRow = onceFor(textOfJson);

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

function digest(texts: readonly string[]): string {
  return createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 16);
}

const timeOf = onceFor((row: Row): readonly [number, number] | undefined => {
  const { begin, end } = timespanOf(row) ?? { begin: null, end: null };
  return begin === null || end === null ? undefined : [begin, end];
});

function secondsOf(row: Row | undefined): number | undefined {
  const value = row?.exposure_time;
  return typeof value === 'number' && value >= 0 && Number.isFinite(value) ? value : undefined;
}

/** The smallest region that the registry has for the dataset. */
function regionOf({ records, fullId }: ExpandedDataset): {
  encoded?: string;
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
    return { encoded, region: searchRegion(encoded), notes: [] };
  } catch (error) {
    return { encoded, region: undefined, notes: [toVignetError(error).message] };
  }
}
