/** What the archive holds when an ingest begins. */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetIndex } from '../addon/dataset-index.ts';
import { currentGeneration, generationPath, openIndexIn } from '../archive/generation.ts';
import { PackReader } from '../archive/pack-reader.ts';
import { addTo } from '../base/add-to.ts';
import { VignetError } from '../base/errors.ts';
import { callNative } from '../base/to-vignet-error.ts';
import { withoutMember } from '../bytes/file-record.ts';
import type { Catalog, Group, PackEnd } from '../catalog/catalog.ts';
import type { DatabaseConfig } from '../catalog/database-config.ts';
import { openCatalog } from '../catalog/open.ts';
import { ALWAYS, and, equals } from '../catalog/predicate.ts';
import type { Labels } from './describe/labels.ts';
import { isOfSource } from './describe/row.ts';

export interface IngestedRow {
  readonly uuid: string;
  readonly stamps: string;
  readonly companions: string;
  /** False: it was catalogued without its files being read. */
  readonly isRead: boolean;
}

/** What is held of a collection in a repository. */
interface Held {
  readonly byFile: ReadonlyMap<string, IngestedRow[]>;
  readonly byUuid: ReadonlyMap<string, IngestedRow>;
}

const keyOf = (root: string, path: string) => `${root}\0${path}`;

export class IngestedFiles {
  readonly #catalog: Catalog | undefined;
  readonly #index: DatasetIndex | undefined;
  readonly #packs: PackReader;
  /** Per (collection, repo). */
  #held: { labels: string; rows: Promise<Held> } | undefined;

  private constructor(
    archive: string,
    /** That is read until `close`; undefined: nothing was ever published. */
    readonly generation?: number,
    catalog?: Catalog,
    index?: DatasetIndex,
  ) {
    this.#packs = new PackReader(join(archive, 'packs'), 1);
    this.#catalog = catalog;
    this.#index = index;
  }

  static async open(archive: string, database?: DatabaseConfig): Promise<IngestedFiles> {
    const generation = currentGeneration(archive);
    if (generation === 0) return new IngestedFiles(archive);
    const folder = generationPath(archive, generation);
    const catalog = await openCatalog(folder, database);
    return new IngestedFiles(archive, generation, catalog, soundIndex(folder));
  }

  /** The index is damaged or of an older version: the next publication makes a new one from the catalog. */
  get lacksIndex(): boolean {
    return this.#catalog !== undefined && this.#index === undefined;
  }

  /** Where the packs of the last publication end. */
  async packEnd(): Promise<PackEnd> {
    return (await this.#catalog?.packEnd()) ?? { pack: 1, offset: 0 };
  }

  /** Datasets counted by release label, collection and type. */
  async releases(): Promise<Group<'repo' | 'obs_collection' | 'dataset_type'>[]> {
    return (await this.#catalog?.groups(['repo', 'obs_collection', 'dataset_type'], ALWAYS)) ?? [];
  }

  /** The datasets of a file in a collection. */
  async rowsOf(root: string, path: string, labels: Labels): Promise<readonly IngestedRow[]> {
    return (await this.#rows(labels)).byFile.get(keyOf(root, path)) ?? [];
  }

  /** The dataset with an ID in a collection, if it is there. */
  async rowsWith(uuid: string, labels: Labels): Promise<readonly IngestedRow[]> {
    const row = (await this.#rows(labels)).byUuid.get(uuid);
    return row ? [row] : [];
  }

  /** Datasets of a collection that came from a source of this name. */
  async recorded(source: string, labels: Labels): Promise<string[]> {
    const { byUuid } = await this.#rows(labels);
    return [...byUuid.values()].filter(({ stamps }) => isOfSource(stamps, source)).map(({ uuid }) => uuid);
  }

  #rows({ collection, repo }: Labels): Promise<Held> {
    const labels = keyOf(collection, repo);
    if (this.#held?.labels !== labels) this.#held = { labels, rows: this.#load(collection, repo) };
    return this.#held.rows;
  }

  async #load(collection: string, repo: string): Promise<Held> {
    const byFile = new Map<string, IngestedRow[]>();
    const byUuid = new Map<string, IngestedRow>();
    if (!this.#catalog) return { byFile, byUuid };
    const held = this.#catalog.select({
      columns: ['uuid', 'root', 'path', 'stamps', 'companions', 'planes'],
      where: and(equals('obs_collection', collection), equals('repo', repo)),
    });
    for await (const batch of held) {
      for (const { uuid, root, path, stamps, companions, planes } of batch) {
        const row = { uuid, stamps, companions, isRead: planes !== null };
        byUuid.set(uuid, row);
        addTo(byFile, keyOf(root, path), row);
      }
    }
    return { byFile, byUuid };
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
    if (!this.#catalog || (this.#index && this.#index.find(uuid) < 0)) return true;
    const holder = await firstOf(
      this.#catalog.select({ columns: ['root', 'path', 'repo'], where: equals('uuid', uuid) }),
    );
    if (!holder) return true;
    if (holder.repo !== repo) {
      throw new VignetError(
        'data',
        'ID_IN_OTHER_REPO',
        `the archive has this dataset ID already, under the release label '${holder.repo}'; ingest it under that label`,
      );
    }
    const folder = roots[holder.root];
    if (folder === undefined) return true;
    const other = join(folder, withoutMember(holder.path));
    if (other === path) return true;
    return (await stat(other).catch(() => undefined)) === undefined;
  }

  /** Whether seek points were never made for one of these datasets. A record that cannot be read lacks them too. */
  async lacksSeek(held: readonly IngestedRow[]): Promise<boolean> {
    for (const { uuid } of held) {
      const row = this.#index?.find(uuid) ?? -1;
      const ref = row < 0 ? undefined : this.#index?.row(row);
      const stored = ref && (await this.#packs.read(ref).catch(() => undefined));
      if (stored?.record.seek === undefined) return true;
    }
    return false;
  }

  async close(): Promise<void> {
    await this.#packs.close();
    this.#index?.close();
    this.#catalog?.close();
  }
}

/** The index, if every byte of it is as it was written. */
function soundIndex(folder: string): DatasetIndex | undefined {
  try {
    const index = openIndexIn(folder);
    callNative(() => index.verify());
    return index;
  } catch (error) {
    if (error instanceof VignetError && error.code === 'BAD_INDEX') return undefined;
    throw error;
  }
}

async function firstOf<T>(batches: AsyncIterable<readonly T[]>): Promise<T | undefined> {
  for await (const [first] of batches) return first;
  return undefined;
}
