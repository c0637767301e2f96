/**
 * What the archive holds when an ingest begins. Files and datasets are looked up in the dataset index as they are met: what is not met is not
 * read.
 */

import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { native } from '../addon/addon.ts';
import { type DatasetIndex, indexTable } from '../addon/dataset-index.ts';
import { currentGeneration, generationPath, openIndexIn } from '../archive/generation.ts';
import { PackReader } from '../archive/pack-reader.ts';
import type { DatasetRecord } from '../archive/record.ts';
import { VignetError } from '../base/errors.ts';
import { callNative } from '../base/to-vignet-error.ts';
import type { Catalog, Group, PackEnd } from '../catalog/catalog.ts';
import type { DatabaseConfig } from '../catalog/database-config.ts';
import { openCatalog } from '../catalog/open.ts';
import { ALWAYS, and, equals } from '../catalog/predicate.ts';
import type { Labels } from './describe/labels.ts';
import { isOfSource } from './describe/row.ts';
import { indexRows } from './index-rows.ts';
import { MERGING } from './publish.ts';

/** A dataset that is held, and how its file was then: see `stateDigest`. */
export interface IngestedRow {
  readonly uuid: string;
  readonly state: string;
}

export class IngestedFiles {
  readonly #archive: string;
  readonly #catalog: Catalog | undefined;
  #index: DatasetIndex | undefined;
  readonly #packs: PackReader;
  #renewal: Promise<DatasetIndex> | undefined;

  private constructor(
    archive: string,
    /** That is read until `close`; undefined: nothing was ever published. */
    readonly generation?: number,
    catalog?: Catalog,
    index?: DatasetIndex,
  ) {
    this.#archive = archive;
    this.#packs = new PackReader(join(archive, 'packs'), 1);
    this.#catalog = catalog;
    this.#index = index;
  }

  static async open(archive: string, database?: DatabaseConfig): Promise<IngestedFiles> {
    const generation = currentGeneration(archive);
    if (generation === 0) return new IngestedFiles(archive);
    const folder = generationPath(archive, generation);
    const catalog = await openCatalog(folder, database);
    const known = new IngestedFiles(
      archive,
      generation,
      catalog,
      usable(() => openIndexIn(folder)),
    );
    // What every publication writes anew can be read whole, too.
    if (known.#index && known.#index.baseRows < MERGING.leastRows) known.verifyIndex();
    return known;
  }

  /** Reads the whole index: what is damaged in it is found otherwise where it is met. */
  verifyIndex(): void {
    const index = this.#index;
    if (!index || usable(() => index.verify() ?? true)) return;
    index.close();
    this.#index = undefined;
  }

  /** The index is damaged or of an older version: the next publication makes a new one from the catalog. */
  get lacksIndex(): boolean {
    return this.#catalog !== undefined && (this.#index === undefined || this.#renewal !== undefined);
  }

  /** Where the packs of the last publication end. */
  async packEnd(): Promise<PackEnd> {
    return (await this.#catalog?.packEnd()) ?? { pack: 1, offset: 0 };
  }

  /** Datasets counted by release label, collection and type. */
  async releases(): Promise<Group<'repo' | 'obs_collection' | 'dataset_type'>[]> {
    return (await this.#catalog?.groups(['repo', 'obs_collection', 'dataset_type'], ALWAYS)) ?? [];
  }

  /** The datasets of a file in a collection, by its `fileDigest`. */
  rowsOf(file: string): Promise<readonly IngestedRow[]> {
    return this.#look((index) => index.ofFile(file).map((number) => rowAt(index, number)));
  }

  /** The dataset with an ID, if it is of that file, or anyhow of the collection. */
  async rowsWith(uuid: string, file: string, labels: Labels): Promise<readonly IngestedRow[]> {
    const found = await this.#look((index) => {
      const number = index.find(uuid);
      return number < 0 ? [] : [{ ...rowAt(index, number), isOfFile: index.origin(number).file === file }];
    });
    const [row] = found;
    if (!row || row.isOfFile) return found;
    const record = await this.#record(uuid);
    const isOurs = record?.collection === labels.collection && record.repo === labels.repo;
    // What has moved is not as it was.
    return isOurs ? [{ uuid, state: '' }] : [];
  }

  /** Datasets of a collection that came from a source of this name and that `isMet` does not know. This reads those of the collection. */
  async recorded(source: string, labels: Labels, isMet: (uuid: string) => boolean): Promise<string[]> {
    const others: string[] = [];
    const where = and(equals('obs_collection', labels.collection), equals('repo', labels.repo));
    for await (const batch of this.#catalog?.select({ columns: ['uuid', 'stamps'], where }) ?? [])
      for (const { uuid, stamps } of batch) if (!isMet(uuid) && isOfSource(stamps, source)) others.push(uuid);
    return others;
  }

  /**
   * Whether an ID is free for the file at `path`: no other file that is still there holds it (a file that has moved takes its ID
   * along). Throws VignetError
   * data ID_IN_OTHER_REPO when it is held under another repository label: IDs would resolve by chance.
   */
  async isFree(
    uuid: string,
    path: string,
    repo: string,
    roots: Readonly<Record<string, string>>,
  ): Promise<boolean> {
    const holder = await this.#record(uuid);
    if (!holder) return true;
    if (holder.repo !== repo) {
      throw new VignetError(
        'data',
        'ID_IN_OTHER_REPO',
        `the archive has this dataset ID already, under the release label '${holder.repo}'; ingest it under that label`,
      );
    }
    const [image] = holder.files;
    const folder = image && roots[image.root];
    if (!image || folder === undefined) return true;
    const other = join(folder, image.path);
    if (other === path) return true;
    return (await stat(other).catch(() => undefined)) === undefined;
  }

  /** Whether seek points were never made for one of these datasets. A record that cannot be read lacks them too. */
  async lacksSeek(held: readonly IngestedRow[]): Promise<boolean> {
    for (const { uuid } of held) if ((await this.#record(uuid))?.seek === undefined) return true;
    return false;
  }

  /** What the packs hold of a dataset; undefined: it is not there, or that cannot be read. */
  async #record(uuid: string): Promise<DatasetRecord | undefined> {
    const [ref] = await this.#look((index) => {
      const number = index.find(uuid);
      return number < 0 ? [] : [index.row(number)];
    });
    const stored = ref && (await this.#packs.read(ref).catch(() => undefined));
    return stored?.record.uuid === uuid ? stored.record : undefined;
  }

  /** Asks the index, or one made of the catalog where it is damaged. */
  async #look<T>(work: (index: DatasetIndex) => readonly T[]): Promise<readonly T[]> {
    if (!this.#catalog) return [];
    const index = this.#renewal ? undefined : this.#index;
    const answer = index && usable(() => work(index));
    if (answer) return answer;
    this.#renewal ??= this.#made(this.#catalog);
    const made = await this.#renewal;
    return callNative(() => work(made));
  }

  /** For this ingest alone. */
  async #made(catalog: Catalog): Promise<DatasetIndex> {
    const path = join(this.#archive, 'generations', 'renewed.vgi');
    try {
      const rows = await indexRows(catalog);
      callNative(() => native.buildIndex(path, indexTable(rows)));
      return callNative(() => native.openIndex(path));
    } finally {
      // What is mapped stays.
      await rm(path, { force: true });
    }
  }

  async close(): Promise<void> {
    await this.#packs.close();
    this.#index?.close();
    (await this.#renewal?.catch(() => undefined))?.close();
    this.#catalog?.close();
  }
}

const rowAt = (index: DatasetIndex, number: number): IngestedRow => ({
  uuid: index.row(number).uuid,
  state: index.origin(number).state,
});

/** What the index gives; undefined: it is damaged. */
function usable<T>(work: () => T): T | undefined {
  try {
    return callNative(work);
  } catch (error) {
    if (error instanceof VignetError && error.code === 'BAD_INDEX') return undefined;
    throw error;
  }
}
