/** Follows CURRENT: the newest generation, opened once, the older one kept while somebody still reads it. */
import { join } from 'node:path';
import { native } from '../addon/addon.ts';
import type { DatasetIndex } from '../addon/dataset-index.ts';
import { VignetError } from '../base/errors.ts';
import { callNative } from '../base/to-vignet-error.ts';
import { type CollectionDataset, collectionDatasets } from '../catalog/collections.ts';
import type { Catalog } from '../catalog/duckdb/catalog.ts';
import { type ArchiveConfig, readConfig } from './config.ts';
import { CATALOG_FILE, currentGeneration, generationPath, INDEX_FILE } from './generation.ts';

const CHECK_EVERY_MS = 1000;

/** DuckDB takes longer to load than a cutout to make, and most requests do without. */
async function openCatalog(path: string): Promise<Catalog> {
  const { Catalog } = await import('../catalog/duckdb/catalog.ts');
  return Catalog.open(path, 'READ_ONLY');
}

/** How many datasets of a type a collection holds, and under which release label. */
export interface CensusRow {
  readonly name: string;
  readonly type: string;
  readonly repo: string;
  readonly datasets: number;
}

export class Generation {
  readonly number: number;
  readonly config: ArchiveConfig;
  /** Undefined while nothing was ever published. */
  readonly index: DatasetIndex | undefined;
  readonly #folder: string;
  #catalog: Promise<Catalog> | undefined;
  #census: Promise<readonly CensusRow[]> | undefined;
  #coadds: Promise<readonly CollectionDataset[]> | undefined;
  #users = 1;

  constructor(archive: string, number: number, config: ArchiveConfig) {
    this.number = number;
    this.config = config;
    this.#folder = generationPath(archive, number);
    this.index =
      number === 0 ? undefined : callNative(() => native.openIndex(join(this.#folder, INDEX_FILE)));
  }

  /** The catalog, opened at first use; undefined while nothing was ever published. */
  catalog(): Promise<Catalog> | undefined {
    if (this.number === 0) return undefined;
    if (!this.#catalog) {
      const opened = openCatalog(join(this.#folder, CATALOG_FILE));
      opened.catch(() => {
        this.#catalog = undefined;
      });
      this.#catalog = opened;
    }
    return this.#catalog;
  }

  /** Datasets by collection and type. A generation does not change: counted once. */
  census(): Promise<readonly CensusRow[]> {
    if (!this.#census) {
      const counting = this.#count();
      counting.catch(() => {
        this.#census = undefined;
      });
      this.#census = counting;
    }
    return this.#census;
  }

  /** Collection datasets, counted at first use. */
  coadds(): Promise<readonly CollectionDataset[]> {
    if (!this.#coadds) {
      const counting = (async () => collectionDatasets(await this.catalog()))();
      counting.catch(() => {
        this.#coadds = undefined;
      });
      this.#coadds = counting;
    }
    return this.#coadds;
  }

  async #count(): Promise<readonly CensusRow[]> {
    const sql =
      'SELECT obs_collection AS name, dataset_type AS type, repo, count(*)::INTEGER AS datasets FROM dataset GROUP BY ALL ORDER BY ALL';
    const catalog = await this.catalog();
    return (await catalog?.rows<CensusRow>(sql)) ?? [];
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

export class GenerationFollower {
  readonly #archive: string;
  #now: Generation;
  #checked = Date.now();
  #opening: Promise<void> | undefined;
  #closed = false;

  private constructor(archive: string, first: Generation) {
    this.#archive = archive;
    this.#now = first;
  }

  static async open(archive: string): Promise<GenerationFollower> {
    return new GenerationFollower(archive, await openGeneration(archive));
  }

  /**
   * The generation to use now, already retained for the caller, who must release it. Looks at CURRENT at most once a second; a new
   * generation that cannot be opened leaves the old one in use.
   */
  async acquire(): Promise<Generation> {
    if (this.#closed) throw new VignetError('fatal', 'ARCHIVE_CLOSED', 'The archive was closed');
    if (Date.now() - this.#checked >= CHECK_EVERY_MS) {
      this.#opening ??= this.#check().finally(() => {
        this.#opening = undefined;
      });
      await this.#opening;
    }
    return this.#now.retain();
  }

  async #check(): Promise<void> {
    this.#checked = Date.now();
    const number = currentGeneration(this.#archive);
    if (number === this.#now.number || number === 0) return;
    const next = await openGeneration(this.#archive).catch(() => undefined);
    if (!next) return;
    const old = this.#now;
    this.#now = next;
    old.release();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#now.release();
  }
}

/** Opens the current generation; one removed between the look and the opening is looked for again. */
async function openGeneration(archive: string): Promise<Generation> {
  const config = await readConfig(archive);
  if (!config) {
    throw new VignetError(
      'usage',
      'NO_ARCHIVE',
      "There is no archive in the folder given by --archive; 'vignet ingest' makes one",
    );
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return new Generation(archive, currentGeneration(archive), config);
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}
