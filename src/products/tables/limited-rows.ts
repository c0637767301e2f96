/** The first rows of a table, as MAXREC wants it. */
import type { Batch } from '../../base/table.ts';

/** At most `most` rows. `overflow` is reported when there is one more row, unless none was asked for at all (DALI 1.1, 3.4.4). */
export class LimitedRows implements AsyncIterable<Batch> {
  readonly #batches: AsyncIterable<Batch>;
  readonly #most: number;
  #overflow: boolean;

  constructor(batches: AsyncIterable<Batch>, most: number) {
    this.#batches = batches;
    this.#most = most;
    this.#overflow = most === 0;
  }

  /** Final when all batches have been read. */
  get overflow(): boolean {
    return this.#overflow;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Batch, void, undefined> {
    let left = this.#most;
    if (left === 0) return;
    for await (const batch of this.#batches) {
      this.#overflow = batch.length > left;
      const taken = this.#overflow ? batch.slice(0, left) : batch;
      left -= taken.length;
      if (taken.length > 0) yield taken;
      if (this.#overflow) return;
    }
  }
}
