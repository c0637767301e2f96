/** Fewer and larger reads of a store: ranges that lie near each other are read as one, with what lies between. */
import type { ByteRange } from '../base/sources.ts';
import type { ByteStore } from './store.ts';

export interface CoalesceOptions {
  /** Ranges with at most so many bytes between them are read together. Default 64 KiB. */
  readonly gap?: number;
  /** What is read together has at most so many bytes; a longer range stays whole. Default 8 MiB. */
  readonly most?: number;
}

/** A range that is read, and those that are wanted of it. */
interface Piece extends ByteRange {
  readonly wanted: readonly ByteRange[];
}

/** Pieces that hold all ranges, which ascend. */
export function piecesOf(
  ranges: readonly ByteRange[],
  { gap = 65_536, most = 8_388_608 }: CoalesceOptions = {},
): Piece[] {
  const pieces: { offset: number; length: number; wanted: ByteRange[] }[] = [];
  for (const range of ranges) {
    const end = range.offset + range.length;
    const last = pieces.at(-1);
    if (last && range.offset <= last.offset + last.length + gap && end - last.offset <= most) {
      last.length = Math.max(last.length, end - last.offset);
      last.wanted.push(range);
    } else {
      pieces.push({ ...range, wanted: [range] });
    }
  }
  return pieces;
}

/** The same store, asked for pieces. */
export function coalesced(store: ByteStore, options: CoalesceOptions = {}): ByteStore {
  return {
    stat: (key, signal) => store.stat(key, signal),
    async read(key, stamp, ranges, signal) {
      const pieces = piecesOf(ranges, options);
      const asked = pieces.map(({ offset, length }) => ({ offset, length }));
      const read = await store.read(key, stamp, asked, signal);
      return pieces.flatMap((piece, n) =>
        piece.wanted.map(({ offset, length }) => {
          const from = offset - piece.offset;
          return read[n]?.subarray(from, from + length) ?? new Uint8Array(0);
        }),
      );
    },
  };
}
