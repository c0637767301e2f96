/** Opening a file beneath a root, wherever links on the way lead: what was opened is looked at, not the path. */
import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { VignetError } from '../base/errors.ts';
import { type FileRecord, isAsIngested } from './file-record.ts';
import { isBeneath, unreadable } from './files.ts';

/**
 * The descriptor of a file as it was ingested, which the caller closes. Links are followed as long as they stay beneath the folder of the
 * root. Throws VignetError data OUTSIDE_ROOT, NOT_A_FILE, FILE_CHANGED, FILE_GONE, FILE_UNREADABLE; transient OPEN_FAILED.
 */
export async function openInside(folder: string, record: FileRecord): Promise<FileHandle> {
  const absolute = join(folder, record.path);
  // Opening a pipe without a writer must not block.
  const file = await open(absolute, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
    throw unreadable(cause);
  });
  try {
    if (!isBeneath(await placeOf(file, absolute), await realpath(folder)))
      throw new VignetError(
        'data',
        'OUTSIDE_ROOT',
        'expected a file inside the root folder of its dataset, received a link that leads out of it',
      );
    const found = await file.stat({ bigint: true });
    if (!found.isFile())
      throw new VignetError('data', 'NOT_A_FILE', 'expected a regular file, received another kind of file');
    if (!isAsIngested(found, record))
      throw new VignetError(
        'data',
        'FILE_CHANGED',
        'expected the file as it was ingested, received a changed one (another size or time); ingest it again',
      );
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Where an open file lies: by the kernel's own record of the descriptor, where there is one. */
function placeOf(file: FileHandle, path: string): Promise<string> {
  return readlink(`/proc/self/fd/${file.fd}`).catch(() => realpath(path));
}
