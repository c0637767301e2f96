/** Calls of the addon on plain memory. */

/** Memory and checksums. */
export interface MemoryCalls {
  /** Returns unused pages of memory to the system; their content is lost. */
  discard(bytes: Uint8Array): void;
  /** The sum of DATASUM (FITS 4.0, 4.4.2.7) of bytes, a rest of less than a word filled up with zeros. */
  dataSum(bytes: Uint8Array): number;
  /** Fills in the cards CHECKSUM and DATASUM that the header of a whole HDU has. */
  sealHdu(hdu: Uint8Array, headerBytes: number): void;
}
