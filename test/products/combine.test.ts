// Co-adds of small simulated epochs, against their definitions in numpy and against the sky they are of.

import { readFileSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import type { Vignet } from '../../src/products/vignet.ts';
import { parseMosaic } from '../../src/vo/mosaic/request.ts';
import { verify } from '../accuracy/verify.ts';
import { readHeader } from '../support/fits.ts';
import { archiveOf, everything, mosaicOf, oracle, type Star } from './combine-support.ts';

const methods = ['first', 'mean', 'weighted', 'median', 'clipped'] as const;
const WCS = [
  "CTYPE1  = 'RA---TAN'\nCTYPE2  = 'DEC--TAN'\nCRVAL1  = 150\nCRVAL2  = 2",
  'CRPIX1  = 0\nCRPIX2  = 0\nCD1_1   = -5.555555555555556E-05\nCD2_2   = 5.555555555555556E-05',
].join('\n');

describe('epochs that lie on one grid', () => {
  let vignet: Vignet;
  let folder = '';
  const epochs = Array.from({ length: 8 }, (_, n) => ({
    ...{
      dx: (n * 7) % 30,
      dy: (n * 11) % 25,
      sigma: 8 + n,
      unit: n % 3 === 0 ? ('uJy' as const) : ('nJy' as const),
    },
    rays: [[20 + n, 30 + n, 5000] as const],
    flags: [[40, 40 + n, 'COSMIC_RAY'] as const, [41, 41, 'BAD'] as const, [50, 52, 'DETECTED'] as const],
    holes: [[60 + n, 60] as const],
  }));

  beforeAll(async () => {
    const stars = [
      { flux: 9000, at: [1, 2] as const },
      { flux: 2000, at: [-3, 1] as const },
    ];
    ({ vignet, folder } = await archiveOf({ size: 90, seed: 1, epochs, stars, names: 14 }));
  }, 60_000);

  it.each(methods)('are combined by COMBINE=%s, every plane', async (how) => {
    const mosaic = await mosaicOf(vignet, { ...everything, WCS, COMBINE: how, INDEX: 'true' });
    expect((await verify([mosaic])).get(mosaic)).toEqual([]);
    const found = await oracle.ask<Record<string, number | string[]>>('compare', {
      ...{ mosaic, folder, how, epochs: epochs.length },
    });
    expect(found).toMatchObject({ empty: 0, mask: 0, owner: 0, unit: ['nJy', 'nJy**2'] });
    expect(found.pixels).toBeGreaterThan(9000);
    // In sigmas: pixels are floats.
    expect(found.image).toBeLessThan(2e-5);
    expect(found.variance).toBeLessThan(1e-5);
    if (how === 'clipped') expect(found.clipped).toBeGreaterThan(5);
    // Medians of cells' medians, not of all pixels.
    expect(found.weights).toBeLessThan(0.05);
  });

  it('give the same bits in any windows', async () => {
    const parameters = Object.entries({ ...everything, COMBINE: 'clipped' });
    const whole = Buffer.from(
      (await (await vignet.mosaic(parseMosaic(parameters), { principal: ANONYMOUS }))?.bytes()) ?? [],
    );
    const parts: Buffer[] = [];
    const again = await vignet.mosaic(parseMosaic(parameters), { principal: ANONYMOUS });
    const from = whole.length - 70_000;
    for await (const chunk of again?.body({ from, to: whole.length }) ?? []) parts.push(Buffer.from(chunk));
    expect(Buffer.concat(parts).equals(whole.subarray(from))).toBe(true);
    const path = join(folder, '../saved.fits');
    const file = await open(path, 'w');
    const saving = await vignet.mosaic(parseMosaic(parameters), { principal: ANONYMOUS });
    await saving?.save?.(file);
    await file.close();
    expect(readFileSync(path).equals(whole)).toBe(true);
  });

  it('need one unit, which UNIT says', async () => {
    const native = { ...everything, COMBINE: 'mean', UNIT: 'native' };
    await expect(
      vignet.mosaic(parseMosaic(Object.entries(native)), { principal: ANONYMOUS }),
    ).rejects.toMatchObject({
      code: 'MIXED_UNITS',
    });
  });
});

describe('what changes in the sky', () => {
  const turns = [0, 1, -2, 5, 0.5, -3, 2, 8, -1, 3, 0, 4];
  const wave = turns.map((_, n) => 1 + 0.7 * Math.sin(n * 2.1));
  const steady: Star = { flux: 20_000, at: [3, 3] };
  const variable: Star = { flux: 20_000, at: [-4, 2], light: wave };
  const mover: Star = { flux: 8000, track: turns.map((_, n) => [-6 + n, -5] as const) };
  const epochs = turns.map((turn, n) => ({
    ...{ turn, dx: 0.37 * n - 2, dy: 0.21 * n, sigma: 10, fwhm: 3.6 + 0.06 * n },
    rays: n === 4 ? [[52, 95, 30_000] as const, [53, 95, 20_000] as const] : [],
  }));
  // Where the ray of the fifth epoch is in the sky, by its WCS: CD turned by 0.5 degrees about CRPIX.
  const [u, v] = [52.5 + 1 - (60 + 0.37 * 4 - 2), 95 + 1 - (60 + 0.21 * 4)];
  const turned = (0.5 * Math.PI) / 180;
  const ray = [
    0.2 * (-Math.cos(turned) * u + Math.sin(turned) * v),
    0.2 * (Math.sin(turned) * u + Math.cos(turned) * v),
  ] as const;
  const middle = [-0.5, -5] as const;
  let vignet: Vignet;

  beforeAll(async () => {
    ({ vignet } = await archiveOf({ size: 120, seed: 2, epochs, stars: [steady, variable, mover] }));
  }, 60_000);

  type Aperture = [flux: number, sigma: number, clipped: boolean];
  const measured = async (how: string) => {
    const mosaic = await mosaicOf(vignet, { ...everything, COMBINE: how, PIXSCALE: '0.2' });
    const places = [steady.at, variable.at, ray, middle];
    return oracle.ask<[Aperture, Aperture, Aperture, Aperture]>('photometry', {
      ...{ mosaic, places, radius: 8 },
    });
  };

  it('is kept where it is a star, and dropped where it is a cosmic ray or passes by', async () => {
    const [[flux], [changed], [left, leftSigma, told], [passed]] = await measured('clipped');
    expect(Math.abs(flux / 20_000 - 1)).toBeLessThan(0.02);
    const light = wave.reduce((a, b) => a + b, 0) / wave.length;
    expect(Math.abs(changed / (20_000 * light) - 1)).toBeLessThan(0.03);
    expect(Math.abs(left)).toBeLessThan(6 * leftSigma);
    expect(told).toBe(true);
    // The plain mean has them: a twelfth of the ray, and what is left of the object in the aperture.
    const [, , [stays], [trail]] = await measured('mean');
    expect(stays).toBeGreaterThan(3000);
    expect(trail).toBeGreaterThan(1500);
    expect(passed).toBeLessThan(trail / 3);
  });

  it('has no weight in a median', async () => {
    const [[flux], , [left, leftSigma]] = await measured('median');
    expect(Math.abs(flux / 20_000 - 1)).toBeLessThan(0.04);
    expect(Math.abs(left)).toBeLessThan(6 * leftSigma);
  });
});

describe('backgrounds', () => {
  it('are matched to within their noise, and the seams are gone', async () => {
    const backgrounds = [100, -40, 60, 0, 250];
    const epochs = backgrounds.map((background, n) => ({
      ...{ background, dx: -30 * n + 0.3, dy: 12 * n, turn: n, visit: 7, detector: n },
    }));
    const stars = [
      { flux: 30_000, at: [2, 3] as const },
      { flux: 9000, at: [-9, 4] as const },
    ];
    const { vignet } = await archiveOf({ size: 120, seed: 3, epochs, stars });
    const path = await mosaicOf(vignet, {
      ...everything,
      BACKGROUND: 'match',
      INDEX: 'true',
      PIXSCALE: '0.2',
    });
    expect((await verify([path])).get(path)).toEqual([]);
    const {
      OFFSET = [],
      VISIT = [],
      DETECTOR = [],
    } = await oracle.ask<Record<string, number[]>>('table', {
      ...{ mosaic: path, name: 'PROVENANCE' },
    });
    expect(VISIT.every((visit) => visit === 7)).toBe(true);
    const mean = backgrounds.reduce((a, b) => a + b, 0) / backgrounds.length;
    expect(OFFSET.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 6);
    // An overlap of 90 x 108 pixels of noise 10 fixes a difference to some 0.2.
    for (const [at, offset] of OFFSET.entries())
      expect(Math.abs(offset + (backgrounds[DETECTOR[at] ?? -1] ?? 0) - mean)).toBeLessThan(1);
    const { steps } = await oracle.ask<{ steps: [number, number][] }>('seams', { mosaic: path });
    expect(steps.length).toBeGreaterThan(2);
    for (const [step, sigma] of steps) expect(Math.abs(step)).toBeLessThan(4 * sigma + 1);
    const plain = await mosaicOf(vignet, { ...everything, INDEX: 'true', PIXSCALE: '0.2' });
    const before = await oracle.ask<{ steps: [number, number][] }>('seams', { mosaic: plain });
    expect(Math.max(...before.steps.map(([step]) => Math.abs(step)))).toBeGreaterThan(30);
  });
});

describe('a star on the border between owners', () => {
  it('keeps its light, whoever owns how much of it', async () => {
    // Four images about the middle of the sky, which is their common corner; next to no noise.
    const corners = [
      { dx: 32.3, dy: 30.1, turn: 0.7 },
      { dx: -31.6, dy: 30.8, turn: -0.4 },
      { dx: 30.9, dy: -32.2, turn: 1.3 },
      { dx: -32.4, dy: -31.1, turn: 0.2 },
    ];
    const epochs = corners.map((corner, detector) => ({ ...corner, detector, visit: 3, sigma: 0.01 }));
    const at = [
      [0.05, -0.03],
      [3, 0.1],
      [-0.1, 4],
      [-4, 0],
      [0.07, -5],
      [7, 7],
    ] as const;
    const stars = at.map((place) => ({ flux: 20_000, at: place }));
    const { vignet } = await archiveOf({ size: 110, seed: 5, epochs, stars });
    const mosaic = await mosaicOf(vignet, { ...everything, INDEX: 'true', VISIT: '3', PIXSCALE: '0.2' });
    const found = await oracle.ask<[number, number, boolean][]>('photometry', {
      ...{ mosaic, places: at, radius: 9 },
    });
    const { owners } = await oracle.ask<{ owners: number[] }>('owners', { mosaic, places: at, radius: 9 });
    expect(owners).toEqual([4, 2, 2, 2, 2, 1]);
    // A kernel moves stars by up to 0.02 pixel, and each image's in its own way: so much of the profile is missing or twice there.
    for (const [n, [flux]] of found.entries())
      expect(Math.abs(flux / 20_000 - 1), String(at[n])).toBeLessThan(owners[n] === 1 ? 2e-4 : 6e-3);
  });
});

describe('an input that cannot be used', () => {
  const epochs = [{ dx: 2 }, { dx: 3, bare: true }, { dy: 4 }];

  it('is left out of the rest and told, or ends the request', async () => {
    const { vignet, folder } = await archiveOf({ size: 60, seed: 6, epochs });
    const path = join(folder, 'epoch02.fits');
    const { mtime, atime, size } = statSync(path);
    // Same size, same time: the second half of its pixels is gone all the same.
    truncateSync(path, Math.floor(size * 0.2));
    truncateSync(path, size);
    utimesSync(path, atime, mtime);
    writeFileSync(join(folder, 'epoch00.fits'), 'nothing');
    const asked = { ...everything, COMBINE: 'mean', UNIT: 'nJy' };
    const mosaic = await mosaicOf(vignet, asked);
    expect((await verify([mosaic])).get(mosaic)).toEqual([]);
    const { STATE, CODE } = await oracle.ask<Record<string, string[]>>('table', { mosaic, name: 'STATUS' });
    expect(STATE?.slice(0, 2)).toEqual(['failed', 'ok']);
    expect(CODE?.[0]).toBe('FILE_CHANGED');
    const failing = mosaicOf(vignet, { ...asked, MISSING: 'fail' });
    await expect(failing).rejects.toMatchObject({ code: 'MISSING_INPUT' });
  });

  it('is named when it has no place on the sky', async () => {
    const { vignet } = await archiveOf({ size: 60, seed: 7, epochs: [{}, { noWcs: true }, { dx: 9 }] });
    const ids: [string, string][] = [];
    for await (const rows of vignet.archive.as(ANONYMOUS).list())
      ids.push(...rows.map(({ id }): [string, string] => ['ID', id]));
    const asked = (more: [string, string][]) =>
      vignet.mosaic(parseMosaic([...ids, ...more]), { principal: ANONYMOUS });
    const mosaic = await asked([['COMBINE', 'median']]);
    const methods = mosaic?.summary.datasets.map(({ method, problem }) => [method, problem !== undefined]);
    expect(methods?.filter(([method]) => method === 'none')).toEqual([['none', true]]);
    expect((await mosaic?.bytes())?.length).toBe(mosaic?.summary.bytes);
    await expect(asked([['MISSING', 'fail']])).rejects.toThrow(/NO_WCS/);
  });
});

describe('a grid taken from a dataset', () => {
  it('is that dataset, copied, and the others resampled onto it; masks of many names are kept', async () => {
    const epochs = [{ turn: 3 }, { turn: -2, dx: 20 }].map((epoch, detector) => ({
      ...epoch,
      visit: 4,
      detector,
    }));
    const { vignet } = await archiveOf({ size: 80, seed: 8, epochs, names: 14 });
    const rows = [];
    for await (const piece of vignet.archive.as(ANONYMOUS).list()) rows.push(...piece);
    const ALIGN = rows.find((row) => row.lsst_detector === 1)?.id ?? '';
    const mosaic = await mosaicOf(vignet, { ...everything, ALIGN, INDEX: 'true', UNIT: 'nJy' });
    expect((await verify([mosaic])).get(mosaic)).toEqual([]);
    const files = Object.fromEntries(rows.map(({ id, absolutePath }) => [id, absolutePath]));
    const found = await oracle.ask<Record<string, unknown>>('copied', { mosaic, files });
    expect(found).toMatchObject({ methods: ['copy', 'resample'], differ: 0, bits: 64, lost: 0 });
  });
});

describe('bad pixels', () => {
  const ray = [40, 40, 50_000] as const;
  const brightest = async (flags: readonly (readonly [number, number, string])[], CUTOUTDETAIL: string) => {
    const { vignet } = await archiveOf({
      size: 80,
      seed: 9,
      epochs: [{ turn: 10, sigma: 8, rays: [ray], flags }],
    });
    const file = readFileSync(await mosaicOf(vignet, { ...everything, WCS, CUTOUTDETAIL }));
    const { cards, dataOffset } = readHeader(file, readHeader(file, 0).dataOffset);
    const axis = (n: number) => Number(cards.find((one) => one.startsWith(`NAXIS${n} `))?.slice(10, 30));
    const count = axis(1) * axis(2);
    const pixels = Array.from({ length: count }, (_, n) => file.readFloatBE(dataOffset + 4 * n));
    return Math.max(...pixels.filter(Number.isFinite));
  };

  it.each([
    'Image',
    'MaskedImage',
  ])('do not bleed into what is resampled, CUTOUTDETAIL=%s', async (detail) => {
    expect(await brightest([], detail)).toBeGreaterThan(10_000);
    expect(await brightest([[40, 40, 'COSMIC_RAY']], detail)).toBeLessThan(100);
  });
});

describe('what cannot be combined', () => {
  it('is named', async () => {
    const { vignet } = await archiveOf({ size: 40, seed: 4, epochs: [{}, { bare: true }] });
    const asked = (how: string) =>
      vignet.mosaic(parseMosaic(Object.entries({ ...everything, COMBINE: how })), { principal: ANONYMOUS });
    await expect(asked('weighted')).rejects.toMatchObject({ code: 'NO_VARIANCE' });
    expect(await asked('median')).toBeDefined();
    const alone = { CIRCLE: everything.CIRCLE, DPSUBTYPE: 'visit_image' };
    await expect(vignet.mosaic(parseMosaic(Object.entries(alone)), { principal: ANONYMOUS })).rejects.toThrow(
      /COMBINE/,
    );
  });
});
