/** Files of a folder, looked at without reading them: where they lie, what kind they are, when they changed. */
import { type FileHandle, stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { VignetError } from '../base/errors.ts';

export function isBeneath(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** A path beneath a root as it is stored: with `/`, whatever the system. */
export function pathBeneath(path: string, root: string): string {
  return relative(root, path).split(sep).join('/');
}

export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? 'unknown';
}

/** The process or the system has no descriptor left: it will have one again. */
export function isOutOfDescriptors(error: unknown): boolean {
  return ['EMFILE', 'ENFILE', 'EAGAIN'].includes(codeOf(error));
}

export function tryAgain(what: string, cause: unknown): VignetError {
  const detail = `${what} cannot be opened now (${codeOf(cause)}: too many files are open); try again in a few seconds`;
  return new VignetError('transient', 'OPEN_FAILED', detail, { cause });
}

export function unreadable(cause: unknown): VignetError {
  if (isOutOfDescriptors(cause)) return tryAgain('the file', cause);
  if (codeOf(cause) === 'ENOENT') {
    const detail = 'the file no longer exists; restore it, or ingest its folder again';
    return new VignetError('data', 'FILE_GONE', detail, { cause });
  }
  const detail = `the file cannot be read (${codeOf(cause)}); check its permissions`;
  return new VignetError('data', 'FILE_UNREADABLE', detail, { cause });
}

export async function stampFile(path: string): Promise<{ size: number; mtimeNs: bigint }> {
  const found = await stat(path, { bigint: true }).catch((cause: unknown) => {
    throw unreadable(cause);
  });
  if (!found.isFile())
    throw new VignetError(
      'data',
      'NOT_A_FILE',
      'expected a regular file, received a folder, pipe, socket or device',
    );
  return { size: Number(found.size), mtimeNs: found.mtimeNs };
}

/** Whether what begins at `at` of an open file is gzipped; else it begins as FITS does. Throws VignetError data NOT_FITS, EMPTY. */
export async function isGzipped(file: FileHandle, at = 0): Promise<boolean> {
  const start = Buffer.alloc(9);
  const { bytesRead } = await file.read(start, 0, start.length, at);
  if (bytesRead === 0) throw new VignetError('data', 'EMPTY', 'the file is empty');
  if (start[0] === 0x1f && start[1] === 0x8b) return true;
  if (start.toString('latin1', 0, bytesRead) === 'SIMPLE  =') return false;
  throw new VignetError(
    'data',
    'NOT_FITS',
    'expected a FITS file, received one that does not begin with SIMPLE',
  );
}
