/** An archive for programs without an engine. */
import { type Archive, type ArchiveOptions, openArchive as openOnly } from '../archive/archive.ts';

/**
 * Opens an archive for reading. Throws VignetError usage NO_ARCHIVE when the folder holds none.
 * @example
 * ```ts
 * import { ANONYMOUS, openArchive } from 'vignet';
 *
 * const archive = await openArchive('.vignet/sample/archive');
 * for (const { name, type, datasets } of await archive.as(ANONYMOUS).census())
 *   console.log(`${datasets} of ${type} in ${name}`);
 * await archive.close();
 * ```
 */
export async function openArchive(folder: string, options: ArchiveOptions = {}): Promise<Archive> {
  return openOnly(folder, {
    readUnread: async (...all) => (await import('../ingest/unread.ts')).readUnreadHere(...all),
    ...options,
  });
}
