/** A Butler repository as a source of candidates. It is only read. */
import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { clip } from '../../base/clip.ts';
import { VignetError } from '../../base/errors.ts';
import { mapConcurrently } from '../../base/map-concurrently.ts';
import { toVignetError } from '../../base/to-vignet-error.ts';
import { rootOf } from '../../bytes/roots.ts';
import type { Candidate, CandidateSource, Found, Roots, SourceRegistry } from '../source.ts';
import { type ButlerConfig, type RegistryAddress, readButlerConfig } from './config.ts';
import type { Database, ReadLimits, Row } from './database.ts';
import {
  type ArtifactRecord,
  type Artifacts,
  addressOf,
  Datastores,
  type Located,
  pathOf,
  RealPlaces,
} from './datastore.ts';
import { factsOf, nameOf } from './facts.ts';
import { hasWildcard } from './glob.ts';
import { type ObscoreConfig, readObscoreConfig, selectedCollections } from './obscore/config.ts';
import { obscoreOf } from './obscore/values.ts';
import { openDatabase } from './open-database.ts';
import { type Collection, type CollectionKey, Collections } from './registry/collections.ts';
import { type DatasetType, readDatasetTypes, selectTypes } from './registry/dataset-types.ts';
import { type ButlerDataset, datasetsOf, existing } from './registry/datasets.ts';
import { DimensionRecords, type ExpandedDataset } from './registry/dimension-records.ts';
import { Remembered } from './registry/remembered.ts';
import { wordOf } from './registry/row.ts';
import { runsOf } from './registry/runs.ts';
import { readSchema } from './registry/schema.ts';
import { readSummaries, type Summaries } from './registry/summaries.ts';
import { validityOf } from './registry/validity.ts';
import type { Aside } from './registry-rows.ts';
import { findRepository } from './repository.ts';

/**
 * Which datasets of which repository.
 * @example
 * ```ts
 * import type { ButlerSelection } from 'vignet';
 *
 * const selection: ButlerSelection = { repository: 'dp1', collections: ['LSSTComCam/DP1'], datasetTypes: ['visit_image'] };
 * ```
 */
export interface ButlerSelection {
  /** Folder with butler.yaml, that file, or a label of the repository index. */
  readonly repository: string;
  /**
   * Names of collections, searched in this order: of datasets of one type and data ID the first is taken. With `*` or `?` in one of them
   * every dataset is taken. Default: all collections.
   */
  readonly collections?: readonly string[];
  /** Names or patterns of dataset types. Default: those whose storage class is an image. */
  readonly datasetTypes?: readonly string[];
  /** A file of ObsCore values in the form of dax_obscore. Its collections and dataset types are the default of those above. */
  readonly obscore?: string;
  /** Folders, beside the datastores' own, beneath which files may lie that were ingested under absolute paths. */
  readonly allowRoots?: readonly string[];
  /** Hosts whose servers may be asked, beside this machine. */
  readonly allowHosts?: readonly string[];
}

/** Files looked at together. */
const AT_ONCE = 16;
const COMPANIONS = ['mask', 'variance'] as const;

interface Parts {
  readonly config: ButlerConfig;
  readonly database: Database;
  readonly collections: Collections;
  readonly schema: Awaited<ReturnType<typeof readSchema>>;
  readonly summaries: Summaries;
  readonly selected: readonly Collection[];
  readonly types: readonly DatasetType[];
  readonly isOrdered: boolean;
  readonly allowRoots: readonly string[];
  readonly allowHosts: readonly string[];
  readonly obscore: ObscoreConfig | undefined;
}

export class ButlerCandidates implements CandidateSource {
  readonly #parts: Parts;
  readonly #records: DimensionRecords;
  readonly #datastores: Datastores;
  readonly #places = new RealPlaces();
  readonly #runs = new Remembered<Row>();
  /** How records of this Butler begin. */
  readonly #name: string;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.#records = new DimensionRecords(parts.database);
    this.#datastores = new Datastores(parts.database, parts.config);
    const address = registryName(parts.config.registry);
    this.#name = createHash('sha256').update(address).digest('hex').slice(0, 8);
  }

  /**
   * Opens a repository and reads its collections and dataset types. Throws VignetError usage NO_BUTLER, UNKNOWN_COLLECTION, UNKNOWN_TYPE,
   * HOST_NOT_ALLOWED; data BAD_BUTLER, BAD_BUTLER_DATABASE; transient REGISTRY_BUSY.
   */
  static async open(selection: ButlerSelection, limits: ReadLimits = {}): Promise<ButlerCandidates> {
    const { datasetTypes = [], allowRoots = [], allowHosts = [] } = selection;
    const obscore = selection.obscore === undefined ? undefined : await readObscoreConfig(selection.obscore);
    const patterns = selection.collections?.length
      ? selection.collections
      : obscore
        ? selectedCollections(obscore)
        : [];
    const config = await readButlerConfig((await findRepository(selection.repository)).file);
    const hosts = allowHosts.map((host) => host.toLowerCase());
    const database = await openDatabase(config.registry, hosts, limits);
    try {
      const schema = await readSchema(database);
      const collections = await Collections.read(database, schema);
      return new ButlerCandidates({
        ...{ config, database, schema, collections },
        summaries: await readSummaries(database, schema),
        selected: collections.select(patterns.length > 0 ? patterns : ['*']),
        types: selectTypes(
          await readDatasetTypes(database),
          datasetTypes,
          obscore && [...obscore.types.keys()],
        ),
        isOrdered: patterns.length > 0 && !patterns.some(hasWildcard),
        allowRoots: await realFolders(allowRoots),
        allowHosts: hosts,
        obscore,
      });
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  async roots(known: Roots): Promise<Roots> {
    const { config, allowRoots } = this.#parts;
    const roots: Record<string, string> = { ...known };
    const own = config.datastores.filter(({ isRemote }) => !isRemote).map(({ root }) => root);
    // Of a datastore whose folder is gone every file is missing, which is reported for each.
    for (const folder of [...(await realFolders(own, true)), ...allowRoots]) {
      const { root } = await rootOf(folder, roots);
      roots[root.name] = root.folder;
    }
    return roots;
  }

  /** What the ObsCore configuration says that has no effect. */
  get notes(): readonly { path: string; note: string }[] {
    const { obscore, types } = this.#parts;
    if (!obscore) return [];
    const selected = new Set(types.map(({ name }) => name));
    const others = [...obscore.types.keys()].filter((name) => !selected.has(name));
    const left = others.map((name) => `dataset type ${clip(name)} is not ingested: it is not selected`);
    return [...obscore.notes, ...left].map((note) => ({ path: 'ObsCore configuration', note }));
  }

  get registry(): SourceRegistry {
    const { database } = this.#parts;
    return {
      name: this.#name,
      gone: async (uuids) => {
        const there = await existing(database, uuids);
        return uuids.filter((uuid) => !there.has(uuid));
      },
    };
  }

  /** Each dataset once, though tagged and calibration collections have theirs from runs. */
  async *candidates(collection: string): AsyncGenerator<Found> {
    const seen = new Set<string>();
    for await (const all of this.pages()) {
      const fresh = all.filter(({ uuid }) => !seen.has(uuid) && seen.add(uuid));
      const page = await this.#records.expand(fresh);
      const artifacts = await this.#datastores.find(page.map(({ id }) => id));
      const asides = await this.#asides(page);
      yield* await mapConcurrently(page, AT_ONCE, (dataset) =>
        this.#found(dataset, asides(dataset), artifacts.get(dataset.id), collection),
      );
    }
  }

  /** The selected datasets with the records of their data IDs, in pages, once for each collection that has them. */
  async *datasets(): AsyncGenerator<readonly ExpandedDataset[]> {
    for await (const page of this.pages()) yield await this.#records.expand(page);
  }

  /** The same without these records. */
  async *pages(): AsyncGenerator<readonly ButlerDataset[]> {
    const { selected, types, summaries, isOrdered } = this.#parts;
    for (const type of types) {
      const before: CollectionKey[] = [];
      for (const collection of selected) {
        if (!summaries.mayHold(collection, type)) continue;
        yield* datasetsOf(this.#parts, type, collection, before);
        if (isOrdered && collection.type !== 'calibration') before.push(collection.key);
      }
    }
  }

  /** What the registry has of a page of datasets beyond their data IDs. */
  async #asides(page: readonly ExpandedDataset[]): Promise<(dataset: ExpandedDataset) => Aside> {
    const keys = new Map(page.map(({ runKey }) => [wordOf([runKey]), runKey]));
    const runs = await this.#runs.all(keys, (missing) => runsOf(this.#parts, missing));
    const validity = await validityOf(this.#parts, page);
    return ({ runKey, uuid }) => ({ run: runs.get(wordOf([runKey])), validity: validity.get(uuid) ?? [] });
  }

  async #found(
    dataset: ExpandedDataset,
    aside: Aside,
    artifacts: Artifacts | undefined,
    collection: string,
  ): Promise<Found> {
    const { obscore } = this.#parts;
    let path = '';
    try {
      if (dataset.problem) throw dataset.problem;
      if (!artifacts) throw noArtifact('expected a file for the dataset, received none: no datastore has it');
      const { image, companions } = filesOf(artifacts);
      const records = [image, ...companions.map(({ record }) => record)];
      path = image.path;
      const said = obscore && obscoreOf(dataset, obscore);
      const facts = factsOf(dataset, artifacts, aside, this.#name, collection, said);
      const elsewhere = this.#elsewhere(records, artifacts);
      if (elsewhere) return { candidate: { ...elsewhere, companions: [], facts } };
      const found = await mapConcurrently(records, 1, (record) => this.#locate(record, artifacts));
      const [own, ...others] = found.map((one) => one.path);
      const candidate: Candidate = {
        path: own ?? '',
        companions: companions.map(({ role }, n) => ({ role, path: others[n] ?? '' })),
        looked: found.map(({ stamp }) => stamp),
        ...(found.some(({ member }) => member) && { members: found.map(({ member }) => member) }),
        facts,
      };
      return { candidate };
    } catch (error) {
      return { problem: { path: path || nameOf(dataset), error: toVignetError(error), uuid: dataset.uuid } };
    }
  }

  #locate(record: ArtifactRecord, { datastore }: Artifacts): Promise<Located> {
    return pathOf(record, datastore, this.#parts.allowRoots, this.#places);
  }

  /** Where a dataset is of which any file is elsewhere. */
  #elsewhere(records: readonly ArtifactRecord[], { datastore }: Artifacts) {
    const addresses = records.map((record) => addressOf(record, datastore, this.#parts.allowHosts));
    const first = addresses.find((address) => address !== undefined);
    return first && { ...first, path: addresses[0]?.path ?? first.path };
  }

  async close(): Promise<void> {
    await this.#parts.database.close();
  }
}

/** Who asks is no part of what is asked. */
function registryName(registry: RegistryAddress): string {
  if (registry.kind === 'sqlite') return registry.path;
  return `${registry.url.replace(/\/\/[^@/]*@/, '//')} ${registry.namespace ?? ''}`;
}

const noArtifact = (detail: string) => new VignetError('data', 'NO_ARTIFACT', detail);

/** The file of the image, and those of its mask and variance where the dataset was taken apart. */
function filesOf({ records }: Artifacts) {
  const whole = records.find(({ component }) => component === undefined);
  if (whole) return { image: whole, companions: [] };
  const image = records.find(({ component }) => component === 'image');
  if (!image) {
    const parts = records.map(({ component }) => component ?? '').join(', ');
    throw noArtifact(
      `expected a file of the dataset or of its image, received only its ${parts.slice(0, 200)}`,
    );
  }
  const companions = COMPANIONS.flatMap((role) => {
    const record = records.find(({ component }) => component === role);
    return record ? [{ role, record }] : [];
  });
  return { image, companions };
}

/** Throws VignetError usage NO_SUCH_PATH for a folder that does not exist, unless these are left out. */
async function realFolders(folders: readonly string[], leaveOut = false): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    const real = await realpath(folder).catch(() => undefined);
    if (real !== undefined) found.push(real);
    else if (!leaveOut)
      throw new VignetError(
        'usage',
        'NO_SUCH_PATH',
        `expected a folder for --allow-root, received '${folder.slice(0, 200)}'; check the path`,
      );
  }
  return found;
}
