// Cutouts as products: the same bytes however they are made, within limits, at the client's pace.
import { spawnSync } from 'node:child_process';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Stencil } from '../../src/base/sky.ts';
import { windowsOf } from '../../src/products/answers/image-answers.ts';
import { planCutout } from '../../src/products/cutout/cutout.ts';
import { callsBegun, nothingUnderWay, underWay } from '../support/engine-totals.ts';
import { until } from '../support/until.ts';
import { engineOf, type Simulated, simulated } from './support.ts';

let image: Simulated;
let small: Stencil;
beforeAll(async () => {
  image = await simulated();
  const [lon, lat] = image.info.center as [number, number];
  small = { shape: 'circle', values: [lon, lat, 0.004] };
});

afterEach(() => {
  vi.useRealTimers();
});

const deps = (engine = engineOf()) => ({ engine, dataset: image.dataset, software: 'Vignet test' });

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

async function planned(request: Parameters<typeof planCutout>[1], engine = engineOf()) {
  const cutout = await planCutout(deps(engine), request);
  if (!cutout) throw new Error('no overlap');
  return cutout;
}

/** What astropy sees of an answer beside its parent: one line a plane, `equal` or what differs. */
function compare(answer: Uint8Array, box: { x0: number; y0: number; x1: number; y1: number }): string[] {
  const file = join(image.dataset.sources[0]?.root as string, 'answer.fits');
  writeFileSync(file, answer);
  const script = `
import sys, numpy as np
from astropy.io import fits
answer, parent, (x0, y0, x1, y1) = fits.open(sys.argv[1], checksum=True), fits.open(sys.argv[2]), map(int, sys.argv[3:])
for hdu in answer[1:]:
    want = parent[hdu.name].data[y0:y1, x0:x1]
    same = hdu.data.dtype.kind == want.dtype.kind and hdu.data.tobytes() == want.astype(hdu.data.dtype).tobytes()
    print(hdu.name, 'equal' if same else 'differs')
`;
  const args = [
    '-W',
    'error',
    '-c',
    script,
    file,
    image.file,
    ...[box.x0, box.y0, box.x1, box.y1].map(String),
  ];
  const { stdout, stderr, status } = spawnSync('/usr/bin/python3', args, { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return stdout.trim().split('\n');
}

describe('a small cutout', () => {
  it('has the parent’s pixels in every plane, right checksums, and exactly the size that was planned', async () => {
    const cutout = await planned({ stencil: small, detail: 'MaskedImage' });
    const bytes = await cutout.bytes();
    expect(bytes.byteLength).toBe(cutout.size);
    expect(cutout.contentType).toBe('application/fits');
    expect(cutout.filename).toMatch(/^visit-cutout_[\d.]+[pm][\d.]+_\d+x\d+\.fits$/);
    if (!cutout.box) throw new Error('no box');
    expect(compare(bytes, cutout.box)).toEqual(['IMAGE equal', 'MASK equal', 'VARIANCE equal']);
  });

  it('has any range of itself', async () => {
    const cutout = await planned({ stencil: small, detail: 'MaskedImage' });
    const whole = Buffer.from(await cutout.bytes());
    for (const [from, to] of [
      [0, 1],
      [2879, 5000],
      [whole.length - 7, whole.length],
    ] as const) {
      expect((await collect(cutout.body({ from, to }))).equals(whole.subarray(from, to))).toBe(true);
    }
  });

  it('is undefined away from the image', async () => {
    const far = { shape: 'circle', values: [10, -60, 0.01] } as const;
    expect(await planCutout(deps(), { stencil: far })).toBeUndefined();
  });

  it('has an ETag that changes with everything the bytes depend on, and with nothing else', async () => {
    const engine = engineOf();
    const tag = async (request: object, changes: object = {}) =>
      (await planCutout({ ...deps(engine), ...changes }, { stencil: small, ...request }))?.etag;
    const first = await tag({});
    expect(first).toMatch(/^"[A-Za-z0-9_-]{32}"$/);
    expect(await tag({ detail: 'Image', format: 'fits', compress: 'none' }, { drainMs: 5 })).toBe(first);
    const others = await Promise.all([
      tag({ detail: 'MaskedImage' }),
      tag({ compress: 'gzip' }),
      tag({ compress: 'rice' }),
      tag({ compress: 'rice', quantize: 4 }),
      tag({ format: 'png' }),
      tag({ stencil: { shape: 'circle', values: [...small.values.slice(0, 2), 0.0041] } }),
      tag({}, { software: 'Vignet 99' }),
      tag({}, { dataset: { ...image.dataset, version: 'v2' } }),
    ]);
    expect(new Set([first, ...others]).size).toBe(9);
  });
});

describe('a large cutout', () => {
  it('is the same bytes with 1, 2 and 3 workers, in pieces, in ranges, and written to a stream', async () => {
    const answers = await Promise.all(
      [1, 2, 3].map(async (threads) =>
        (await planned({ detail: 'MaskedImage' }, engineOf({ threads }))).bytes(),
      ),
    );
    const whole = Buffer.from(answers[0] as Uint8Array);
    expect(whole.length).toBeGreaterThan(8 * 1048576);
    for (const answer of answers) expect(whole.equals(answer)).toBe(true);
    expect(
      compare(whole, {
        x0: 0,
        y0: 0,
        x1: image.info.planes[0]?.width ?? 0,
        y1: image.info.planes[0]?.height ?? 0,
      }),
    ).toEqual(['IMAGE equal', 'MASK equal', 'VARIANCE equal']);

    const cutout = await planned({ detail: 'MaskedImage' });
    const window = { from: 5_000_001, to: 9_000_003 };
    expect((await collect(cutout.body(window))).equals(whole.subarray(window.from, window.to))).toBe(true);

    const parts: Buffer[] = [];
    const sink = new Writable({
      highWaterMark: 1,
      write: (chunk: Buffer, _encoding, done) => {
        parts.push(Buffer.from(chunk));
        setImmediate(done);
      },
    });
    await cutout.write(sink);
    expect(Buffer.concat(parts).equals(whole)).toBe(true);
  });

  it('takes no more of the budget than is free, and gives all back', async () => {
    const engine = engineOf({ budgetBytes: 4 * 1048576 });
    const answers = await Promise.all(
      [1, 2, 3, 4].map(async () => (await planned({ detail: 'MaskedImage' }, engine)).bytes()),
    );
    expect(new Set(answers.map((bytes) => Buffer.from(bytes).toString('base64'))).size).toBe(1);
    const { held, peak, ceiling } = engine.metrics().bytes;
    expect(peak).toBeLessThanOrEqual(ceiling);
    expect(held).toBe(0);
  });

  it('stops costing when its client goes away: nothing more is begun for it', async () => {
    const engine = engineOf();
    const cutout = await planned({ detail: 'MaskedImage' }, engine);
    const stalled = new Writable({ highWaterMark: 1, write: () => {} });
    const written = cutout.write(stalled);
    await until(() => engine.metrics().bytes.held > 0 && stalled.writableLength > 0);
    const begun = () => callsBegun(engine);
    let before = Number.NaN;
    stalled.once('close', () => {
      before = begun();
    });
    stalled.destroy();
    await expect(written).rejects.toMatchObject({ kind: 'transient', code: 'CLIENT_GONE' });
    expect(begun()).toBe(before);
    expect(underWay(engine)).toEqual(nothingUnderWay);
  });

  it('cuts off a client that drains too slowly, and not before its time', async () => {
    const engine = engineOf();
    const cutout = await planCutout({ ...deps(engine), drainMs: 100 }, { detail: 'MaskedImage' });
    const stalled = new Writable({ highWaterMark: 1, write: () => {} });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const written = cutout?.write(stalled);
    await until(() => stalled.writableLength > 0);
    vi.advanceTimersByTime(99);
    expect(stalled.destroyed).toBe(false);
    vi.advanceTimersByTime(1);
    expect(stalled.destroyed).toBe(true);
    await expect(written).rejects.toMatchObject({ kind: 'transient', code: 'SLOW_CLIENT' });
    expect(engine.metrics().bytes.held).toBe(0);
  });

  it('stops when its consumer does', async () => {
    const engine = engineOf();
    const cutout = await planned({ detail: 'MaskedImage' }, engine);
    for await (const chunk of cutout.body()) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }
    expect(underWay(engine)).toEqual(nothingUnderWay);
  });

  it('ends with the request’s signal, while it is cut', async () => {
    const engine = engineOf({ threads: 1 });
    const abort = new AbortController();
    const cutout = await planCutout(deps(engine), { detail: 'MaskedImage' }, { signal: abort.signal });
    const done = cutout?.bytes();
    await until(() => underWay(engine).running > 0);
    abort.abort();
    await expect(done).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(engine.metrics().bytes.held).toBe(0);
  });
});

describe('limits', () => {
  it('refuse before any work, and name themselves', async () => {
    const engine = engineOf();
    const limits = { maxBytes: 8 * 1048576, maxWholeBytes: 65536 };
    const asked = (request: Parameters<typeof planCutout>[1]) =>
      planCutout({ ...deps(engine), limits }, request);
    await expect(asked({ detail: 'MaskedImage' })).rejects.toMatchObject({
      kind: 'usage',
      code: 'TOO_LARGE',
      message: expect.stringMatching(/1[67]\.\d MiB, the limit maxBytes is 8\.0 MiB/),
    });
    await expect(asked({ stencil: small, compress: 'gzip' })).rejects.toThrow(/maxWholeBytes of compressed/);
    await expect(asked({ stencil: small, format: 'png' })).rejects.toThrow(/maxWholeBytes of pictures/);
    expect(engine.metrics().stages.fill).toBeUndefined();
  });
});

it('notices a file that has changed since its layout was read', async () => {
  const other = await simulated(0.05);
  const engine = engineOf();
  const cutout = await planCutout({ ...deps(engine), dataset: other.dataset }, {});
  utimesSync(other.file, new Date(), new Date(1));
  await expect(cutout?.bytes()).rejects.toMatchObject({ kind: 'data', code: 'FILE_CHANGED' });
  expect(engine.metrics().bytes.held).toBe(0);
});

it('windows follow the cuts and never leave what was asked for', () => {
  expect(windowsOf([0, 10, 20, 30], { from: 5, to: 20 })).toEqual([
    { from: 5, to: 10 },
    { from: 10, to: 20 },
  ]);
  expect(windowsOf([0, 10], { from: 0, to: 10 })).toEqual([{ from: 0, to: 10 }]);
});
