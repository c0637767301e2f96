/** Fewer and larger reads of a store: ranges that lie near each other are read as one, with what lies between. */
import type { ByteRange } from '../base/sources.ts';
import type { ByteStore } from './store.ts';

export interface CoalesceOptions {
  /** Ranges with at most so many bytes between them are read together. Default 64 KiB. */
  readonly gap?: number;
  /** What is read together has at most so many bytes. Default 8 MiB. */
  readonly most?: number;
}

/** Pieces that hold all ranges, which ascend. */
export function piecesOf(
  ranges: readonly ByteRange[],
  { gap = 65_536, most = 8_388_608 }: CoalesceOptions = {},
): ByteRange[] {
  const pieces: { offset: number; length: number }[] = [];
  for (const { offset, length } of ranges) {
    const last = pieces.at(-1);
    const end = offset + length;
    if (last && offset <= last.offset + last.length + gap && end - last.offset <= most)
      last.length = Math.max(last.length, end - last.offset);
    else pieces.push({ offset, length });
  }
  return pieces;
}

/** The same store, asked for pieces. */
export function coalesced(store: ByteStore, options: CoalesceOptions = {}): ByteStore {
  return {
    stat: (key, signal) => store.stat(key, signal),
    async read(key, stamp, ranges, signal) {
      const pieces = piecesOf(ranges, options);
      const read = await store.read(key, stamp, pieces, signal);
      let at = 0;
      return ranges.map(({ offset, length }) => {
        const holds = ({ offset: from, length: bytes }: ByteRange) => offset + length <= from + bytes;
        while (at < pieces.length - 1 && !holds(pieces[at] ?? { offset: 0, length: 0 })) at += 1;
        const from = offset - (pieces[at]?.offset ?? 0);
        return read[at]?.subarray(from, from + length) ?? new Uint8Array(0);
      });
    },
  };
}
