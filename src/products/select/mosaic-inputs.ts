/** Which datasets a mosaic is made of. */
import type {
  DatasetCandidate,
  DatasetSummary,
  ListedDataset,
  ReadableDataset,
} from '../../archive/dataset-search.ts';
import type { SearchRun } from '../../archive/index-search.ts';
import type { ArchiveView } from '../../archive/view.ts';
import { isCoadd } from '../../astronomy/dataset-types.ts';
import type { SkymapConfig } from '../../astronomy/skymaps.ts';
import { count } from '../../base/count.ts';
import { usageError, VignetError } from '../../base/errors.ts';
import type { Stencil } from '../../base/sky.ts';
import { ALWAYS, and, equals, isIn, isNull, or, type Predicate } from '../../catalog/predicate.ts';
import type { MosaicRequest } from '../../vo/mosaic/request.ts';
import { chooseDatasets, lacksTime, passes } from './choose-datasets.ts';

export interface MosaicInput {
  readonly dataset: ReadableDataset;
  /** Why its files cannot be read, if that is known already. */
  readonly problem?: VignetError;
}

/** A dataset that may lie in the region: its files could not be read, and so its place is not known. */
export interface UnreadInput {
  readonly id: string;
  readonly problem: VignetError;
}

export interface MosaicInputs {
  readonly inputs: readonly MosaicInput[];
  readonly unread: readonly UnreadInput[];
  /** How many others would be inputs, were their time known: TIME leaves them out. */
  readonly untimed: number;
  /** What says who owns a position; absent: the nearest image centre. */
  readonly skymap?: SkymapConfig;
}

/** Which datasets to look for. */
export type Wanted = Pick<
  MosaicRequest,
  | 'ids'
  | 'repo'
  | 'collection'
  | 'types'
  | 'bands'
  | 'times'
  | 'visit'
  | 'instrument'
  | 'combine'
  | 'geometry'
> & {
  readonly region?: Stencil | undefined;
};

/** All inputs must agree on a property that one parameter selects. */
function agree(
  inputs: readonly MosaicInput[],
  what: (dataset: DatasetSummary) => string | null,
  parameter: string,
  plural: string,
): void {
  const found = [...new Set(inputs.map(({ dataset }) => what(dataset) ?? 'none'))].sort();
  if (found.length < 2) return;
  const list = `${found.slice(0, 10).join(', ')}${found.length > 10 ? ', …' : ''}`;
  throw usageError(
    'MIXED_INPUTS',
    `the region has datasets of ${found.length} ${plural} (${list}); choose one by ${parameter}`,
  );
}

/** Datasets that a search may meet for each that a mosaic may have: TIME and wavelengths narrow what it meets. */
const SEARCHED = 2;

function accepts({ repo, collection, types, bands, times }: Wanted): (dataset: DatasetSummary) => boolean {
  return (dataset) =>
    (repo === undefined || repo === dataset.key.repo) &&
    (collection === undefined ||
      collection === dataset.collection ||
      collection.toLowerCase() === dataset.key.repo) &&
    (types.length === 0 ? isCoadd(dataset.type) : types.includes(dataset.type)) &&
    (passes(dataset, bands, times) || lacksTime(dataset, bands, times));
}

function nothingRead({ id, problem }: UnreadInput): VignetError {
  const detail = `${problem.message}; it concerns ${id}, which may lie in the region, where no other image is`;
  return new VignetError(problem.kind, problem.code, detail);
}

/** In order of their IDs; those that are combined in order of time, for the first of them counts. */
function inputsOf(
  candidates: readonly DatasetCandidate[],
  inTime: boolean,
): Pick<MosaicInputs, 'inputs' | 'unread'> {
  const time = ({ dataset }: MosaicInput) =>
    inTime ? (dataset.observation.tMid ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  const inputs: MosaicInput[] = [];
  const unread: UnreadInput[] = [];
  for (const { id, dataset, problem } of candidates) {
    if (dataset) inputs.push({ dataset, ...(problem && { problem }) });
    else if (id !== undefined && problem) unread.push({ id, problem });
    // Not even what was asked of it is known.
    else throw problem ?? usageError('UNKNOWN_ID', 'a dataset of the archive cannot be read');
  }
  inputs.sort((a, b) => {
    const [before, after] = [time(a), time(b)];
    if (before !== after) return before < after ? -1 : 1;
    return a.dataset.key.uuid < b.dataset.key.uuid ? -1 : 1;
  });
  unread.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { inputs, unread };
}

/** The detectors of a visit, by the catalog. Throws usage MIXED_INPUTS, MISSING_PARAM, UNKNOWN_COLLECTION, UNKNOWN_TYPE. */
async function ofVisit(
  view: ArchiveView,
  visit: number,
  { instrument, collection, types }: Wanted,
  run: SearchRun,
): Promise<DatasetCandidate[]> {
  const choice = chooseDatasets(await view.census(), collection, types);
  const rows: ListedDataset[] = [];
  const where = and(equals('lsst_visit', visit), instrument ? equals('instrument_name', instrument) : ALWAYS);
  for await (const piece of view.list({ where, readable: true }))
    rows.push(...piece.filter((row) => choice.collections.includes(row.obs_collection)));
  const cameras = [...new Set(rows.map((row) => row.instrument_name ?? 'none'))].sort();
  if (cameras.length > 1)
    throw usageError(
      'MIXED_INPUTS',
      `several cameras have a visit ${visit} (${cameras.join(', ')}); choose one by INSTRUMENT`,
    );
  const type = choice.types.find((one) => rows.some((row) => row.dataset_type === one));
  const wanted = rows.filter((row) =>
    choice.byDefault ? row.dataset_type === type : types.includes(row.dataset_type),
  );
  return view.named(
    wanted.map(({ repo, uuid }) => ({ repo, uuid })),
    run,
  );
}

/** What the catalog lacks, and a file that has not been read may say. */
const maySay = (column: 'lsst_band' | 'lsst_filter') => and(isNull('planes'), isNull(column));

/** What the catalog knows of what `accepts` takes. */
async function conditionOf(
  view: ArchiveView,
  { repo, collection, types, bands }: Wanted,
): Promise<Predicate> {
  const coadds = async () => (await view.census()).map(({ type }) => type).filter(isCoadd);
  const names = bands.filter((band) => typeof band === 'string');
  return and(
    isIn('dataset_type', types.length > 0 ? types : await coadds()),
    repo === undefined ? ALWAYS : equals('repo', repo),
    collection === undefined
      ? ALWAYS
      : or(equals('obs_collection', collection), equals('repo', collection.toLowerCase())),
    names.length > 0 && names.length === bands.length
      ? or(isIn('lsst_band', names), isIn('lsst_filter', names), maySay('lsst_band'), maySay('lsst_filter'))
      : ALWAYS,
  );
}

async function candidates(
  view: ArchiveView,
  wanted: Wanted,
  most: number,
  run: SearchRun,
): Promise<readonly DatasetCandidate[]> {
  const { ids, region, visit } = wanted;
  if (visit !== undefined) return ofVisit(view, visit, wanted, run);
  if (ids.length > 0 || !region) return view.named(ids, run);
  const where = () => conditionOf(view, wanted);
  return view.observations([{ region }], { accept: accepts(wanted), where, most, run });
}

/** Throws usage TOO_MANY, MIXED_INPUTS; what is wrong with a dataset where there are no others; and as `ArchiveView.observations` and `ArchiveView.named` do. */
export async function findInputs(
  view: ArchiveView,
  wanted: Wanted,
  most: number,
  run: SearchRun,
): Promise<MosaicInputs> {
  if (wanted.ids.length > most)
    throw usageError(
      'TOO_MANY',
      `the request has ${count(wanted.ids.length, 'dataset')}, the limit maxInputs is ${most}; ask for fewer`,
    );
  const combined = wanted.combine !== undefined;
  const { bands, times } = wanted;
  const found = inputsOf(await candidates(view, wanted, SEARCHED * most, run), combined);
  const inputs = found.inputs.filter(({ dataset }) => passes(dataset, bands, times));
  const untimed = found.inputs.filter(({ dataset }) => lacksTime(dataset, bands, times)).length;
  const { unread } = found;
  const [first] = unread;
  if (inputs.length === 0 && first) throw nothingRead(first);
  if (inputs.length > most)
    throw usageError(
      'TOO_MANY',
      `the region has ${count(inputs.length, 'dataset')}, the limit maxInputs is ${most}; ask for a smaller region`,
    );
  const visitOf = ({ observation }: DatasetSummary) => observation.visit?.toString() ?? null;
  if (wanted.ids.length === 0) {
    agree(inputs, ({ collection }) => collection, 'COLLECTION', 'collections');
    agree(inputs, ({ type }) => type, 'DPSUBTYPE', 'types');
    if (!combined) agree(inputs, visitOf, 'VISIT, TIME or ID, or all by COMBINE', 'visits');
  } else if (wanted.geometry === 'detector') {
    agree(inputs, visitOf, 'ID', 'visits');
  }
  // A co-add of several bands is one when they are named.
  const named = combined && (wanted.ids.length > 0 || wanted.bands.length > 1);
  if (!named) agree(inputs, ({ band }) => band, 'BAND', 'bands');
  // Patches that are combined count where they reach, not where they own.
  return {
    ...{ inputs, unread, untimed },
    ...(combined || wanted.geometry === 'detector' ? {} : await skymapOf(view, inputs)),
  };
}

/** The skymap that all inputs are patches of, if it is known and no patch is there twice. */
async function skymapOf(
  view: ArchiveView,
  inputs: readonly MosaicInput[],
): Promise<{ skymap?: SkymapConfig }> {
  const patches = inputs.map(({ dataset }) => dataset.patch);
  const name = patches[0]?.skymap;
  if (name === undefined || !patches.every((patch) => patch?.skymap === name)) return {};
  if (new Set(patches.map((patch) => `${patch?.tract} ${patch?.patch}`)).size < patches.length) {
    throw usageError('MIXED_INPUTS', 'a patch occurs twice; select the datasets by ID, or by one DPSUBTYPE');
  }
  const skymap = await view.skymap(name);
  return skymap ? { skymap } : {};
}
