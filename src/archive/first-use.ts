/** Datasets that are in the catalog though their files were not read: these are read when they are first used. */
import { VignetError } from '../base/errors.ts';
import type { Scratch } from '../bytes/scratch.ts';
import { SharedWork } from '../bytes/shared-work.ts';
import type { PackRef } from './pack.ts';
import { onSharedMemory, type PackReader } from './pack-reader.ts';
import { type DatasetRecord, type StoredDataset, versionOf } from './record.ts';

/** What an ingest would have stored of a dataset, and its footprint. */
export interface ReadNow {
  readonly record: DatasetRecord;
  readonly layout: Uint8Array;
  readonly footprint: readonly number[] | null;
}

/** Where the files of datasets are, and where they are inflated. */
export interface FilePlaces {
  readonly roots: Readonly<Record<string, string>>;
  readonly scratch: Scratch;
}

/** Reads the files of such a dataset as its ingest would have done. Throws what an ingest reports for a file. */
export type UnreadReader = (
  record: DatasetRecord,
  places: FilePlaces,
  signal: AbortSignal,
) => Promise<ReadNow>;

/** Datasets whose files are read at once; others wait. */
const AT_ONCE = 8;

export class FirstUse {
  readonly #packs: PackReader;
  readonly #scratch: Scratch;
  readonly #read: UnreadReader | undefined;
  readonly #reading = new SharedWork<StoredDataset>(AT_ONCE);

  constructor(packs: PackReader, scratch: Scratch, read: UnreadReader | undefined) {
    this.#packs = packs;
    this.#scratch = scratch;
    this.#read = read;
  }

  /**
   * The dataset with its layout. Its files are read once, however many wait, and the result is kept among the layouts in memory. Throws
   * VignetError data NEARLINE; as `UnreadReader`.
   */
  async whole(
    stored: StoredDataset,
    ref: PackRef,
    roots: FilePlaces['roots'],
    signal: AbortSignal | undefined,
  ): Promise<StoredDataset> {
    const { unread } = stored.record;
    if (!unread) return stored;
    if (unread.nearline !== undefined) throw nearline(unread.nearline);
    const read = this.#read;
    if (!read)
      throw new VignetError(
        'fatal',
        'INTERNAL',
        'an archive was opened without a reader of files that have not been read yet',
      );
    return this.#reading.wait(`${ref.pack}:${ref.offset}`, signal, async (stop) => {
      const { record, layout, footprint } = await read(
        stored.record,
        { roots, scratch: this.#scratch },
        stop,
      );
      const whole: StoredDataset = {
        record,
        layout: onSharedMemory(layout),
        version: versionOf(record.files, layout),
        footprint,
      };
      this.#packs.keep(ref, whole);
      return whole;
    });
  }
}

export function nearline(where: string): VignetError {
  return new VignetError(
    'data',
    'NEARLINE',
    `the dataset is nearline: its file is at ${where}, from where this archive cannot read it; have it transferred to a disk of the archive and ingested again, or choose datasets whose state is online`,
  );
}
