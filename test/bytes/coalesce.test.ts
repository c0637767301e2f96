// Fewer and larger reads, with the same bytes.
import { expect, it } from 'vitest';
import type { ByteRange } from '../../src/base/sources.ts';
import { type CoalesceOptions, coalesced, piecesOf } from '../../src/bytes/coalesce.ts';
import type { ByteStore } from '../../src/bytes/store.ts';

const range = (offset: number, length: number): ByteRange => ({ offset, length });

it('joins ranges with small gaps, up to a size, and divides none', () => {
  const ranges = [range(0, 10), range(10, 5), range(20, 10), range(100, 300), range(401, 1)];
  const pieces = (options: CoalesceOptions) =>
    piecesOf(ranges, options).map(({ offset, length }) => range(offset, length));
  expect(pieces({ gap: 5, most: 100 })).toEqual([range(0, 30), range(100, 300), range(401, 1)]);
  expect(pieces({ gap: 70, most: 100 })).toEqual([range(0, 30), range(100, 300), range(401, 1)]);
  expect(pieces({ gap: 70, most: 1000 })).toEqual([range(0, 402)]);
  expect(pieces({ gap: 0 })).toEqual([range(0, 15), range(20, 10), range(100, 300), range(401, 1)]);
  expect(piecesOf([])).toEqual([]);
});

it('gives each range out of its piece', async () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
  const asked: (readonly ByteRange[])[] = [];
  const store: ByteStore = {
    stat: async () => ({ size: 1000, mtimeNs: 1n }),
    async read(_key, _stamp, ranges) {
      asked.push(ranges);
      return ranges.map(({ offset, length }) => bytes.slice(offset, offset + length));
    },
  };
  const ranges = [range(3, 4), range(9, 1), range(500, 20), range(521, 9), range(990, 10)];
  const read = await coalesced(store, { gap: 4 }).read('x', { size: 1000, mtimeNs: 1n }, ranges);
  expect(asked).toEqual([[range(3, 7), range(500, 30), range(990, 10)]]);
  expect(read.map((part) => [...part])).toEqual(
    ranges.map(({ offset, length }) => [...bytes.subarray(offset, offset + length)]),
  );
});

it('of a store that gives too little gives no more', async () => {
  const store: ByteStore = {
    stat: async () => ({ size: 1000, mtimeNs: 1n }),
    read: async () => [new Uint8Array(5)],
  };
  const read = await coalesced(store).read('x', { size: 1000, mtimeNs: 1n }, [range(0, 3), range(4, 4)]);
  expect(read.map(({ byteLength }) => byteLength)).toEqual([3, 1]);
});
