/** Datasets of an open generation; `view.ts` calls it after checking that they may be read. */
import { join } from 'node:path';
import { parseStates } from '../astronomy/polarization.ts';
import { type DatasetKey, formatId, unknownId } from '../base/dataset-id.ts';
import type { FileSource, SeekSource } from '../base/sources.ts';
import { callNative, toVignetError } from '../base/to-vignet-error.ts';
import type { Scratch } from '../bytes/scratch.ts';
import { sourcesOf } from '../bytes/sources.ts';
import type { Predicate } from '../catalog/predicate.ts';
import type { CatalogRow } from '../catalog/schema.ts';
import { DEFAULT_AUTHORITY } from './config.ts';
import type {
  DatasetCandidate,
  DatasetSummary,
  ListedDataset,
  ReadableDataset,
  Search,
} from './dataset-search.ts';
import type { FirstUse } from './first-use.ts';
import type { GenerationFollower } from './generation-follower.ts';
import {
  type IndexCoverer,
  type IndexSearcher,
  rowsThatMeet,
  type SearchRun,
  skyOf,
} from './index-search.ts';
import type { Generation } from './open-generation.ts';
import { type Originals, originalOf } from './originals.ts';
import type { PackRef } from './pack.ts';
import type { PackReader } from './pack-reader.ts';
import { packName } from './pack-writer.ts';
import { type DatasetRecord, requireSameDataset, type StoredDataset } from './record.ts';

export interface ReaderParts {
  readonly folder: string;
  readonly follower: GenerationFollower;
  readonly packs: PackReader;
  readonly firstUse: FirstUse;
  readonly scratch: Scratch;
  /** Runs searches of the index. */
  readonly search: IndexSearcher;
  /** Gathers the sky that rows of the index cover. */
  readonly cover: IndexCoverer;
  /** Of the IVOIDs in answers, before what the archive says. */
  readonly authority: string | undefined;
}

/** A row of the index: which dataset, and where the packs have it. */
export type StoredAt = PackRef & { readonly uuid: string };

/** A dataset as the index and the packs have it. */
export interface Held {
  readonly row: StoredAt;
  readonly stored: StoredDataset;
}

export class DatasetReader {
  readonly #parts: ReaderParts;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  /** The current generation, which the caller releases. */
  acquire(): Promise<Generation> {
    return this.#parts.follower.acquire();
  }

  /** Works with the current generation, which stays open meanwhile. */
  async using<T>(work: (generation: Generation) => Promise<T>): Promise<T> {
    const generation = await this.acquire();
    try {
      return await work(generation);
    } finally {
      generation.release();
    }
  }

  /** What the packs hold of a row of the index. Throws VignetError data BAD_PACK, BAD_INDEX. */
  async stored(row: StoredAt): Promise<StoredDataset> {
    const stored = await this.#parts.packs.read(row);
    requireSameDataset(row.uuid, stored.record);
    return stored;
  }

  /** The dataset of a number of the index. Throws as `stored`. */
  async heldAt({ index }: Generation, number: number): Promise<Held> {
    const row = callNative(() => index?.row(number));
    if (!row) throw unknownId(String(number));
    return { row, stored: await this.stored(row) };
  }

  /** The same with a layout: of files that were not read at ingest it is made now. Throws as `FirstUse.whole`. */
  whole(
    { config }: Generation,
    { row, stored }: Held,
    signal: AbortSignal | undefined,
  ): Promise<StoredDataset> {
    return this.#parts.firstUse.whole(stored, row, config.roots, signal);
  }

  /** Rows that the searches meet, of those that meet a condition; undefined: more than `most`. */
  async search(
    generation: Generation,
    searches: readonly Search[],
    among: Predicate,
    most: number,
    run: SearchRun,
  ): Promise<Uint32Array | undefined> {
    const { index } = generation;
    if (!index) return new Uint32Array();
    const rows = await generation.rows(among);
    return rowsThatMeet(index, searches, rows, most, this.#parts.search, run);
  }

  /** The sky that the datasets of a condition cover, made once for a generation. Throws as the engine does. */
  async coverage(
    generation: Generation,
    among: Predicate,
    order: number,
    run: SearchRun,
  ): Promise<Uint32Array> {
    const { index } = generation;
    if (!index) return new Uint32Array();
    const make = async () => skyOf(index, await generation.rows(among), order, this.#parts.cover, run);
    try {
      return await generation.sky(among, order, make);
    } catch (error) {
      // It was made for somebody else, who has gone.
      if (toVignetError(error).kind !== 'transient' || run.signal?.aborted) throw error;
      return generation.sky(among, order, make);
    }
  }

  authorityOf({ config }: Generation): string {
    return this.#parts.authority ?? config.authority ?? DEFAULT_AUTHORITY;
  }

  /** Publisher ID of a dataset that is there. */
  idOf(generation: Generation, key: DatasetKey): string {
    const path = generation.config.repos[key.repo]?.path ?? key.repo;
    return formatId(this.authorityOf(generation), path, key);
  }

  summary(generation: Generation, record: DatasetRecord): DatasetSummary {
    const {
      repo,
      uuid,
      collection,
      type,
      band,
      observation,
      patch,
      planes,
      maskNames,
      xy0,
      survey,
      inverseVariance = false,
      unread,
    } = record;
    const { emMin, emMax, tMin, tMax, polStates } = record;
    return {
      id: this.idOf(generation, { repo, uuid }),
      key: { repo, uuid },
      ...{ collection, type, band, observation, planes, maskNames, xy0, survey, inverseVariance },
      isRead: unread === undefined,
      patch: patch ?? null,
      bounds: {
        em: emMin === null || emMax === null ? null : [emMin, emMax],
        time: tMin === null || tMax === null ? null : [tMin, tMax],
        pol: polStates === null ? null : parseStates(polStates),
      },
    };
  }

  /** Throws as `whole`, and VignetError data: of its files, as `sourcesOf` does. */
  async readable(generation: Generation, held: Held, signal?: AbortSignal): Promise<ReadableDataset> {
    const stored = await this.whole(generation, held, signal);
    const sources = await this.#sources(generation, stored, signal);
    return this.#dataset(stored, this.summary(generation, stored.record), sources);
  }

  /** The same where it is said beside the dataset that its files cannot be had. */
  async candidate(
    generation: Generation,
    stored: StoredDataset,
    summary: DatasetSummary,
    signal?: AbortSignal,
  ): Promise<DatasetCandidate> {
    const { uuid } = stored.record;
    try {
      return {
        uuid,
        dataset: this.#dataset(stored, summary, await this.#sources(generation, stored, signal)),
      };
    } catch (error) {
      return { uuid, dataset: this.#dataset(stored, summary, []), problem: toVignetError(error) };
    }
  }

  /** Throws as `whole`. */
  async originals(generation: Generation, held: Held, signal?: AbortSignal): Promise<Originals> {
    const { record, layout } = await this.whole(generation, held, signal);
    const { repo, uuid, planes, files } = record;
    const key = { repo, uuid };
    return {
      id: this.idOf(generation, key),
      ...{ key, layout, planes },
      files: files.map((file) => originalOf(file, generation.config.roots)),
    };
  }

  listed(generation: Generation, row: CatalogRow): ListedDataset {
    const { repo, uuid, root, path } = row;
    return {
      ...row,
      id: this.idOf(generation, { repo, uuid }),
      absolutePath: root === '' ? path : join(generation.config.roots[root] ?? '', path),
    };
  }

  #sources(
    { config }: Generation,
    { record }: StoredDataset,
    signal: AbortSignal | undefined,
  ): Promise<readonly FileSource[]> {
    return sourcesOf(record.files, config.roots, this.#parts.scratch, signal);
  }

  #dataset(
    { record, layout, version }: StoredDataset,
    summary: DatasetSummary,
    sources: readonly FileSource[],
  ): ReadableDataset {
    return { ...summary, layout, sources, version, name: record.name, ...this.#seek(record) };
  }

  #seek({ seek }: DatasetRecord): { seek?: SeekSource } {
    if (!seek) return {};
    const { pack, offset, length } = seek;
    return { seek: { root: join(this.#parts.folder, 'packs'), path: packName(pack), offset, length } };
  }
}
