/** What is kept of a file, so that a replaced one is an error and never wrong pixels. */

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
    typeof file.gzip === 'boolean'
  );
}
