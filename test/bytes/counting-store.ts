/** A folder as a store that writes down what it was asked for. */
import type { ByteRange, ObjectStamp } from '../../src/base/sources.ts';
import { LocalStore } from '../../src/bytes/local-store.ts';
import type { ByteStore } from '../../src/bytes/store.ts';

export interface CountedRead {
  readonly key: string;
  readonly ranges: readonly ByteRange[];
}

export class CountingStore implements ByteStore {
  readonly reads: CountedRead[] = [];
  stats = 0;
  readonly #store: LocalStore;

  constructor(folder: string) {
    this.#store = new LocalStore(folder);
  }

  get bytes(): number {
    return this.reads.reduce(
      (sum, { ranges }) => sum + ranges.reduce((all, { length }) => all + length, 0),
      0,
    );
  }

  stat(key: string, signal?: AbortSignal): Promise<ObjectStamp> {
    this.stats += 1;
    return this.#store.stat(key, signal);
  }

  read(key: string, stamp: ObjectStamp, ranges: readonly ByteRange[], signal?: AbortSignal) {
    this.reads.push({ key, ranges });
    return this.#store.read(key, stamp, ranges, signal);
  }
}
