/** A folder as a store: keys are paths beneath it. */
import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { VignetError } from '../base/errors.ts';
import type { ByteRange, ObjectStamp } from '../base/sources.ts';
import { codeOf, isBeneath, isOutOfDescriptors, tryAgain } from './files.ts';
import type { ByteStore } from './store.ts';

/** Opening a pipe without a writer must not block. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

export class LocalStore implements ByteStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  stat(key: string, signal?: AbortSignal): Promise<ObjectStamp> {
    return this.#with(key, signal, stampOf);
  }

  read(
    key: string,
    stamp: ObjectStamp,
    ranges: readonly ByteRange[],
    signal?: AbortSignal,
  ): Promise<readonly Uint8Array[]> {
    return this.#with(key, signal, async (file) => {
      requireSame(await stampOf(file), stamp);
      const read: Uint8Array[] = [];
      for (const range of ranges) {
        signal?.throwIfAborted();
        read.push(await readRange(file, range, stamp.size));
      }
      requireSame(await stampOf(file), stamp);
      return read;
    });
  }

  async #with<T>(
    key: string,
    signal: AbortSignal | undefined,
    use: (file: FileHandle) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    const file = await this.#open(key);
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  }

  /** Links are followed as long as they stay beneath the folder. */
  async #open(key: string): Promise<FileHandle> {
    if (key === '' || key.includes('\0'))
      throw new VignetError(
        'usage',
        'BAD_PATH',
        'expected a key without zero bytes that is not empty, received another',
      );
    try {
      const folder = await realpath(this.#folder);
      const path = join(folder, key);
      if (key.startsWith('/') || !isBeneath(path, folder)) throw outside();
      const real = await realpath(path);
      if (!isBeneath(real, folder)) throw outside();
      return await open(real, FLAGS);
    } catch (error) {
      throw error instanceof VignetError ? error : openError(error);
    }
  }
}

const outside = () =>
  new VignetError(
    'data',
    'OUTSIDE_ROOT',
    'expected a key inside the folder of the store, received one that leads out of it',
  );

function openError(cause: unknown): VignetError {
  if (isOutOfDescriptors(cause)) return tryAgain('the file', cause);
  switch (codeOf(cause)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new VignetError(
        'data',
        'FILE_GONE',
        'expected the file that was ingested, received none of its name; ingest its folder again',
        {
          cause,
        },
      );
    case 'ELOOP':
      return outside();
    case 'ENXIO':
      return new VignetError(
        'data',
        'NOT_A_FILE',
        'expected a regular file, received a pipe, socket or device',
        {
          cause,
        },
      );
    case 'EACCES':
    case 'EPERM':
      return new VignetError(
        'data',
        'FILE_UNREADABLE',
        'the file may not be read by this process; check its permissions',
        {
          cause,
        },
      );
    default:
      return new VignetError('data', 'FILE_UNREADABLE', `the file cannot be opened (${codeOf(cause)})`, {
        cause,
      });
  }
}

async function stampOf(file: FileHandle): Promise<ObjectStamp> {
  const found = await file.stat({ bigint: true });
  if (!found.isFile())
    throw new VignetError('data', 'NOT_A_FILE', 'expected a regular file, received another kind of file');
  return { size: Number(found.size), mtimeNs: found.mtimeNs };
}

function requireSame(now: ObjectStamp, then: ObjectStamp): void {
  if (now.size === then.size && now.mtimeNs === then.mtimeNs) return;
  throw new VignetError(
    'data',
    'FILE_CHANGED',
    'expected the file as it was ingested, received a changed one (another size or time); ingest it again',
  );
}

async function readRange(file: FileHandle, { offset, length }: ByteRange, size: number): Promise<Uint8Array> {
  if (offset + length > size) {
    const detail = `expected at least ${offset + length} bytes for the file, received ${size}; fetch it again`;
    throw new VignetError('data', 'TRUNCATED', detail);
  }
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file
      .read(bytes, done, length - done, offset + done)
      .catch((cause: unknown) => {
        throw new VignetError(
          'transient',
          'IO_ERROR',
          `the file cannot be read at byte ${offset} (${codeOf(cause)}); try again`,
          { cause },
        );
      });
    if (bytesRead === 0)
      throw new VignetError(
        'data',
        'FILE_CHANGED',
        'the file became shorter while it was read; ingest it again',
      );
    done += bytesRead;
  }
  return bytes;
}
