/** Bytes in a temporary file that has no name: they are gone with the process, however it ends. */
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { VignetError } from '../../base/errors.ts';
import { writeToFile } from '../answers/write.ts';

const READ_BYTES = 65_536;

export class Spool {
  readonly #file: FileHandle;
  readonly #most: number;
  #bytes = 0;

  private constructor(file: FileHandle, most: number) {
    this.#file = file;
    this.#most = most;
  }

  /** Throws VignetError transient CANNOT_WRITE. */
  static async open(folder: string, most: number): Promise<Spool> {
    const path = join(folder, `vignet-${randomUUID()}.spool`);
    try {
      const file = await open(path, 'wx+', 0o600);
      await unlink(path);
      return new Spool(file, most);
    } catch (cause) {
      throw cannotWrite(cause);
    }
  }

  /** Throws VignetError usage TOO_LARGE beyond the limit, transient CANNOT_WRITE. */
  async append(bytes: Uint8Array): Promise<void> {
    this.#bytes += bytes.byteLength;
    if (this.#bytes > this.#most) throw tooLarge(this.#most);
    try {
      await writeToFile(this.#file, bytes);
    } catch (cause) {
      throw cannotWrite(cause);
    }
  }

  /** All bytes from the beginning, in chunks that are valid until the next one is asked for. */
  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    const chunk = Buffer.allocUnsafe(READ_BYTES);
    for (let at = 0; at < this.#bytes; ) {
      const { bytesRead } = await this.#file.read(chunk, 0, READ_BYTES, at);
      if (bytesRead === 0)
        throw new VignetError('fatal', 'BAD_TABLE', 'a temporary file is shorter than it was written');
      at += bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

export function tooLarge(most: number): VignetError {
  const detail = `expected a table of at most ${Math.floor(most / 1048576)} MiB for this format, received a larger one; ask for fewer rows (MAXREC) or for VOTable, CSV or Parquet`;
  return new VignetError('usage', 'TOO_LARGE', detail);
}

function cannotWrite(cause: unknown): VignetError {
  return new VignetError(
    'transient',
    'CANNOT_WRITE',
    'a temporary file cannot be written; ask for VOTable, CSV or Parquet',
    { cause },
  );
}
