/** What the system or DuckDB says when the archive cannot be written, in our words. */
import { VignetError } from '../base/errors.ts';

/** Of each code of the system: how DuckDB has it (strerror), and ours. */
const REASONS: readonly (readonly [code: string, system: string, ours: string])[] = [
  ['ENOSPC', 'No space left on device', 'no space is left on its disk'],
  ['EDQUOT', 'Disk quota exceeded', 'the quota of its disk is used up'],
  ['EFBIG', 'File too large', 'a file may not become as large as it must'],
  ['EROFS', 'Read-only file system', 'its file system is read-only'],
  ['EACCES', 'Permission denied', 'permission is denied'],
  ['EPERM', 'Operation not permitted', 'permission is denied'],
  ['EIO', 'Input/output error', 'its disk reports an input/output error'],
  ['EIO', 'fsync failed', 'its disk reports an input/output error'],
  ['EMFILE', 'Too many open files', 'no file descriptor is free'],
  ['ENOENT', 'No such file or directory', 'its folder is gone'],
];

/**
 * Transient CANNOT_WRITE for an error that comes from the disk; any other error as it is. Generations that were published stay whole
 * whatever fails, so that the same command can be run again.
 */
export function writeFailure(error: unknown): unknown {
  // A catalog that cannot be opened may be damaged, or its disk be full: the system's own words say which.
  const cause = error instanceof VignetError && error.code === 'BAD_CATALOG' ? error.cause : error;
  if (cause instanceof VignetError || !(cause instanceof Error)) return error;
  const { code } = cause as NodeJS.ErrnoException;
  const known = REASONS.find(([name, system]) => name === code || cause.message.includes(system));
  if (!known) return error;
  return new VignetError(
    'transient',
    'CANNOT_WRITE',
    `the archive cannot be written: ${known[2]}. What was published before is whole; when this is mended, run the same command again`,
    { cause: error },
  );
}
