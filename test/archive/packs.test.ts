// Pack files: whole, damaged, cut short, left behind.
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeEntry, encodeEntry } from '../../src/archive/pack.ts';
import { PackReader } from '../../src/archive/pack-reader.ts';
import { PackWriter } from '../../src/archive/pack-writer.ts';
import type { DatasetRecord } from '../../src/archive/record.ts';
import { folder } from '../support/archive.ts';

const record = (uuid: string): DatasetRecord => ({
  uuid,
  repo: 'r',
  collection: 'c',
  type: 'image',
  band: null,
  hdu: 0,
  emMin: null,
  emMax: null,
  tMin: null,
  tMax: null,
  polStates: null,
  planes: ['image'],
  maskNames: [],
  xy0: [0, 0],
  survey: 'general',
  patch: null,
  observation: {
    visit: null,
    detector: null,
    band: null,
    filter: null,
    tMid: null,
    exptime: null,
    airmass: null,
    unit: null,
    site: null,
    photometry: null,
    psf: null,
    note: null,
  },
  name: 'n',
  files: [{ root: 'a', path: 'x.fits', size: 1, mtimeNs: '5', gzip: false }],
});
const layout = (fill: number, length = 300) => new Uint8Array(length).fill(fill);
const damaged = expect.objectContaining({ kind: 'data', code: 'BAD_PACK' });

describe('pack entries', () => {
  it('come back as they were', () => {
    const { meta, layout: back } = decodeEntry(encodeEntry({ a: 'é' }, layout(7)));
    expect(meta).toEqual({ a: 'é' });
    expect(Buffer.from(back).equals(layout(7))).toBe(true);
  });

  it('with any one byte changed are refused', () => {
    const good = encodeEntry(record('u'), layout(1, 40));
    for (let at = 0; at < good.length; at++) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 0x10;
      expect(() => decodeEntry(bad), `byte ${at}`).toThrow(damaged);
    }
    for (let length = 0; length < good.length; length += 7) {
      expect(() => decodeEntry(good.subarray(0, length)), `cut to ${length}`).toThrow(damaged);
    }
  });
});

describe('a pack', () => {
  it('is written in order, read by place, and goes on after its published end', async () => {
    const path = folder();
    const writer = await PackWriter.open(path, { pack: 1, offset: 0 });
    const refs = await Promise.all([1, 2, 3].map((n) => writer.append(record(`u${n}`), layout(n))));
    const { end } = writer;
    await writer.append(record('never published'), layout(4));
    await writer.close();

    const again = await PackWriter.open(path, end);
    refs.push(await again.append(record('u5'), layout(5)));
    expect(refs.at(-1)).toMatchObject({ pack: 1, offset: end.offset });
    await again.close();

    const reader = new PackReader(path, 1000);
    for (const [n, ref] of refs.entries()) {
      const stored = await reader.read(ref);
      expect(stored.record.uuid).toBe(`u${[1, 2, 3, 5][n]}`);
      expect(stored.layout[0]).toBe([1, 2, 3, 5][n]);
    }
    await reader.close();
  });

  it('begins anew when it is full', async () => {
    const path = folder();
    const writer = await PackWriter.open(path, { pack: 1, offset: 0 }, 2000);
    const refs = [];
    for (let n = 0; n < 6; n++) refs.push(await writer.append(record(`u${n}`), layout(n)));
    expect(new Set(refs.map((ref) => ref.pack)).size).toBeGreaterThan(1);
    await writer.close();
    const reader = new PackReader(path, 1);
    for (const [n, ref] of refs.entries()) expect((await reader.read(ref)).record.uuid).toBe(`u${n}`);
    await reader.close();
  });

  it('that lost its tail stays as it is; writing goes on in the next', async () => {
    const path = folder();
    const writer = await PackWriter.open(path, { pack: 1, offset: 0 });
    const [first, second] = [
      await writer.append(record('a'), layout(1)),
      await writer.append(record('b'), layout(2)),
    ];
    const { end } = writer;
    await writer.close();
    await truncate(join(path, '1.pack'), end.offset - 10);

    const again = await PackWriter.open(path, end);
    const third = await again.append(record('c'), layout(3));
    await again.close();
    expect(third.pack).toBe(2);
    const reader = new PackReader(path, 1000);
    expect((await reader.read(first)).record.uuid).toBe('a');
    await expect(reader.read(second)).rejects.toThrow(damaged);
    expect((await reader.read(third)).record.uuid).toBe('c');
    await reader.close();
  });

  it('that cannot be opened is said to be by all who ask at once', async () => {
    const reader = new PackReader(folder(), 1000);
    const refs = [0, 100, 200].map((offset) => ({ pack: 7, offset, length: 50 }));
    const answers = await Promise.allSettled(refs.map((ref) => reader.read(ref)));
    expect(answers).toEqual(refs.map(() => ({ status: 'rejected', reason: damaged })));
    await reader.close();
  });

  it('that is damaged or gone is said to be', async () => {
    const path = folder();
    const writer = await PackWriter.open(path, { pack: 1, offset: 0 });
    const ref = await writer.append(record('a'), layout(1));
    await writer.close();
    const bytes = await readFile(join(path, '1.pack'));
    bytes[bytes.length - 1] = 99;
    await writeFile(join(path, '1.pack'), bytes);
    const reader = new PackReader(path, 1000);
    await expect(reader.read(ref)).rejects.toThrow(damaged);
    await expect(reader.read({ pack: 9, offset: 0, length: 100 })).rejects.toThrow(damaged);
    await expect(reader.read({ pack: 1, offset: 0, length: 2 ** 40 })).rejects.toThrow(damaged);
    await reader.close();
  });
});
