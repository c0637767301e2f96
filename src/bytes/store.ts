/** The smallest interface of whatever holds objects that are not files of this machine. */
import type { ByteRange, ObjectStamp } from '../base/sources.ts';

/**
 * Objects by key. Every store passes `test/bytes/suite.ts`. Throws VignetError: usage BAD_PATH,
 * data OUTSIDE_ROOT for keys that cannot be; data FILE_GONE, NOT_A_FILE, FILE_UNREADABLE; transient OPEN_FAILED, IO_ERROR; what the
 * signal was aborted with.
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

/** By the names that sources call them. */
export type ByteStores = Readonly<Record<string, ByteStore>>;
