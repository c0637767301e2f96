/** An archive, open for reading. What it holds is seen as somebody: `as`. */
import { access } from 'node:fs/promises';
import { resolve as absolute, join } from 'node:path';
import { grant } from '../access/granted.ts';
import { allowAll, type Policy } from '../access/policy.ts';
import type { Principal } from '../access/principal.ts';
import { VignetError } from '../base/errors.ts';
import { Scratch, type ScratchLimits } from '../bytes/scratch.ts';
import { readConfig } from './config.ts';
import { FirstUse, type UnreadReader } from './first-use.ts';
import { currentGeneration } from './generation.ts';
import { GenerationFollower } from './generation-follower.ts';
import { coverHere, type IndexCoverer, type IndexSearcher, searchHere } from './index-search.ts';
import { PackReader } from './pack-reader.ts';
import { DatasetReader } from './reader.ts';
import { ArchiveView } from './view.ts';

/**
 * How an archive is opened.
 * @example
 * ```ts
 * import { type ArchiveOptions, openArchive, ownRights } from 'vignet';
 *
 * const options: ArchiveOptions = { policy: ownRights, cacheBytes: 256 * 2 ** 20 };
 * const archive = await openArchive('.vignet/sample/archive', options);
 * await archive.close();
 * ```
 */
export interface ArchiveOptions {
  /** Who may see what. Default: `allowAll`, everything is open to everybody. */
  readonly policy?: Policy;
  /** Overrides the authority of the IVOIDs in answers. */
  readonly authority?: string;
  /** For layouts in memory. Default 64 MiB. */
  readonly cacheBytes?: number;
  readonly scratchLimits?: ScratchLimits;
  /** What searches of the dataset index run in. Default: the caller's thread; `Vignet.open` gives its engine. */
  readonly search?: IndexSearcher;
  /** What coverages of the dataset index are made in, likewise. */
  readonly cover?: IndexCoverer;
  /** Reads the files of datasets that were ingested without (`--layouts later`), likewise. */
  readonly readUnread?: UnreadReader;
}

/** Opens an archive for reading. Throws VignetError usage NO_ARCHIVE when the folder holds none. */
export async function openArchive(folder: string, options: ArchiveOptions = {}): Promise<Archive> {
  const path = absolute(folder);
  return new Archive(path, await GenerationFollower.open(path), options);
}

/**
 * An archive that is open for reading. `as` shows what a principal may see of it; close it after use.
 * @example
 * ```ts
 * import { type Archive, ANONYMOUS, openArchive } from 'vignet';
 *
 * const countOf = (archive: Archive) => archive.as(ANONYMOUS).count();
 * const archive = await openArchive('.vignet/sample/archive');
 * console.log(await countOf(archive));
 * await archive.close();
 * ```
 */
export class Archive {
  readonly #folder: string;
  readonly #follower: GenerationFollower;
  readonly #packs: PackReader;
  readonly #reader: DatasetReader;
  readonly #policy: Policy;

  constructor(
    folder: string,
    follower: GenerationFollower,
    {
      policy = allowAll,
      authority,
      cacheBytes = 64 * 2 ** 20,
      scratchLimits,
      search = searchHere,
      cover = coverHere,
      readUnread,
    }: ArchiveOptions,
  ) {
    this.#folder = folder;
    this.#follower = follower;
    this.#packs = new PackReader(join(folder, 'packs'), cacheBytes);
    const scratch = new Scratch(join(folder, 'scratch'), scratchLimits);
    this.#reader = new DatasetReader({
      folder,
      follower,
      packs: this.#packs,
      firstUse: new FirstUse(this.#packs, scratch, readUnread),
      scratch,
      authority,
      search,
      cover,
    });
    this.#policy = policy;
  }

  /**
   * What a principal sees of the archive, for one request: what is released later than `now` is not in it. Throws VignetError usage
   * NO_PRINCIPAL.
   */
  as(principal: Principal, now = new Date()): ArchiveView {
    return new ArchiveView(this.#reader, principal, grant(this.#policy, principal, now));
  }

  /**
   * Looks whether the archive and its files are still there: what is open goes on working for a while when a disk has gone.
   * Throws VignetError transient ARCHIVE_GONE, ROOTS_GONE.
   */
  async check(): Promise<void> {
    await this.#reader.using(async ({ number, config: { roots } }) => {
      const config = await readConfig(this.#folder);
      if (!config || (number > 0 && currentGeneration(this.#folder) === 0)) {
        throw new VignetError(
          'transient',
          'ARCHIVE_GONE',
          'the folder of the archive no longer exists; mount or restore it',
        );
      }
      const folders = Object.values(roots);
      const there = await Promise.allSettled(folders.map((folder) => access(folder)));
      if (folders.length > 0 && there.every(({ status }) => status === 'rejected')) {
        throw new VignetError(
          'transient',
          'ROOTS_GONE',
          'no root folder of the files exists any longer; mount or restore them',
        );
      }
    });
  }

  /** Of the IVOIDs in answers. */
  async authority(): Promise<string> {
    return this.#reader.using(async (generation) => this.#reader.authorityOf(generation));
  }

  async close(): Promise<void> {
    this.#follower.close();
    await this.#packs.close();
  }
}
