/**
 * The archive as one principal sees it: the only way to datasets, and to what is counted of them. A dataset that the principal may not know
 * of is nowhere: not in a list or count, not under its ID, not in a limit.
 */
import { setImmediate } from 'node:timers/promises';
import { type Granted, refuse } from '../access/granted.ts';
import type { Principal } from '../access/principal.ts';
import { type SkymapConfig, skymapNamed } from '../astronomy/skymaps.ts';
import { type DatasetKey, formatId, parseId, unknownId } from '../base/dataset-id.ts';
import { mapConcurrently } from '../base/map-concurrently.ts';
import { callNative, toVignetError } from '../base/to-vignet-error.ts';
import type { Query, SiteQuery } from '../catalog/catalog.ts';
import { type CollectionDataset, collectionDatasets } from '../catalog/collections.ts';
import { ALWAYS, and, isIn, type Predicate } from '../catalog/predicate.ts';
import { COLUMN_NAMES } from '../catalog/schema.ts';
import { unknownTable } from '../catalog/site-lookup.ts';
import { mayReadTable, type SiteRow, type SiteTable } from '../catalog/site-table.ts';
import type { ColumnOf, RowOf, SideTable } from '../catalog/tables.ts';
import { visibleRows, within } from '../catalog/visible.ts';
import { candidateAt, recordAt } from './candidates.ts';
import { censusOf } from './census.ts';
import {
  type CensusRow,
  type DatasetCandidate,
  type DatasetSummary,
  type ListedDataset,
  type ReadableDataset,
  type Region,
  type Search,
  type SearchOptions,
  tooMany,
} from './dataset-search.ts';
import type { SearchRun } from './index-search.ts';
import type { Generation } from './open-generation.ts';
import type { Originals } from './originals.ts';
import type { DatasetReader, Held } from './reader.ts';
import type { StoredDataset } from './record.ts';

/** Reads that may wait for a disk at once. */
const AT_ONCE = 32;
/** Records that are looked at before others have their turn on this thread. */
const TURN = 64;

/**
 * Which datasets a list has.
 * @example
 * ```ts
 * import { type ListOptions, where } from 'vignet';
 *
 * const coadds: ListOptions = { where: where.equals('dataset_type', 'deep_coadd'), regions: [{ point: [150.2987, 2.38812] }] };
 * ```
 */
export interface ListOptions {
  /** Default: every dataset. */
  readonly where?: Predicate;
  /** Narrows to datasets whose footprint holds one of the points or overlaps one of the stencils. Default, also of an empty list: anywhere. */
  readonly regions?: readonly Region[] | undefined;
  /** Narrows to datasets that may be read. Default: all that may be known of. */
  readonly readable?: boolean;
  /** Datasets at most: the first ones. Default: all. */
  readonly most?: number;
}

/**
 * The archive as one principal may see it. It holds nothing open: get one by `Archive.as` for each request.
 * @example
 * ```ts
 * import { ANONYMOUS, type ArchiveView, openArchive, where } from 'vignet';
 *
 * const archive = await openArchive('.vignet/sample/archive');
 * const view: ArchiveView = archive.as(ANONYMOUS);
 * for await (const batch of view.list({ where: where.equals('lsst_band', 'r') }))
 *   for (const { id, s_ra, s_dec } of batch) console.log(id, s_ra, s_dec);
 * await archive.close();
 * ```
 */
export class ArchiveView {
  readonly #reader: DatasetReader;
  readonly #principal: Principal;
  readonly #granted: Granted;

  constructor(reader: DatasetReader, principal: Principal, granted: Granted) {
    this.#reader = reader;
    this.#principal = principal;
    this.#granted = granted;
  }

  /**
   * What may be seen, as a part of the keys of caches: views with the same key see the same datasets of a generation. Empty where everything
   * may be seen.
   */
  get key(): string {
    return this.#granted.key;
  }

  /**
   * The dataset of a publisher ID (text or parsed), ready to be read. Throws VignetError usage BAD_ID, UNKNOWN_ID, and where it may be known
   * of but not read UNAUTHENTICATED, FORBIDDEN; data BAD_PACK, and for gzipped originals FILE_GONE, FILE_CHANGED, BAD_GZIP, GZIP_TOO_LARGE.
   */
  async resolve(id: string | DatasetKey, { signal }: SearchRun = {}): Promise<ReadableDataset> {
    return this.#reader.using(async (generation) =>
      this.#reader.readable(generation, await this.#allowed(generation, id), signal),
    );
  }

  /**
   * The files of datasets as they were ingested, in the order of the IDs. No file is opened, but those of datasets that were ingested without.
   * Throws VignetError as `resolve` does.
   */
  async originals(ids: readonly (string | DatasetKey)[], { signal }: SearchRun = {}): Promise<Originals[]> {
    return this.#reader.using((generation) =>
      mapConcurrently(ids, AT_ONCE, async (id) =>
        this.#reader.originals(generation, await this.#allowed(generation, id), signal),
      ),
    );
  }

  /** The publisher ID of a dataset that may be known of, also where it may not be read. Throws VignetError usage UNKNOWN_ID. */
  async idOf(key: DatasetKey): Promise<string> {
    return this.#reader.using(async (generation) => {
      const { held } = await this.#known(generation, key);
      return this.#reader.idOf(generation, held.stored.record);
    });
  }

  /** Datasets by their IDs, in their order. Throws VignetError usage BAD_ID, UNKNOWN_ID, UNAUTHENTICATED, FORBIDDEN; data BAD_PACK. */
  async named(
    ids: readonly (string | DatasetKey)[],
    { signal }: SearchRun = {},
  ): Promise<DatasetCandidate[]> {
    return this.#reader.using((generation) =>
      mapConcurrently(ids, AT_ONCE, async (id) => {
        const held = await this.#allowed(generation, id);
        const candidate = await candidateAt(this.#reader, generation, held, { signal });
        if (!candidate) throw new TypeError('expected a candidate for every dataset that is named');
        return candidate;
      }),
    );
  }

  /**
   * The datasets that hold a point or overlap a stencil, ordered by UUID. Files that were not read at ingest are read to know it; where they
   * cannot be, `isRead` is false and the dataset only may.
   */
  async find(region: Region, where: Predicate = ALWAYS, run: SearchRun = {}): Promise<DatasetSummary[]> {
    return this.#reader.using(async (generation) => {
      const rows = await this.#rowsAt(generation, [region], run);
      const found = await mapConcurrently(rows, AT_ONCE, async (row) => {
        const held = await this.#reader.heldAt(generation, row);
        return recordAt(this.#reader, generation, held, region, run.signal);
      });
      const all = found.filter((record) => record !== undefined);
      const wanted = await uuidsThat(
        generation,
        all.map(({ uuid }) => uuid),
        this.#own(where),
      );
      return all
        .filter(({ uuid }) => wanted.has(uuid))
        .map((record) => this.#reader.summary(generation, record));
    });
  }

  /**
   * All that is needed of the datasets that may lie where `searches` look and that `accept` takes, of those that may be read, ordered by row
   * of the index. Footprints only find them: whether a position falls on their pixels is for the WCS to say. A record that cannot be read, or
   * a file that has gone, is reported for that dataset only. Throws VignetError usage TOO_MANY beyond `most`.
   */
  async observations(
    searches: readonly Search[],
    { accept = () => true, most = Number.POSITIVE_INFINITY, where, run = {} }: SearchOptions = {},
  ): Promise<DatasetCandidate[]> {
    return this.#reader.using(async (generation) => {
      const { index } = generation;
      if (!index) return [];
      const { mayRead } = this.#granted;
      const search = (among: Predicate) => this.#reader.search(generation, searches, among, most, run);
      const rows =
        (await search(mayRead)) ?? (where && (await search(and(mayRead, this.#own(await where())))));
      if (!rows) throw tooMany(most);
      const candidates = await mapConcurrently(rows, AT_ONCE, async (number, at) => {
        if (at % TURN === 0) await setImmediate();
        const row = callNative(() => index.row(number));
        let stored: StoredDataset;
        try {
          stored = await this.#reader.stored(row);
        } catch (error) {
          return { uuid: row.uuid, problem: toVignetError(error) };
        }
        return candidateAt(
          this.#reader,
          generation,
          { row, stored },
          { searches, accept, signal: run.signal },
        );
      });
      return candidates.filter((one) => one !== undefined);
    });
  }

  /** Catalog rows in order of collection, type, time and UUID, in batches. */
  async *list({
    where = ALWAYS,
    regions = [],
    readable = false,
    most,
  }: ListOptions = {}): AsyncGenerator<ListedDataset[]> {
    const generation = await this.#reader.acquire();
    try {
      const catalog = await generation.catalog();
      if (!catalog) return;
      const { mayKnow, mayRead } = this.#granted;
      const there = regions.length > 0 ? await this.#uuidsAt(generation, regions) : undefined;
      const rows = catalog.select({
        columns: COLUMN_NAMES,
        where: and(readable ? mayRead : mayKnow, this.#own(where), there ? isIn('uuid', there) : ALWAYS),
        order: ['obs_collection', 'dataset_type', 't_min', 'uuid'],
        most,
      });
      for await (const batch of rows) yield batch.map((row) => this.#reader.listed(generation, row));
    } finally {
      generation.release();
    }
  }

  /**
   * Rows of a table beside `dataset`, in batches: those of which a dataset may be known of. Throws VignetError usage UNKNOWN_TABLE,
   * UNKNOWN_COLUMN.
   */
  async *rows<T extends SideTable, C extends ColumnOf<T>>(
    query: Query<C, T> & { readonly from: T },
  ): AsyncGenerator<Pick<RowOf<T>, C>[]> {
    const generation = await this.#reader.acquire();
    try {
      const catalog = await generation.catalog();
      const visible = visibleRows(query.from, this.#granted.mayKnow);
      if (catalog) yield* catalog.select({ ...query, where: and(visible, this.#own(query.where)) });
    } finally {
      generation.release();
    }
  }

  /** Tables that the site has brought and that may be read, in order of their names. */
  async siteTables(): Promise<SiteTable[]> {
    return this.#reader.using(async (generation) => {
      const tables = (await (await generation.catalog())?.siteTables()) ?? [];
      return tables.filter((table) => mayReadTable(table, this.#granted.mayRead));
    });
  }

  /** Rows of such a table, in batches. Throws VignetError usage UNKNOWN_TABLE, also for one that may not be read, UNKNOWN_COLUMN. */
  async *siteRows(query: SiteQuery): AsyncGenerator<SiteRow[]> {
    const generation = await this.#reader.acquire();
    try {
      const catalog = await generation.catalog();
      const table = (await catalog?.siteTables())?.find(({ name }) => name === query.from);
      if (!catalog || !table || !mayReadTable(table, this.#granted.mayRead)) throw unknownTable(query.from);
      yield* catalog.siteRows({ ...query, where: this.#own(query.where) });
    } finally {
      generation.release();
    }
  }

  /** How many datasets there are. */
  async count(where: Predicate = ALWAYS): Promise<number> {
    const counted = and(this.#granted.mayKnow, this.#own(where));
    return this.#reader.using(async (generation) => {
      if (counted.op === 'true') return generation.index?.size ?? 0;
      return (await (await generation.catalog())?.count(counted)) ?? 0;
    });
  }

  /** How many datasets of each collection, type and release label there are, in this order. */
  async census(): Promise<readonly CensusRow[]> {
    return this.#reader.using(async (generation) => censusOf(await generation.groups(this.#granted.mayKnow)));
  }

  /** The collection datasets: each collection's coadds of one type and band, with their publisher IDs. */
  async collections(): Promise<(CollectionDataset & { readonly id: string })[]> {
    return this.#reader.using(async (generation) => {
      const groups = await generation.groups(this.#granted.mayKnow);
      return collectionDatasets(groups).map((one) => ({
        ...one,
        id: this.#reader.idOf(generation, one.key),
      }));
    });
  }

  /**
   * The sky that datasets cover, as a MOC: NUNIQ numbers, 4 × 4^order + cell, ascending, of HEALPix cells of `order` (0 to 11) and larger ones.
   * It holds every cell that a footprint touches, and others at most within half a cell of one.
   */
  async coverage(where: Predicate, order: number, run: SearchRun = {}): Promise<Uint32Array> {
    return this.#reader.using((generation) =>
      this.#reader.coverage(generation, and(this.#granted.mayKnow, this.#own(where)), order, run),
    );
  }

  /** The definition of a skymap; undefined when nobody has given it. */
  async skymap(name: string): Promise<SkymapConfig | undefined> {
    return this.#reader.using(async ({ config }) => skymapNamed(name, config.skymaps));
  }

  /** A condition that comes from outside: what it asks of other tables is answered from rows that may be seen. */
  #own<C extends string>(where: Predicate<C>): Predicate<C> {
    return within(where, this.#granted.mayKnow);
  }

  /** Throws VignetError usage BAD_ID, UNKNOWN_ID, UNAUTHENTICATED, FORBIDDEN; data BAD_PACK. */
  async #allowed(generation: Generation, id: string | DatasetKey): Promise<Held> {
    const { number, held } = await this.#known(generation, id);
    const readable = await generation.rows(this.#granted.mayRead);
    return readable.has(number) ? held : refuse(this.#principal);
  }

  /** Throws VignetError usage BAD_ID, UNKNOWN_ID; data BAD_PACK. */
  async #known(
    generation: Generation,
    id: string | DatasetKey,
  ): Promise<{ readonly number: number; readonly held: Held }> {
    const { index } = generation;
    const key = typeof id === 'string' ? parseId(id) : lowerCase(id);
    // An unknown ID reveals no path of the configuration.
    const text = () =>
      typeof id === 'string' ? id : formatId(this.#reader.authorityOf(generation), key.repo, key);
    const number = callNative(() => index?.find(key.uuid)) ?? -1;
    const known = await generation.rows(this.#granted.mayKnow);
    if (number < 0 || !known.has(number)) throw unknownId(text());
    const held = await this.#reader.heldAt(generation, number);
    if (held.stored.record.repo !== key.repo) throw unknownId(text());
    return { number, held };
  }

  /** Rows of the index, of those that may be known of. */
  async #rowsAt(
    generation: Generation,
    regions: readonly Region[],
    run: SearchRun = {},
  ): Promise<Uint32Array> {
    const { mayKnow } = this.#granted;
    const all = Number.POSITIVE_INFINITY;
    return (
      (await this.#reader.search(
        generation,
        regions.map((region) => ({ region })),
        mayKnow,
        all,
        run,
      )) ?? new Uint32Array()
    );
  }

  async #uuidsAt(generation: Generation, regions: readonly Region[]): Promise<string[]> {
    const rows = await this.#rowsAt(generation, regions);
    return Array.from(rows).flatMap((row) => callNative(() => generation.index?.row(row).uuid) ?? []);
  }
}

function lowerCase({ repo, uuid }: DatasetKey): DatasetKey {
  return { repo: repo.toLowerCase(), uuid: uuid.toLowerCase() };
}

/** Those of the datasets that meet a condition. */
async function uuidsThat(
  generation: Generation,
  uuids: readonly string[],
  where: Predicate,
): Promise<ReadonlySet<string>> {
  if (where.op === 'true') return new Set(uuids);
  const met = new Set<string>();
  const catalog = await generation.catalog();
  const rows = catalog?.select({ columns: ['uuid'], where: and(where, isIn('uuid', uuids)) });
  for await (const batch of rows ?? []) for (const { uuid } of batch) met.add(uuid);
  return met;
}
