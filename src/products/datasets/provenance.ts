/** Where datasets come from: their inputs, step by step, the datasets met on the way, and the runs that made them. */
import type { ListedDataset } from '../../archive/dataset-search.ts';
import type { ArchiveView } from '../../archive/view.ts';
import { usageError } from '../../base/errors.ts';
import { isIn, of } from '../../catalog/predicate.ts';
import { columnNames, type RowOf } from '../../catalog/tables.ts';
import type { ProvenanceRequest } from '../../vo/datasets/provenance.ts';
import { calibrationsOf, type ProvenanceCalibration } from './calibrations.ts';

/** Inputs that an answer holds. */
export const MOST_INPUTS = 100_000;
/** Datasets that one question of the catalog is about. */
const AT_ONCE = 1_000;

type Input = RowOf<'dataset_input'>;

/** What is said of a dataset. */
export type ProvenanceDataset = Pick<
  ListedDataset,
  | 'id'
  | 'uuid'
  | 'repo'
  | 'dataset_type'
  | 'obs_collection'
  | 'obs_id'
  | 'run'
  | 'calib_level'
  | 'instrument_name'
  | 'lsst_visit'
  | 'lsst_detector'
  | 'lsst_band'
  | 'lsst_tract'
  | 'lsst_patch'
  | 't_min'
  | 't_max'
>;

const SAID = [
  ...['id', 'uuid', 'repo', 'dataset_type', 'obs_collection', 'obs_id', 'run', 'calib_level'],
  ...['instrument_name', 'lsst_visit', 'lsst_detector', 'lsst_band', 'lsst_tract', 'lsst_patch'],
  ...['t_min', 't_max'],
] as readonly (keyof ProvenanceDataset)[];

/**
 * The provenance of a dataset, as far as the archive knows it and the asker may. An input that is no dataset of the archive has its name,
 * and no `input`.
 * @example
 * ```ts
 * import { ANONYMOUS, type Provenance, Vignet } from 'vignet';
 *
 * const vignet = await Vignet.open('.vignet/sample/archive');
 * const [coadd] = await vignet.archive.as(ANONYMOUS).find({ point: [150.2987, 2.38812] });
 * if (coadd) {
 *   const asked = { id: coadd.key, depth: 100, direction: 'BACK', format: 'json' } as const;
 *   const provenance: Provenance = await vignet.datasets.provenance(asked, { principal: ANONYMOUS });
 *   for (const { named, role } of provenance.inputs) console.log(role, named);
 * }
 * await vignet.close();
 * ```
 */
export interface Provenance {
  /** Of the dataset asked for. */
  readonly id: string;
  readonly direction: ProvenanceRequest['direction'];
  /** Steps that were followed. */
  readonly depth: number;
  /** There are more steps: those behind `depth` were not followed. */
  readonly more: boolean;
  /** The dataset asked for first, then those met, in order of the steps. */
  readonly datasets: readonly ProvenanceDataset[];
  readonly inputs: readonly Input[];
  /** Those that are valid at the time of the dataset asked for: which were used, and which only could apply. */
  readonly calibrations: readonly ProvenanceCalibration[];
  readonly runs: readonly RowOf<'run'>[];
}

function* pieces<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += AT_ONCE) yield all.slice(at, at + AT_ONCE);
}

/** The inputs of the datasets, or those that are the datasets. */
async function inputsOf(
  view: ArchiveView,
  side: 'output' | 'input',
  uuids: readonly string[],
): Promise<Input[]> {
  const found: Input[] = [];
  for (const piece of pieces(uuids)) {
    const where = of('dataset_input').isIn(side, piece);
    const columns = columnNames('dataset_input');
    const order = ['output', 'position'] as const;
    for await (const batch of view.rows({ from: 'dataset_input', columns, where, order }))
      found.push(...batch);
  }
  return found;
}

async function datasetsOf(
  view: ArchiveView,
  uuids: readonly string[],
): Promise<Map<string, ProvenanceDataset>> {
  const found = new Map<string, ProvenanceDataset>();
  for (const piece of pieces(uuids))
    for await (const batch of view.list({ where: isIn('uuid', piece) }))
      for (const row of batch)
        found.set(row.uuid, Object.fromEntries(SAID.map((name) => [name, row[name]])) as ProvenanceDataset);
  return found;
}

async function runsOf(view: ArchiveView, datasets: Iterable<ProvenanceDataset>): Promise<RowOf<'run'>[]> {
  const wanted = new Map<string, readonly [collection: string, run: string]>();
  for (const { obs_collection: collection, run } of datasets)
    if (run !== null) wanted.set(JSON.stringify([collection, run]), [collection, run]);
  const names = [...new Set([...wanted.values()].map(([, run]) => run))];
  const runs: RowOf<'run'>[] = [];
  for (const piece of pieces(names)) {
    const where = of('run').isIn('name', piece);
    for await (const batch of view.rows({ from: 'run', columns: columnNames('run'), where }))
      runs.push(...batch.filter((row) => wanted.has(JSON.stringify([row.obs_collection, row.name]))));
  }
  return runs;
}

function requireFew(inputs: number): void {
  if (inputs <= MOST_INPUTS) return;
  throw usageError(
    'TOO_MANY',
    `expected a provenance of at most ${MOST_INPUTS} inputs, received more; ask for a smaller DEPTH, and for the provenance of the datasets there`,
  );
}

/** `first`: the dataset asked for, which may be known of. Throws VignetError usage TOO_MANY. */
export async function provenanceOf(
  view: ArchiveView,
  first: { readonly id: string; readonly uuid: string },
  { depth, direction }: ProvenanceRequest,
  signal?: AbortSignal,
): Promise<Provenance> {
  const [from, to] = direction === 'BACK' ? (['output', 'input'] as const) : (['input', 'output'] as const);
  const met = new Set([first.uuid]);
  const inputs: Input[] = [];
  let edge = [first.uuid];
  let steps = 0;
  for (; steps < depth && edge.length > 0; steps++) {
    signal?.throwIfAborted();
    const step = await inputsOf(view, from, edge);
    inputs.push(...step);
    requireFew(inputs.length);
    // A dataset that is met again, in a circle too, is not followed again.
    edge = [...new Set(step.map((row) => row[to]))].filter(
      (uuid) => uuid !== null && !met.has(uuid),
    ) as string[];
    for (const uuid of edge) met.add(uuid);
  }
  const more = edge.length > 0 && (await inputsOf(view, from, edge.slice(0, AT_ONCE))).length > 0;
  const known = await datasetsOf(view, [...met]);
  const datasets = [...met].flatMap((uuid) => known.get(uuid) ?? []);
  const runs = await runsOf(view, datasets);
  const used = new Set(inputs.flatMap(({ input }) => input ?? []));
  const calibrations = direction === 'BACK' ? await calibrationsOf(view, first.uuid, used) : [];
  return { id: first.id, direction, depth: steps, more, datasets, inputs, calibrations, runs };
}
