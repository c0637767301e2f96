/** DATASUM and CHECKSUM of FITS (FITS 4.0, 4.4.2.7 and appendix J). */

/** Adds a number of whole 32-bit words to a ones' complement sum. `bytes.length` must be a multiple of 4. */
export function addSum(bytes: Uint8Array, sum = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let total = sum;
  // Two to the 20 words of 32 bits do not lose a digit of a double.
  for (let from = 0; from < bytes.byteLength; from += 4 << 20) {
    const to = Math.min(from + (4 << 20), bytes.byteLength);
    for (let at = from; at < to; at += 4) total += view.getUint32(at);
    total = folded(total);
  }
  return total;
}

function folded(sum: number): number {
  let left = sum;
  while (left > 0xffffffff) left = (left % 0x100000000) + Math.floor(left / 0x100000000);
  return left;
}

/** Sum of sums. */
export const joinSums = (a: number, b: number) => folded(a + b);

/** The 16 characters of CHECKSUM that bring the sum of an HDU, with '0' sixteen times in its place, to minus zero. */
export function checksumText(sum: number): string {
  const complement = ~sum >>> 0;
  const characters = new Array<number>(16).fill(0);
  for (let byte = 0; byte < 4; byte++) {
    const value = (complement >>> (24 - 8 * byte)) & 0xff;
    const quarter = [0, 0, 0, 0].map((_, n) => Math.floor(value / 4) + 48 + (n === 0 ? value % 4 : 0));
    // Punctuation is not allowed: pairs are moved apart, their sum stays.
    for (let again = true; again; ) {
      again = false;
      for (let n = 0; n < 4; n += 2) {
        const [a, b] = [quarter[n] as number, quarter[n + 1] as number];
        if (isPunctuation(a) || isPunctuation(b)) {
          quarter[n] = a + 1;
          quarter[n + 1] = b - 1;
          again = true;
        }
      }
    }
    for (let n = 0; n < 4; n++) characters[4 * n + byte] = quarter[n] as number;
  }
  // The value of the card begins at its twelfth column: one byte off the words.
  return String.fromCharCode(...characters.slice(-1), ...characters.slice(0, -1));
}

const isPunctuation = (code: number) => (code >= 58 && code <= 64) || (code >= 91 && code <= 96);

const blank = '0'.repeat(16);

/** Cards to be filled in by `sealHdu`. */
export const checksumCards: readonly string[] = [
  `CHECKSUM= '${blank}'   / HDU checksum`,
  "DATASUM = '0         '         / data unit checksum",
];

/** Fills in the checksum cards of an HDU whose bytes are whole. `dataStart`: bytes of its header. */
export function sealHdu(hdu: Uint8Array, dataStart: number): void {
  const dataSum = addSum(hdu.subarray(dataStart));
  const text = Buffer.from(hdu.buffer, hdu.byteOffset, dataStart);
  const cardAt = (name: string) => {
    for (let at = 0; at < dataStart; at += 80)
      if (text.toString('latin1', at, at + 9) === `${name.padEnd(8)}=`) return at;
    return undefined;
  };
  const [sumAt, dataAt] = [cardAt('CHECKSUM'), cardAt('DATASUM')];
  if (sumAt === undefined || dataAt === undefined) return;
  text.write(String(dataSum).padEnd(10), dataAt + 11, 'latin1');
  text.write(blank, sumAt + 11, 'latin1');
  text.write(checksumText(addSum(hdu.subarray(0, dataStart), dataSum)), sumAt + 11, 'latin1');
}
