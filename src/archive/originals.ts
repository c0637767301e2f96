/** The files of a dataset as they were ingested, whatever is in them. */
import { basename } from 'node:path';
import type { PlaneInfo } from '../addon/layout.ts';
import type { DatasetKey } from '../base/dataset-id.ts';
import { type CheckedFile, openChecked } from '../bytes/checked-file.ts';
import { contentBytes, type FileRecord } from '../bytes/file-record.ts';
import { folderOf } from '../bytes/roots.ts';

export type { CheckedFile } from '../bytes/checked-file.ts';

/** A file of a dataset, gzipped where it was ingested so. */
export interface OriginalFile {
  /** Its own name, without folders. */
  readonly name: string;
  readonly size: number;
  /** When it was changed last. */
  readonly modified: Date;
  readonly gzip: boolean;
  /** Changes with every change of the file, and is the same for all datasets that are in it. Shows nothing of where it lies only when hashed. */
  readonly version: string;
  /** Throws VignetError data FILE_GONE, FILE_CHANGED, FILE_UNREADABLE, NOT_A_FILE, OUTSIDE_ROOT; transient OPEN_FAILED; fatal NO_ROOT. */
  open(): Promise<CheckedFile>;
}

/** What a dataset is made of. */
export interface Originals {
  readonly id: string;
  readonly key: DatasetKey;
  /** Encoded layout of the files. */
  readonly layout: Uint8Array;
  readonly planes: readonly PlaneInfo['kind'][];
  /** In the order of the layout; that of the image comes first. */
  readonly files: readonly OriginalFile[];
}

export function originalOf(record: FileRecord, roots: Readonly<Record<string, string>>): OriginalFile {
  const { root, path, size, mtimeNs, gzip, member } = record;
  return {
    name: basename(member?.name ?? path),
    size: contentBytes(record),
    modified: new Date(Number(BigInt(mtimeNs) / 1_000_000n)),
    gzip,
    version: JSON.stringify([root, path, size, mtimeNs, ...(member ? [member.name] : [])]),
    open: async () => openChecked(folderOf(root, roots), record),
  };
}
