/** Where the bytes of datasets lie: in files of this machine, or in objects of a store. */

/**
 * A file by the folder it must stay beneath, and its path there.
 * @example
 * ```ts
 * import type { FileSource } from 'vignet';
 *
 * const file: FileSource = { root: '/data/survey', path: 'visits/1234/r.fits.fz' };
 * ```
 */
export interface FileSource {
  readonly root: string;
  readonly path: string;
  /** Of a file of `of` bytes only these: a member of a zip file that is stored as it is. */
  readonly part?: ByteRange & { readonly of: number };
}

/**
 * What an object looked like when its layout was read. One that no longer looks so has changed.
 * @example
 * ```ts
 * import type { ObjectStamp } from 'vignet';
 *
 * const isSame = (a: ObjectStamp, b: ObjectStamp) => a.size === b.size && a.mtimeNs === b.mtimeNs;
 * ```
 */
export interface ObjectStamp {
  readonly size: number;
  /** Time of its last change, nanoseconds since 1970 UTC. */
  readonly mtimeNs: bigint;
}

/**
 * An object by the name of its store and its key there.
 * @example
 * ```ts
 * import type { ObjectSource } from 'vignet';
 *
 * const object: ObjectSource = { store: 'survey', key: 'visits/1234/r.fits.fz', size: 28_800, mtimeNs: 1n };
 * ```
 */
export interface ObjectSource extends ObjectStamp {
  readonly store: string;
  readonly key: string;
}

/**
 * Where a file's bytes are.
 * @example
 * ```ts
 * import type { Source } from 'vignet';
 *
 * const source: Source = { root: '/data/survey', path: 'visits/1234/r.fits.fz' };
 * ```
 */
export type Source = FileSource | ObjectSource;

/**
 * Bytes of a file or an object: `length` of them from `offset` on.
 * @example
 * ```ts
 * import type { ByteRange } from 'vignet';
 *
 * const firstBlock: ByteRange = { offset: 0, length: 2880 };
 * ```
 */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** Where the seek points of a dataset are: bytes of a pack of the archive. */
export interface SeekSource extends FileSource {
  readonly offset: number;
  readonly length: number;
}
