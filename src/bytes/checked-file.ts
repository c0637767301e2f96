/** A file as it was ingested, open for reading: a change of it while it is read is an error and never other bytes. */
import type { FileHandle } from 'node:fs/promises';
import { VignetError } from '../base/errors.ts';
import { type FileRecord, isAsIngested } from './file-record.ts';
import { codeOf } from './files.ts';
import { openInside } from './inside.ts';

/** Throws as `openInside`. The caller closes it. */
export async function openChecked(folder: string, record: FileRecord): Promise<CheckedFile> {
  return new CheckedFile(await openInside(folder, record), record);
}

export class CheckedFile {
  readonly #file: FileHandle;
  readonly #record: FileRecord;

  constructor(file: FileHandle, record: FileRecord) {
    this.#file = file;
    this.#record = record;
  }

  /** Where what is meant begins: at 0, or a member of a zip file. */
  get offset(): number {
    return this.#record.member?.place?.offset ?? 0;
  }

  /** Of this process, for calls that read it in another thread; open until `close`. */
  get descriptor(): number {
    return this.#file.fd;
  }

  /**
   * Fills `out` from `position`. Size and time are looked at after the bytes were read, so that all of them are of the file as it was
   * ingested. Throws VignetError data FILE_CHANGED, FILE_UNREADABLE.
   */
  async read(out: Uint8Array, position: number): Promise<void> {
    const at = this.offset + position;
    try {
      for (let done = 0; done < out.byteLength; ) {
        const { bytesRead } = await this.#file.read(out, done, out.byteLength - done, at + done);
        if (bytesRead === 0) throw changed();
        done += bytesRead;
      }
      await this.check();
    } catch (error) {
      if (error instanceof VignetError) throw error;
      const detail = `the file cannot be read (${codeOf(error)}); check the disk that it is on`;
      throw new VignetError('data', 'FILE_UNREADABLE', detail, { cause: error });
    }
  }

  /** Throws VignetError data FILE_CHANGED when the file no longer looks as it was ingested. */
  async check(): Promise<void> {
    if (!isAsIngested(await this.#file.stat({ bigint: true }), this.#record)) throw changed();
  }

  /** After what is being read. Harmless when it is closed already. */
  async close(): Promise<void> {
    await this.#file.close();
  }
}

const changed = () =>
  new VignetError(
    'data',
    'FILE_CHANGED',
    'expected the file as it was ingested, received a changed one while it was read; ingest it again',
  );
