/** What every byte store promises. A store's test file makes one and calls `storeSuite`. */
import { describe, expect, it } from 'vitest';
import { VignetError } from '../../src/base/errors.ts';
import type { ByteStore } from '../../src/bytes/store.ts';

export interface StoreUnderTest {
  readonly store: ByteStore;
  /** Makes or replaces an object; one that is replaced has another time than before, also where its size is the same. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  remove(key: string): Promise<void>;
}

const some = (length: number, seed = 1) => Uint8Array.from({ length }, (_, i) => (i * 7 + seed) & 255);

/** The kind and code of what a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => 'nothing',
    (caught) => caught,
  );
  return error instanceof VignetError ? `${error.kind} ${error.code}` : String(error);
}

export function storeSuite(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name}, as a byte store,`, () => {
    it('tells size and time of an object, and gives the ranges that are asked for', async () => {
      const { store, put } = await make();
      const bytes = some(10_000);
      await put('a/b c.fits', bytes);
      const stamp = await store.stat('a/b c.fits');
      expect(stamp.size).toBe(10_000);
      expect(stamp.mtimeNs).toBeGreaterThan(0n);
      const ranges = [
        { offset: 0, length: 1 },
        { offset: 80, length: 2880 },
        { offset: 2960, length: 40 },
        { offset: 9990, length: 10 },
      ];
      const read = await store.read('a/b c.fits', stamp, ranges);
      expect(read.map((part) => [...part])).toEqual(
        ranges.map(({ offset, length }) => [...bytes.subarray(offset, offset + length)]),
      );
      expect(await store.read('a/b c.fits', stamp, [])).toEqual([]);
    });

    it('gives many ranges of many objects at once, each its own', async () => {
      const { store, put } = await make();
      const keys = Array.from({ length: 5 }, (_, n) => `many/${n}`);
      await Promise.all(keys.map((key, n) => put(key, some(4000, n))));
      const ranges = Array.from({ length: 40 }, (_, i) => ({ offset: i * 100, length: 30 }));
      await Promise.all(
        keys.map(async (key, n) => {
          const read = await store.read(key, await store.stat(key), ranges);
          expect(Buffer.concat(read.map((part) => Buffer.from(part)))).toEqual(
            Buffer.concat(ranges.map(({ offset }) => some(4000, n).subarray(offset, offset + 30))),
          );
        }),
      );
    });

    it('refuses ranges that leave the object, whole', async () => {
      const { store, put } = await make();
      await put('short', some(100));
      const stamp = await store.stat('short');
      const within = { offset: 0, length: 10 };
      expect(await failure(store.read('short', stamp, [within, { offset: 90, length: 11 }]))).toBe(
        'data TRUNCATED',
      );
      expect(await failure(store.read('short', stamp, [{ offset: 200, length: 1 }]))).toBe('data TRUNCATED');
    });

    it('never gives bytes of an object that is not what it was', async () => {
      const { store, put, remove } = await make();
      await put('changes', some(100));
      const stamp = await store.stat('changes');
      const read = () => failure(store.read('changes', stamp, [{ offset: 0, length: 10 }]));
      expect(await read()).toBe('nothing');
      await put('changes', some(100, 2));
      expect(await read()).toBe('data FILE_CHANGED');
      await put('changes', some(101));
      expect(await read()).toBe('data FILE_CHANGED');
      await remove('changes');
      expect(await read()).toBe('data FILE_GONE');
    });

    it('says what it does not hold, and which keys cannot be', async () => {
      const { store, put } = await make();
      await put('folder/object', some(10));
      const stamp = { size: 10, mtimeNs: 1n };
      expect(await failure(store.stat('nothing'))).toBe('data FILE_GONE');
      expect(await failure(store.read('folder/object/below', stamp, []))).toBe('data FILE_GONE');
      for (const key of ['', 'a\0b', '../outside', '/etc/passwd', 'folder/../../outside'])
        expect(await failure(store.stat(key)), key).toMatch(/^(usage BAD_PATH|data OUTSIDE_ROOT)$/);
    });

    it('stops for a signal, with its reason', async () => {
      const { store, put } = await make();
      await put('object', some(10));
      const reason = new VignetError('transient', 'CANCELLED', 'the request was cancelled');
      const gone = AbortSignal.abort(reason);
      expect(await failure(store.stat('object', gone))).toBe('transient CANCELLED');
      const stamp = await store.stat('object');
      expect(await failure(store.read('object', stamp, [{ offset: 0, length: 1 }], gone))).toBe(
        'transient CANCELLED',
      );
    });
  });
}
