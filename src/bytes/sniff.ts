/** What a file holds, by its first bytes, and of a zip file where a member of it is. */
import { type FileHandle, open } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { VignetError } from '../base/errors.ts';
import type { FileRecord, ZipMember } from './file-record.ts';
import { isGzipped, stampFile, unreadable } from './files.ts';
import { openInside } from './inside.ts';
import { memberPlace, readDirectory, type ZipDirectory } from './zip-member.ts';

/** A member that somebody has recorded, with its size where that is known. */
export interface WantedMember {
  readonly name: string;
  readonly bytes: number | undefined;
}

export interface Content {
  readonly gzip: boolean;
  readonly member?: ZipMember;
}

export interface Sniffed extends Content {
  readonly size: number;
  readonly mtimeNs: bigint;
}

/** Directories of zip files: members of one come one after the other. */
const directories = new LRUCache<string, Promise<ZipDirectory>>({ max: 2 });

/** Looks at the first bytes of a file. Throws VignetError data NOT_FITS, EMPTY, NOT_A_FILE, FILE_UNREADABLE, BAD_ZIP, FILE_CHANGED. */
export async function sniff(path: string, member?: WantedMember): Promise<Sniffed> {
  // First what kind of file it is: a pipe would block when opened.
  const stamp = await stampFile(path);
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw unreadable(cause);
  });
  try {
    return {
      ...stamp,
      ...(await contentOf(
        file,
        JSON.stringify([path, stamp.size, String(stamp.mtimeNs)]),
        stamp.size,
        member,
      )),
    };
  } finally {
    await file.close();
  }
}

/** The same of a file as it was ingested. Throws as `openInside` too. */
export async function sniffInside(
  folder: string,
  record: FileRecord,
  member?: WantedMember,
): Promise<Content> {
  const file = await openInside(folder, record);
  try {
    return await contentOf(file, JSON.stringify([folder, record]), record.size, member);
  } finally {
    await file.close();
  }
}

async function contentOf(
  file: FileHandle,
  key: string,
  size: number,
  member: WantedMember | undefined,
): Promise<Content> {
  if (!member) return { gzip: await isGzipped(file) };
  const place = await memberPlace(file, await directoryOf(file, key, size), member.name);
  if (member.bytes !== undefined && member.bytes !== place.length)
    throw new VignetError(
      'data',
      'FILE_CHANGED',
      `expected a member of ${member.bytes} bytes in the zip file, as the datastore records it, received one of ${place.length}; restore it`,
    );
  if (place.length === 0) throw new VignetError('data', 'EMPTY', 'the member of the zip file is empty');
  if (await isGzipped(file, place.offset))
    throw new VignetError(
      'data',
      'BAD_ZIP',
      'the member of the zip file is gzipped; inflate it before it is stored',
    );
  return { gzip: false, member: { name: member.name, place } };
}

function directoryOf(file: FileHandle, key: string, size: number): Promise<ZipDirectory> {
  const known = directories.get(key);
  if (known) return known;
  const found = readDirectory(file, size);
  found.catch(() => directories.delete(key));
  directories.set(key, found);
  return found;
}
