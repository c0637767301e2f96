/** The smallest interface of whatever holds objects that are not files of this machine. */
import type { ByteRange, ObjectStamp } from '../base/sources.ts';

/**
 * Objects by key. Every store passes `test/bytes/suite.ts`. Throws VignetError: usage BAD_PATH,
 * data OUTSIDE_ROOT for keys that cannot be; data FILE_GONE, NOT_A_FILE, FILE_UNREADABLE; transient OPEN_FAILED, IO_ERROR; what the
 * signal was aborted with.
 * @example
 * ```ts
 * import type { ByteStore } from 'vignet';
 *
 * function memoryStore(objects: ReadonlyMap<string, Uint8Array>): ByteStore {
 *   const bytesOf = (key: string) => objects.get(key) ?? new Uint8Array();
 *   return {
 *     stat: async (key) => ({ size: bytesOf(key).length, mtimeNs: 0n }),
 *     read: async (key, _stamp, ranges) =>
 *       ranges.map(({ offset, length }) => bytesOf(key).slice(offset, offset + length)),
 *   };
 * }
 * ```
 */
export interface ByteStore {
  /** What the object looks like now. */
  stat(key: string, signal?: AbortSignal): Promise<ObjectStamp>;
  /**
   * Bytes of an object that looks like `stamp`, one array for each range and as long as it. Ranges ascend and do not overlap.
   * Throws data FILE_CHANGED when it looks otherwise, before or after it was read; data TRUNCATED for ranges beyond its end.
   */
  read(
    key: string,
    stamp: ObjectStamp,
    ranges: readonly ByteRange[],
    signal?: AbortSignal,
  ): Promise<readonly Uint8Array[]>;
}

/**
 * By the names that sources call them.
 * @example
 * ```ts
 * import type { ByteStore, ByteStores } from 'vignet';
 *
 * const named = (survey: ByteStore): ByteStores => ({ survey });
 * ```
 */
export type ByteStores = Readonly<Record<string, ByteStore>>;
