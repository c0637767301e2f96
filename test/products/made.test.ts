// Answers that are made whole: compressed FITS and pictures.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, it } from 'vitest';
import type { Stencil } from '../../src/base/sky.ts';
import { type CutoutRequest, planCutout } from '../../src/products/cutout/cutout.ts';
import { engineOf, type Simulated, simulated } from './support.ts';

let image: Simulated;
let small: Stencil;
beforeAll(async () => {
  image = await simulated();
  const [lon, lat] = image.info.center as [number, number];
  small = { shape: 'circle', values: [lon, lat, 0.004] };
});

async function planned(request: CutoutRequest, engine = engineOf()) {
  const cutout = await planCutout({ engine, dataset: image.dataset, software: 'Vignet test' }, request);
  if (!cutout) throw new Error('no overlap');
  return cutout;
}

it.each(['gzip', 'rice'] as const)('COMPRESS=%s has the same pixels and is sound', async (compress) => {
  const request = { stencil: small, detail: 'MaskedImage' } as const;
  const plain = await (await planned(request)).bytes();
  const engine = engineOf();
  const cutout = await planned({ ...request, compress }, engine);
  expect(cutout.size).toBeUndefined();
  expect(cutout.ranges).toBe(false);
  expect(cutout.filename).toMatch(/^visit-cutout_[\d.]+[pm][\d.]+_\d+x\d+\.fits\.fz$/);
  const size = await cutout.make();
  expect(cutout.size).toBe(size);
  const packed = await cutout.bytes();
  expect(packed.byteLength).toBe(size);
  expect(size).toBeLessThan(plain.byteLength);
  expect(Buffer.from(await (await planned({ ...request, compress })).bytes()).equals(packed)).toBe(true);

  const folder = image.dataset.sources[0]?.root as string;
  const [a, b] = [join(folder, 'plain.fits'), join(folder, `${compress}.fits.fz`)];
  writeFileSync(a, plain);
  writeFileSync(b, packed);
  const script = `
import sys
from astropy.io import fits
plain, packed = fits.open(sys.argv[1]), fits.open(sys.argv[2], checksum=True)
print([p.name for p in plain] == [p.name for p in packed], all(
    p.data.tobytes() == q.data.astype(p.data.dtype).tobytes() for p, q in zip(plain[1:], packed[1:])))
`;
  const { stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', script, a, b], { encoding: 'utf8' });
  expect(stdout.trim(), stderr).toBe('True True');

  // What has been read is given back; what was made and never read, when it is closed.
  expect(engine.metrics().bytes.held).toBe(0);
  await cutout.make();
  expect(engine.metrics().bytes.held).toBeGreaterThan(0);
  cutout.close();
  await new Promise(setImmediate);
  expect(engine.metrics().bytes.held).toBe(0);
});

it('is lossy only when asked to be', async () => {
  const request = { stencil: small, compress: 'rice' } as const;
  const lossless = await (await planned(request)).make();
  expect(await (await planned({ ...request, quantize: 4 })).make()).toBeLessThan((lossless ?? 0) / 2);
  await expect((await planned({ ...request, quantize: -1 })).make()).rejects.toMatchObject({
    kind: 'usage',
    code: 'BAD_QUANTIZE',
  });
});

it.each(['png', 'jpeg', 'webp'] as const)('draws a %s of the cutout, the same every time', async (format) => {
  const engine = engineOf();
  const cutout = await planned({ stencil: small, format }, engine);
  const bytes = await cutout.bytes();
  const { width, height, format: found } = await sharp(bytes).metadata();
  const box = cutout.box as NonNullable<typeof cutout.box>;
  expect({ width, height, found }).toEqual({
    width: box.x1 - box.x0,
    height: box.y1 - box.y0,
    found: format,
  });
  expect(cutout.contentType).toBe(`image/${format}`);
  const again = await planned({ stencil: small, format }, engine);
  expect(Buffer.from(await again.bytes()).equals(bytes)).toBe(true);
  cutout.close();
  again.close();
  await new Promise(setImmediate);
  expect(engine.metrics().bytes.held).toBe(0);
});

it('pictures of whole images are averaged down', async () => {
  const bytes = await (await planned({ format: 'png' })).bytes();
  const { width, height } = await sharp(bytes).metadata();
  expect(Math.max(width ?? 0, height ?? 0)).toBeLessThanOrEqual(1024);
});
