/** Which rows of the dataset index are meant: one bit each. Row n of the index is the n-th dataset in order of UUID. */

export interface RowSet {
  has(row: number): boolean;
  /** The same for the addon; absent: all rows. */
  readonly bits?: { readonly bytes: Uint8Array; readonly skip: number };
}

export const ALL_ROWS: RowSet = { has: () => true };

export const NO_ROWS: RowSet = { has: () => false, bits: { bytes: new Uint8Array(), skip: 0 } };

/** The first row is the highest of the bits, after `skip` of them. */
export class BitRows implements RowSet {
  readonly bits: { readonly bytes: Uint8Array; readonly skip: number };

  constructor(bytes: Uint8Array, skip = 0) {
    // Threads look at shared memory where it is; other memory would be copied for every search.
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
    shared.set(bytes);
    this.bits = { bytes: shared, skip };
  }

  has(row: number): boolean {
    const { bytes, skip } = this.bits;
    const bit = row + skip;
    return row >= 0 && (((bytes[bit >>> 3] ?? 0) << (bit & 7)) & 0x80) !== 0;
  }
}
