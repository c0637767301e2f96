/** What was brought of one object for one task. */
import type { AddonSource } from '../addon/sources.ts';
import { VignetError } from '../base/errors.ts';
import type { ByteRange, ObjectSource } from '../base/sources.ts';
import type { PlainError } from '../base/to-vignet-error.ts';
import { discard } from './buffers.ts';

interface Extent {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export class HeldObject {
  readonly source: ObjectSource;
  /** Ascending; they do not overlap. */
  #extents: Extent[] = [];
  #memory: SharedArrayBuffer[] = [];
  #lost: PlainError | undefined;

  constructor(source: ObjectSource) {
    this.source = source;
  }

  get bytes(): number {
    return this.#memory.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** As the addon takes it. */
  get addonSource(): AddonSource {
    if (this.#lost) return { lost: this.#lost };
    const { size, mtimeNs } = this.source;
    return { size, mtimeNs, extents: this.#extents };
  }

  /** Whether a range can be brought: it lies in the object and nothing of it is there. */
  canBring({ offset, length }: ByteRange): boolean {
    if (this.#lost || length <= 0 || offset < 0 || offset + length > this.source.size) return false;
    return this.#extents.every(
      (held) => held.offset >= offset + length || held.offset + held.bytes.byteLength <= offset,
    );
  }

  /** Takes what a store gave for ranges, onto memory that threads can look at. Throws data READ_MISMATCH. */
  add(ranges: readonly ByteRange[], read: readonly Uint8Array[]): void {
    const memory = new SharedArrayBuffer(ranges.reduce((sum, { length }) => sum + length, 0));
    let end = 0;
    const extents = ranges.map(({ offset, length }, n): Extent => {
      const given = read[n];
      if (given?.byteLength !== length)
        throw mismatch(this.source.store, { offset, length }, given?.byteLength ?? 0);
      const bytes = new Uint8Array(memory, end, length);
      bytes.set(given);
      end += length;
      return { offset, bytes };
    });
    this.#memory.push(memory);
    this.#extents = [...this.#extents, ...extents].sort((a, b) => a.offset - b.offset);
  }

  /** From now on it is as a file that cannot be opened. */
  lose(why: PlainError): void {
    this.#lost = why;
  }

  /** Lets go of all that was brought. No call may be looking at it. */
  drop(): void {
    for (const memory of this.#memory) discard(memory);
    this.#memory = [];
    this.#extents = [];
  }
}

function mismatch(store: string, { offset, length }: ByteRange, received: number): VignetError {
  const detail = `expected ${length} bytes at byte ${offset} of an object of the store '${store}', received ${received}`;
  return new VignetError('data', 'READ_MISMATCH', detail);
}
