/** Calls of the addon on plain memory. */

/** Memory and checksums. */
export interface MemoryCalls {
  /** Returns unused pages of memory to the system; their content is lost. */
  discard(bytes: Uint8Array): void;
  /**
   * Fills bytes from a place of an open file if the system has all of them in memory; false: not all could be had without a wait for a disk.
   */
  readCached(descriptor: number, offset: number, bytes: Uint8Array): boolean;
  /** The sum of DATASUM (FITS 4.0, 4.4.2.7) of bytes, a rest of less than a word filled up with zeros. */
  dataSum(bytes: Uint8Array): number;
  /** Fills in the cards CHECKSUM and DATASUM that the header of a whole HDU has. */
  sealHdu(hdu: Uint8Array, headerBytes: number): void;
}
