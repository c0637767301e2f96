/** Which rows of the dataset index are meant: one bit each. Row n of the index is the n-th dataset in order of UUID. */

export interface RowSet {
  has(row: number): boolean;
}

export const ALL_ROWS: RowSet = { has: () => true };

export const NO_ROWS: RowSet = { has: () => false };

/** The first row is the highest of the bits, after `skip` of them. */
export class BitRows implements RowSet {
  readonly #bytes: Uint8Array;
  readonly #skip: number;

  constructor(bytes: Uint8Array, skip = 0) {
    this.#bytes = bytes;
    this.#skip = skip;
  }

  has(row: number): boolean {
    const bit = row + this.#skip;
    return row >= 0 && (((this.#bytes[bit >>> 3] ?? 0) << (bit & 7)) & 0x80) !== 0;
  }
}
