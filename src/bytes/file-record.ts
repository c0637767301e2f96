/** What is kept of a file, so that a replaced one is an error and never wrong pixels. */

import type { ByteRange } from '../base/sources.ts';

/** A file as it was at ingest. */
export interface FileRecord {
  /** Name of the root, and the path beneath it. */
  readonly root: string;
  readonly path: string;
  /** Of the original, gzipped or not. */
  readonly size: number;
  /** Decimal nanoseconds since 1970 UTC. */
  readonly mtimeNs: string;
  readonly gzip: boolean;
  /** Only this member of it, which is a zip file. */
  readonly member?: ZipMember;
}

/** A member of a zip file that is stored without compression. */
export interface ZipMember {
  readonly name: string;
  /** Where its bytes are; absent: the zip file has not been read. */
  readonly place?: ByteRange;
}

/** Bytes of the file, or of the member that is meant. */
export const contentBytes = ({ size, member }: FileRecord): number =>
  member ? (member.place?.length ?? 0) : size;

/** By which its survey and its type may be recognised: the path of the file, or the name of the member. */
export const nameOf = (file: FileRecord | undefined): string => file?.member?.name ?? file?.path ?? '';

const BEFORE_MEMBER = '#zip-path=';

/** A path with the name of a member, as a Butler writes it. */
export const withMember = (path: string, name: string | undefined): string =>
  name === undefined ? path : `${path}${BEFORE_MEMBER}${name}`;

/** The path of the file itself. */
export function withoutMember(path: string): string {
  const at = path.indexOf(BEFORE_MEMBER);
  return at < 0 ? path : path.slice(0, at);
}

function isMember(value: unknown, size: number): boolean {
  const member = value as Partial<Record<keyof ZipMember, unknown>> | null;
  if (typeof member !== 'object' || member === null || typeof member.name !== 'string') return false;
  if (member.place === undefined) return true;
  const { offset, length } = (member.place ?? {}) as Partial<ByteRange>;
  const [from, bytes] = [offset ?? -1, length ?? -1];
  return (
    Number.isSafeInteger(from) &&
    Number.isSafeInteger(bytes) &&
    from >= 0 &&
    bytes >= 0 &&
    from + bytes <= size
  );
}

/** Whether a file that was looked at now is still what was ingested. */
export function isAsIngested(
  found: { readonly size: number | bigint; readonly mtimeNs: bigint },
  { size, mtimeNs }: Pick<FileRecord, 'size' | 'mtimeNs'>,
): boolean {
  return Number(found.size) === size && String(found.mtimeNs) === mtimeNs;
}

/** Whether a value read from a pack is one. */
export function isFileRecord(value: unknown): value is FileRecord {
  const file = value as Partial<Record<keyof FileRecord, unknown>> | null;
  return (
    typeof file === 'object' &&
    file !== null &&
    typeof file.root === 'string' &&
    typeof file.path === 'string' &&
    typeof file.size === 'number' &&
    typeof file.mtimeNs === 'string' &&
    /^-?\d+$/.test(file.mtimeNs) &&
    typeof file.gzip === 'boolean' &&
    (file.member === undefined || isMember(file.member, file.size))
  );
}
