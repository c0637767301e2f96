/** Reads pack entries, checks them, and keeps the ones that are used again. */
import { type FileHandle, open } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { native } from '../addon/addon.ts';
import { VignetError } from '../base/errors.ts';
import { callNative } from '../base/to-vignet-error.ts';
import { isOutOfDescriptors, tryAgain } from '../bytes/files.ts';
import { decodeEntry, entryAround, MAX_ENTRY, type PackRef, type RawEntry } from './pack.ts';
import { packPath } from './pack-writer.ts';
import { parseRecord, type StoredDataset } from './record.ts';

/** Entries of which it is known that they were read lately. */
const LATELY = 2048;
/** What an entry is read into that is in memory already: few are larger. */
const PAGE = 65_536;

export class PackReader {
  readonly #folder: string;
  readonly #files = new Map<number, Promise<FileHandle>>();
  readonly #cache: LRUCache<string, StoredDataset>;
  readonly #page = new Uint8Array(PAGE);
  /** Of what is read once, as most of a survey is, nothing is kept: moving it about in memory takes longer than reading it again. */
  readonly #lately = new LRUCache<string, true>({ max: LATELY });

  constructor(folder: string, cacheBytes: number) {
    this.#folder = folder;
    this.#cache = new LRUCache({
      maxSize: Math.max(1, cacheBytes),
      sizeCalculation: (stored) => stored.layout.buffer.byteLength + 1024,
    });
  }

  /** Throws VignetError data BAD_PACK when the entry is not what the catalog says. */
  async read(ref: PackRef): Promise<StoredDataset> {
    // Published entries never change, and only those are asked for: the place is a sound key.
    const key = `${ref.pack}:${ref.offset}`;
    const known = this.#cache.get(key);
    if (known) return known;
    const stored = await this.#entry(ref, ({ meta, layout }) => parseRecord(meta, onSharedMemory(layout)));
    if (this.#lately.has(key)) this.#cache.set(key, stored);
    else this.#lately.set(key, true);
    return stored;
  }

  /** Remembers what was read of the files of a dataset whose entry has no layout, as if the entry had it. */
  keep({ pack, offset }: PackRef, stored: StoredDataset): void {
    this.#cache.set(`${pack}:${offset}`, stored);
  }

  /** Whether bytes that stand in an entry of their own are what was written. Throws VignetError data BAD_PACK. */
  async checkBytes(meta: unknown, ref: PackRef): Promise<void> {
    await this.#entry(entryAround(meta, ref), () => undefined);
  }

  /** What `use` makes of an entry at once: its memory may be the next one's then. */
  async #entry<T>(ref: PackRef, use: (entry: RawEntry) => T): Promise<T> {
    // Beyond 2^53 Node reads wherever the file stands.
    if (
      !(
        ref.length > 0 &&
        ref.length <= MAX_ENTRY &&
        ref.offset >= 0 &&
        Number.isSafeInteger(ref.offset + ref.length)
      )
    )
      throw short();
    const file = await this.#file(ref.pack);
    if (ref.length <= this.#page.length && file.fd >= 0) {
      const bytes = this.#page.subarray(0, ref.length);
      if (callNative(() => native.readCached(file.fd, ref.offset, bytes))) return use(decodeEntry(bytes));
    }
    const bytes = new Uint8Array(ref.length);
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, done, bytes.length - done, ref.offset + done);
      if (bytesRead === 0) throw short();
      done += bytesRead;
    }
    return use(decodeEntry(bytes));
  }

  #file(pack: number): Promise<FileHandle> {
    const known = this.#files.get(pack);
    if (known) return known;
    // Others who ask meanwhile wait for the same.
    const opened = open(packPath(this.#folder, pack), 'r').catch((cause: unknown) => {
      // It may be there next time.
      this.#files.delete(pack);
      if (isOutOfDescriptors(cause)) throw tryAgain('a pack of the archive', cause);
      throw new VignetError(
        'data',
        'BAD_PACK',
        `pack ${pack} of the archive cannot be opened; ingest again with --force`,
        { cause },
      );
    });
    this.#files.set(pack, opened);
    return opened;
  }

  async close(): Promise<void> {
    const files = await Promise.allSettled(this.#files.values());
    this.#files.clear();
    this.#cache.clear();
    for (const file of files) if (file.status === 'fulfilled') await file.value.close();
  }
}

/** Threads look at such a layout where it is; others would be copied for every task. */
export function onSharedMemory(layout: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(layout.byteLength));
  shared.set(layout);
  return shared;
}

function short(): VignetError {
  return new VignetError(
    'data',
    'BAD_PACK',
    "the archive's record of this dataset is truncated; ingest its file again with --force",
  );
}
