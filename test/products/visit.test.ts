// All detectors of a visit: as they lie in the camera, bit for bit, and on the sky.

import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { ingest } from '../../src/ingest/index.ts';
import { Vignet } from '../../src/products/vignet.ts';
import { simulate } from '../../src/simulate/index.ts';
import { parseMosaic } from '../../src/vo/mosaic/request.ts';
import { verify } from '../accuracy/verify.ts';
import { archiveOf, closeLater, mosaicOf, oracle, scratch } from './combine-support.ts';

interface Camera {
  readonly detectors: number;
  readonly error: number;
  readonly stated: number;
  readonly shape: readonly [number, number];
}

async function inCamera(vignet: Vignet, parameters: Readonly<Record<string, string>>): Promise<Camera> {
  const files: Record<string, string> = {};
  for await (const rows of vignet.archive.as(ANONYMOUS).list())
    for (const row of rows) files[row.id] = row.absolutePath;
  const mosaic = await mosaicOf(vignet, {
    ...{ GEOMETRY: 'detector', CUTOUTDETAIL: 'MaskedImage', INDEX: 'true', ...parameters },
  });
  expect((await verify([mosaic])).get(mosaic)).toEqual([]);
  return oracle.ask<Camera>('camera', { mosaic, files });
}

describe('a visit of 189 detectors', () => {
  let vignet: Vignet;
  let visit = '';

  beforeAll(async () => {
    const out = join(scratch, 'camera');
    await simulate({
      ...{
        out,
        scale: 0.02,
        visits: 1,
        detectors: 189,
        bands: ['r'],
        types: ['visit_image'],
        differences: 0,
      },
      ...{ tracts: 1, patches: 1, fullSize: 0, recipe: 'lossless', density: 1, workers: 0, center: [150, 2] },
    });
    await ingest(`${out}-archive`, [out], { collection: 'sim', repo: 'sim' });
    vignet = await Vignet.open(`${out}-archive`, { engine: { threads: 2 } });
    closeLater(vignet);
    for await (const rows of vignet.archive.as(ANONYMOUS).list()) visit = String(rows[0]?.lsst_visit);
  }, 120_000);

  it('lies in the camera without overlap, bit for bit', async () => {
    const found = await inCamera(vignet, { VISIT: visit });
    expect(found).toMatchObject({ detectors: 189, differ: 0, overlaps: 0, between: 0, turned: 0 });
    expect(found.error).toBeLessThan(found.stated + 0.02);
    expect(found.error).toBeGreaterThan(found.stated / 2);
    // Five rafts across, 12,700 pixels apart at full size, distorted by a hundredth and stretched so that none overlap.
    expect(found.shape[0] / (0.02 * (4 * 12_700 + 2 * 4225 + 4000))).toBeGreaterThan(0.98);
    expect(found.shape[0] / (0.02 * (4 * 12_700 + 2 * 4225 + 4000))).toBeLessThan(1.05);
  });

  it('lies on the sky, north up, with all detectors', async () => {
    const mosaic = await vignet.mosaic(parseMosaic([['VISIT', visit]]), { principal: ANONYMOUS });
    expect(mosaic?.summary.datasets).toHaveLength(189);
    expect(mosaic?.summary.datasets.every(({ method }) => method === 'resample')).toBe(true);
  });

  it('is a choice of datasets like others', async () => {
    const asked = async (pairs: [string, string][]) =>
      vignet.mosaic(parseMosaic(pairs), { principal: ANONYMOUS });
    expect(await asked([['VISIT', '1']])).toBeUndefined();
    const circle: [string, string] = ['CIRCLE', '150 2 0.005'];
    const part = await asked([['VISIT', visit], circle]);
    expect(part?.summary.datasets.length).toBeLessThan(60);
    await expect(asked([['VISIT', visit], ['GEOMETRY', 'detector'], circle])).rejects.toThrow(/region/);
    await expect(
      asked([
        ['VISIT', visit],
        ['DPSUBTYPE', 'raw'],
      ]),
    ).rejects.toMatchObject({ code: 'UNKNOWN_TYPE' });
    await expect(asked([['VISIT', 'abc']])).rejects.toMatchObject({ code: 'BAD_VALUE' });
    expect(
      await asked([
        ['VISIT', visit],
        ['INSTRUMENT', 'none'],
      ]),
    ).toBeUndefined();
  });
});

describe('detectors that are turned', () => {
  it('are turned back by quarters', async () => {
    const epochs = [0, 90, 180, 270].map((turn, detector) => ({
      ...{ turn: turn + 0.3, detector, visit: 5, dx: 70, dy: 60, holes: [[3, 7] as const] },
      flags: [[11, 12, 'DETECTED'] as const],
    }));
    const { vignet } = await archiveOf({ size: 100, seed: 9, epochs });
    const found = await inCamera(vignet, { VISIT: '5' });
    expect(found).toMatchObject({ detectors: 4, differ: 0, overlaps: 0, between: 0, turned: 3 });
    expect(found.error).toBeLessThan(1.5);
  });

  it('are refused when they are of several exposures', async () => {
    const epochs = [0, 1].map((n) => ({ visit: 5, detector: n, dx: n }));
    const { vignet } = await archiveOf({ size: 60, seed: 9, epochs });
    const asked = parseMosaic([
      ['VISIT', '5'],
      ['GEOMETRY', 'detector'],
    ]);
    await expect(vignet.mosaic(asked, { principal: ANONYMOUS })).rejects.toMatchObject({
      code: 'DETECTORS_OVERLAP',
    });
  });
});
