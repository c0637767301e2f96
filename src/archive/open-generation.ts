/** One generation of the archive, open for reading. It does not change: what was counted once is kept. */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { DatasetIndex } from '../addon/dataset-index.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { COUNTED_BY, type CountedGroup } from '../catalog/collections.ts';
import { openCatalog } from '../catalog/open.ts';
import type { Predicate } from '../catalog/predicate.ts';
import { ALL_ROWS, NO_ROWS, type RowSet } from '../catalog/row-set.ts';
import type { ArchiveConfig } from './config.ts';
import { generationPath, openIndexIn } from './generation.ts';

/** For sets of rows, one for each condition lately asked for. */
const ROW_SET_BYTES = 64 * 2 ** 20;
/** Conditions whose counts are kept. */
const COUNTS = 256;
/** Conditions whose coverages are kept. */
const SKIES = 64;

/** Short, however long the condition is: it comes from outside. */
const keyOf = (where: Predicate) => createHash('sha256').update(JSON.stringify(where)).digest('base64');

export class Generation {
  readonly number: number;
  readonly config: ArchiveConfig;
  /** Undefined while nothing was ever published. */
  readonly index: DatasetIndex | undefined;
  readonly #folder: string;
  #catalog: Promise<Catalog> | undefined;
  readonly #rows: LRUCache<string, Promise<RowSet>>;
  readonly #groups = new LRUCache<string, Promise<readonly CountedGroup[]>>({ max: COUNTS });
  readonly #skies = new LRUCache<string, Promise<Uint32Array>>({ max: SKIES });
  #users = 1;

  constructor(archive: string, number: number, config: ArchiveConfig) {
    this.number = number;
    this.config = config;
    this.#folder = generationPath(archive, number);
    this.index = number === 0 ? undefined : openIndexIn(this.#folder);
    const bytes = Math.ceil((this.index?.size ?? 0) / 8) + 1024;
    this.#rows = new LRUCache({
      maxSize: Math.max(ROW_SET_BYTES, bytes),
      sizeCalculation: () => bytes,
    });
  }

  /** The catalog, opened at first use; undefined while nothing was ever published. */
  async catalog(): Promise<Catalog | undefined> {
    if (this.number === 0) return undefined;
    if (!this.#catalog) {
      const opened = openCatalog(this.#folder, this.config.catalog);
      opened.catch(() => {
        this.#catalog = undefined;
      });
      this.#catalog = opened;
    }
    return this.#catalog;
  }

  /** The rows of the index whose datasets meet a condition. All rows cost nothing; others a query, whose result is cached. */
  async rows(where: Predicate): Promise<RowSet> {
    if (where.op === 'true') return ALL_ROWS;
    return once(this.#rows, keyOf(where), async () => {
      const catalog = await this.catalog();
      return catalog ? catalog.positions(where) : NO_ROWS;
    });
  }

  /** Datasets that meet a condition, counted by repo, collection, type and band. */
  groups(where: Predicate): Promise<readonly CountedGroup[]> {
    return once(this.#groups, keyOf(where), async () => {
      const catalog = await this.catalog();
      return (await catalog?.groups(COUNTED_BY, where)) ?? [];
    });
  }

  /** The sky that the datasets of a condition cover, in cells of an order and larger ones, made by `make` at first. */
  sky(where: Predicate, order: number, make: () => Promise<Uint32Array>): Promise<Uint32Array> {
    return once(this.#skies, `${order} ${keyOf(where)}`, make);
  }

  retain(): this {
    this.#users += 1;
    return this;
  }

  /** The last user closes what is open. */
  release(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    this.index?.close();
    void this.#catalog?.then((catalog) => catalog.close()).catch(() => undefined);
  }
}

/** What fails is not kept. */
function once<T extends object>(
  cache: LRUCache<string, Promise<T>>,
  key: string,
  make: () => Promise<T>,
): Promise<T> {
  const known = cache.get(key);
  if (known) return known;
  const made = make();
  made.catch(() => cache.delete(key));
  cache.set(key, made);
  return made;
}
