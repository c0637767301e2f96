/** The archive, as its readers see it: what it holds, and where the bytes are. */
import { access } from 'node:fs/promises';
import { resolve as absolute, join } from 'node:path';
import { allowAll, authorize, type Policy } from '../access/policy.ts';
import { ANONYMOUS, type Principal } from '../access/principal.ts';
import { type SkymapConfig, skymapNamed } from '../astronomy/skymaps.ts';
import type { SeekSource } from '../base/dataset.ts';
import { type DatasetKey, formatId, parseId, unknownId } from '../base/dataset-id.ts';
import { VignetError } from '../base/errors.ts';
import { mapConcurrently } from '../base/map-concurrently.ts';
import { callNative, toVignetError } from '../base/to-vignet-error.ts';
import { Scratch, type ScratchLimits } from '../bytes/scratch.ts';
import { sourcesOf } from '../bytes/sources.ts';
import type { CollectionDataset } from '../catalog/collections.ts';
import { type DatasetFilter, filterMatches, filterSql, type ListFilter } from '../catalog/filter.ts';
import type { CatalogRow } from '../catalog/schema.ts';
import { DEFAULT_AUTHORITY, readConfig } from './config.ts';
import {
  type DatasetCandidate,
  type DatasetSummary,
  type ReadableDataset,
  type Region,
  rowsThatMeet,
  type Search,
  type SearchOptions,
  tooMany,
} from './dataset-search.ts';
import { currentGeneration } from './generation.ts';
import { type CensusRow, type Generation, GenerationFollower } from './generation-follower.ts';
import { PackReader } from './pack-reader.ts';
import { packPath } from './pack-writer.ts';
import type { DatasetRecord, StoredDataset } from './record.ts';

export type { Policy, Rights } from '../access/policy.ts';
export { ANONYMOUS, type Principal } from '../access/principal.ts';
export type { SkymapConfig } from '../astronomy/skymaps.ts';
export { type DatasetKey, parseId } from '../base/dataset-id.ts';
export type { CollectionDataset } from '../catalog/collections.ts';
export type { DatasetFilter } from '../catalog/filter.ts';
export type { CatalogRow } from '../catalog/schema.ts';
export type {
  Bounds,
  DatasetCandidate,
  DatasetSummary,
  ReadableDataset,
  Region,
  Search,
} from './dataset-search.ts';
export type { CensusRow } from './generation-follower.ts';

/** Reads that may wait for a disk at once. */
const AT_ONCE = 32;

/** A catalog row with what configuration adds: the publisher ID and the file's absolute path (never for answers of the service). */
export type ListedDataset = CatalogRow & { readonly id: string; readonly absolutePath: string };

export interface ArchiveOptions {
  readonly policy?: Policy;
  /** Overrides the authority of the IVOIDs in answers. */
  readonly authority?: string;
  /** For layouts in memory. Default 64 MiB. */
  readonly cacheBytes?: number;
  readonly scratchLimits?: ScratchLimits;
}

/** Opens an archive for reading. Throws VignetError usage NO_ARCHIVE when the folder holds none. */
export async function openArchive(folder: string, options: ArchiveOptions = {}): Promise<Archive> {
  const path = absolute(folder);
  return new Archive(path, await GenerationFollower.open(path), options);
}

export class Archive {
  readonly #folder: string;
  readonly #follower: GenerationFollower;
  readonly #packs: PackReader;
  readonly #scratch: Scratch;
  readonly #policy: Policy;
  readonly #authority: string | undefined;

  constructor(folder: string, follower: GenerationFollower, options: ArchiveOptions) {
    this.#folder = folder;
    this.#follower = follower;
    this.#packs = new PackReader(join(folder, 'packs'), options.cacheBytes ?? 64 * 2 ** 20);
    this.#scratch = new Scratch(join(folder, 'scratch'), options.scratchLimits);
    this.#policy = options.policy ?? allowAll;
    this.#authority = options.authority;
  }

  /**
   * The dataset of a publisher ID (text or parsed), ready to be read. Throws VignetError usage BAD_ID, UNKNOWN_ID, FORBIDDEN; data
   * BAD_PACK, and for gzipped originals FILE_GONE, FILE_CHANGED, BAD_GZIP, GZIP_TOO_LARGE.
   */
  async resolve(id: string | DatasetKey, principal: Principal = ANONYMOUS): Promise<ReadableDataset> {
    const key =
      typeof id === 'string' ? parseId(id) : { repo: id.repo.toLowerCase(), uuid: id.uuid.toLowerCase() };
    return this.#using(async (generation) => {
      const text = typeof id === 'string' ? id : this.#idOf(generation, key);
      const stored = await this.#allowed(generation, key, text, principal);
      const sources = await sourcesOf(stored.record.files, generation.config.roots, this.#scratch);
      const summary = this.#summary(generation, stored.record);
      return {
        ...summary,
        layout: stored.layout,
        sources,
        ...this.#seek(stored.record),
        version: stored.version,
        name: stored.record.name,
      };
    });
  }

  /** The datasets that hold a point or overlap a stencil, of those the principal may see, ordered by UUID. */
  async find(
    region: Region,
    filter: DatasetFilter = {},
    principal: Principal = ANONYMOUS,
  ): Promise<DatasetSummary[]> {
    return this.#using(async (generation) => {
      const rows = callNative(() => generation.index?.search(region)) ?? [];
      const found: DatasetSummary[] = [];
      for (const row of rows) {
        const { record } = await this.#stored(generation, row);
        if (!this.#policy(principal, record) || !filterMatches(filter, record)) continue;
        found.push(this.#summary(generation, record));
      }
      return found;
    });
  }

  /**
   * All that is needed of the datasets that may lie where `searches` look, of those the principal may see and `accept` takes, ordered by
   * row of the index. No SQL. Footprints only find them: whether a position falls on their pixels is for the WCS to say. A record that
   * cannot be read, or a file that has gone, is said of that dataset alone. Throws VignetError usage TOO_MANY beyond `most`.
   */
  async observations(
    searches: readonly Search[],
    { accept = () => true, most = Number.POSITIVE_INFINITY }: SearchOptions = {},
    principal: Principal = ANONYMOUS,
  ): Promise<DatasetCandidate[]> {
    return this.#using(async (generation) => {
      const { index } = generation;
      if (!index) return [];
      const rows = callNative(() => rowsThatMeet(index, searches));
      if (rows.length > most) throw tooMany(rows.length, most);
      const candidates = await mapConcurrently(rows, AT_ONCE, async (row) => {
        let stored: StoredDataset;
        try {
          stored = await this.#packs.read(row);
        } catch (error) {
          return { uuid: row.uuid, problem: toVignetError(error) };
        }
        if (!this.#policy(principal, stored.record)) return undefined;
        const summary = this.#summary(generation, stored.record);
        return accept(summary) ? this.#candidate(generation, stored, summary) : undefined;
      });
      return candidates.filter((one) => one !== undefined);
    });
  }

  /** The same of datasets by their IDs, in their order. Throws VignetError usage UNKNOWN_ID, FORBIDDEN; data BAD_PACK. */
  async named(ids: readonly DatasetKey[], principal: Principal = ANONYMOUS): Promise<DatasetCandidate[]> {
    return this.#using((generation) =>
      mapConcurrently(ids, AT_ONCE, async (key) => {
        const stored = await this.#allowed(generation, key, this.#idOf(generation, key), principal);
        return this.#candidate(generation, stored, this.#summary(generation, stored.record));
      }),
    );
  }

  async #candidate(
    { config }: Generation,
    { record, layout, version }: StoredDataset,
    summary: DatasetSummary,
  ): Promise<DatasetCandidate> {
    const dataset = { ...summary, layout, version, name: record.name, ...this.#seek(record) };
    try {
      const sources = await sourcesOf(record.files, config.roots, this.#scratch);
      return { uuid: record.uuid, dataset: { ...dataset, sources } };
    } catch (error) {
      return { uuid: record.uuid, dataset: { ...dataset, sources: [] }, problem: toVignetError(error) };
    }
  }

  /** Throws VignetError usage UNKNOWN_ID, FORBIDDEN. */
  async #allowed(generation: Generation, key: DatasetKey, text: string, principal: Principal) {
    const row = generation.index?.find(key.uuid) ?? -1;
    const stored = row < 0 ? undefined : await this.#stored(generation, row);
    if (stored?.record.repo !== key.repo) throw unknownId(text);
    authorize(this.#policy, principal, stored.record);
    return stored;
  }

  /** Catalog rows in order of collection, type, time and UUID, piece by piece; `near` narrows to those whose footprint holds a point. */
  async *list(
    filter: ListFilter & { readonly near?: readonly [number, number] } = {},
    principal: Principal = ANONYMOUS,
  ): AsyncGenerator<ListedDataset[]> {
    const generation = await this.#follower.acquire();
    try {
      const catalog = await generation.catalog();
      if (!catalog) return;
      const condition = filterSql(filter);
      let uuids: string[] | undefined;
      if (filter.near) {
        const point = filter.near;
        const rows = callNative(() => generation.index?.search({ point })) ?? [];
        uuids = Array.from(rows, (row) => generation.index?.row(row).uuid ?? '');
      }
      for await (const piece of catalog.datasets(condition, uuids)) {
        yield piece
          .filter((row) => this.#policy(principal, rightsOf(row)))
          .map((row) => this.#listed(generation, row));
      }
    } finally {
      generation.release();
    }
  }

  /** Datasets held. */
  async count(): Promise<number> {
    return this.#using(async (generation) => generation.index?.size ?? 0);
  }

  /**
   * Looks whether the archive and its files are still there: what is open goes on working for a while when a disk has gone.
   * Throws VignetError transient ARCHIVE_GONE, FILES_GONE.
   */
  async check(): Promise<void> {
    await this.#using(async ({ number, config: { roots } }) => {
      const config = await readConfig(this.#folder);
      if (!config || (number > 0 && currentGeneration(this.#folder) === 0)) {
        throw new VignetError('transient', 'ARCHIVE_GONE', 'the archive is not there any more');
      }
      const folders = Object.values(roots);
      const there = await Promise.allSettled(folders.map((folder) => access(folder)));
      if (folders.length > 0 && there.every(({ status }) => status === 'rejected')) {
        throw new VignetError('transient', 'FILES_GONE', 'no folder of the files is there any more');
      }
    });
  }

  /** Datasets by collection and type, whoever may see them: counts tell nothing about a single one. */
  async census(): Promise<readonly CensusRow[]> {
    return this.#using(async (generation) => generation.census());
  }

  /** How many datasets of each collection and type there are. */
  async contents(): Promise<{ collection: string; type: string; datasets: number }[]> {
    return this.#using(async (generation) => {
      const sql =
        'SELECT obs_collection AS collection, dataset_type AS type, count(*) AS datasets FROM dataset GROUP BY ALL ORDER BY ALL';
      const catalog = await generation.catalog();
      const rows = (await catalog?.rows<{ collection: string; type: string; datasets: bigint }>(sql)) ?? [];
      return rows.map((row) => ({ ...row, datasets: Number(row.datasets) }));
    });
  }

  /** The collection datasets: each collection's coadds of one type and band, with their publisher IDs. */
  async collections(): Promise<(CollectionDataset & { readonly id: string })[]> {
    return this.#using(async (generation) =>
      (await generation.coadds()).map((one) => ({ ...one, id: this.#idOf(generation, one.key) })),
    );
  }

  /** The definition of a skymap; undefined when nobody has given it. */
  async skymap(name: string): Promise<SkymapConfig | undefined> {
    return this.#using(async ({ config }) => skymapNamed(name, config.skymaps));
  }

  /** Of the IVOIDs in answers. */
  async authority(): Promise<string> {
    return this.#using(async ({ config }) => this.#authority ?? config.authority ?? DEFAULT_AUTHORITY);
  }

  /** Release labels of the archive. */
  async repos(): Promise<string[]> {
    return this.#using(async (generation) => Object.keys(generation.config.repos));
  }

  async close(): Promise<void> {
    this.#follower.close();
    await this.#packs.close();
  }

  async #using<T>(work: (generation: Generation) => Promise<T>): Promise<T> {
    const generation = await this.#follower.acquire();
    try {
      return await work(generation);
    } finally {
      generation.release();
    }
  }

  async #stored(generation: Generation, row: number): Promise<StoredDataset> {
    const ref = callNative(() => generation.index?.row(row));
    if (!ref) throw unknownId(String(row));
    return this.#packs.read({ pack: ref.pack, offset: ref.offset, length: ref.length });
  }

  #idOf({ config }: Generation, key: DatasetKey): string {
    const path = config.repos[key.repo]?.path ?? key.repo;
    return formatId(this.#authority ?? config.authority ?? DEFAULT_AUTHORITY, path, key);
  }

  #seek({ seek }: DatasetRecord): { seek?: SeekSource } {
    if (!seek) return {};
    const { pack, offset, length } = seek;
    return { seek: { path: packPath(join(this.#folder, 'packs'), pack), offset, length } };
  }

  #summary(generation: Generation, record: DatasetRecord): DatasetSummary {
    const { repo, uuid, collection, type, band, observation, patch, planes, maskNames, xy0 } = record;
    const { emMin, emMax, tMin, tMax, polStates } = record;
    return {
      id: this.#idOf(generation, { repo, uuid }),
      key: { repo, uuid },
      collection,
      type,
      band,
      observation,
      patch: patch ?? null,
      planes,
      maskNames,
      xy0,
      bounds: {
        em: emMin === null || emMax === null ? null : [emMin, emMax],
        time: tMin === null || tMax === null ? null : [tMin, tMax],
        pol: polStates === null ? null : polStates.split('/').filter((state) => state !== ''),
      },
    };
  }

  #listed(generation: Generation, row: CatalogRow): ListedDataset {
    const { repo, uuid, root, path } = row;
    return {
      ...row,
      id: this.#idOf(generation, { repo, uuid }),
      absolutePath: join(generation.config.roots[root] ?? '', path),
    };
  }
}

function rightsOf({ data_rights, obs_release_date, owner, grp }: CatalogRow) {
  return { dataRights: data_rights, releaseDate: obs_release_date, owner, group: grp };
}
