/** DATASUM and CHECKSUM of FITS (FITS 4.0, 4.4.2.7 and appendix J). */
import { native } from '../addon/addon.ts';

/** Adds bytes, zeros behind them up to a whole 32-bit word, to a ones' complement sum. */
export function addSum(bytes: Uint8Array, sum = 0): number {
  return joinSums(sum, native.dataSum(bytes));
}

/** Sum of sums. */
export function joinSums(a: number, b: number): number {
  const sum = a + b;
  return sum > 0xffffffff ? sum - 0xffffffff : sum;
}

/** Cards to be filled in by `native.sealHdu`. */
export const checksumCards: readonly string[] = [
  `CHECKSUM= '${'0'.repeat(16)}'   / HDU checksum`,
  "DATASUM = '0         '         / data unit checksum",
];
