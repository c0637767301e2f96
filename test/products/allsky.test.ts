// Mosaics, cutouts and searches of images that cover the whole sky or much of it, compared with a brute-force evaluation by wcslib of
// every pixel (test/oracles/allsky_oracle.py). Random grids, frames and projections; the numbers are drawn from a fixed seed.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import type { Stencil } from '../../src/base/sky.ts';
import { ingest } from '../../src/ingest/index.ts';
import { Vignet } from '../../src/products/vignet.ts';
import { parseMosaic } from '../../src/vo/mosaic/request.ts';
import { Oracle } from '../accuracy/oracle.ts';

const folder = mkdtempSync(join(tmpdir(), 'vignet-allsky-'));
const oracle = new Oracle('allsky_oracle.py');
let vignet: Vignet;
let ids: readonly string[] = [];

type Pair = readonly [number, number];

interface Grid {
  readonly projection: string;
  readonly frame: 'icrs' | 'galactic';
  readonly crval: Pair;
  readonly crpix: Pair;
  /** Degrees. */
  readonly step: number;
  readonly turn?: number;
  readonly more?: Readonly<Record<string, number>>;
}

interface Image extends Grid {
  readonly size: Pair;
  /** Where it lies, of a small one: ICRS degrees. */
  readonly near?: Pair;
}

const whole = (
  projection: string,
  frame: Grid['frame'],
  width: number,
  height: number,
  crval: Pair,
): Image => ({
  ...{ projection, frame, crval, step: 5, size: [width, height] },
  crpix: [(width + 1) / 2, (height + 1) / 2],
});

const images: readonly Image[] = [
  whole('CAR', 'icrs', 72, 36, [0, 0]),
  whole('CAR', 'galactic', 72, 36, [0, 0]),
  whole('CAR', 'icrs', 72, 36, [180, 0]),
  whole('AIT', 'icrs', 66, 34, [0, 0]),
  whole('AIT', 'galactic', 66, 34, [120, 0]),
  whole('MOL', 'galactic', 66, 34, [0, 0]),
  whole('ZEA', 'icrs', 47, 47, [0, 90]),
  whole('ZEA', 'galactic', 47, 47, [30, -90]),
  whole('SIN', 'icrs', 25, 25, [200, 40]),
  whole('CEA', 'icrs', 72, 24, [90, 0]),
  whole('SFL', 'icrs', 72, 36, [0, 0]),
  whole('TSC', 'icrs', 60, 48, [0, 0]),
  // Parts of it: across the edge of the projection, around a pole, a strip.
  { ...whole('CAR', 'icrs', 40, 12, [0, 0]), crpix: [-10, -2], step: 3 },
  { ...whole('ZEA', 'icrs', 30, 30, [0, 90]), step: 2, turn: 33 },
  { ...whole('TAN', 'icrs', 30, 30, [10, 88]), step: 0.5, turn: 20, near: [40, 86] },
  { ...whole('TAN', 'galactic', 30, 30, [179.9, 3]), step: 0.5, near: [89, 31] },
  { ...whole('AIT', 'icrs', 20, 10, [0, 0]), crpix: [32, -4] },
  // Pixels beyond 180 degrees of native longitude are not on the sky, by wcslib's bounds of native coordinates.
  whole('CAR', 'icrs', 96, 40, [20, 0]),
  whole('CEA', 'galactic', 90, 24, [100, 0]),
  { ...whole('CAR', 'icrs', 40, 36, [0, 0]), crpix: [-20.5, 18.5] },
  { ...whole('MER', 'icrs', 90, 40, [300, 0]), step: 5 },
];

/** A small linear congruential generator (Numerical Recipes): the same numbers every time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

beforeAll(async () => {
  await oracle.ask('make', { folder, images });
  await ingest(`${folder}-archive`, [folder], { collection: 'sim', repo: 'sim' });
  vignet = await Vignet.open(`${folder}-archive`, { engine: { threads: 2 } });
  const found: string[] = [];
  const everywhere: Stencil = { shape: 'circle', values: [0, 0, 180] };
  for (const { id, observation } of await vignet.archive.as(ANONYMOUS).find(everywhere))
    found[observation.visit ?? -1] = id;
  ids = found;
}, 60_000);

afterAll(async () => {
  await Promise.all([oracle.close(), vignet.close()]);
  for (const one of [folder, `${folder}-archive`]) rmSync(one, { recursive: true, force: true });
});

interface Report {
  readonly wrong: number;
  readonly compared: number;
  readonly missed: number;
  readonly there: number;
  readonly first?: number[];
}

let files = 0;
const saved = (bytes: Uint8Array) => {
  const path = join(folder, `answer-${++files}.fits.out`);
  writeFileSync(path, bytes);
  return path;
};

/** Pixels of a grid that its lattice is looked at in: all of the sky, or a piece about its centre. */
function latticeOf({ crpix: [x, y], step, projection }: Grid): number[] {
  const half = ['TAN', 'SIN'].includes(projection) ? [25, 25] : [200 / step, 110 / step].map(Math.ceil);
  const [w = 0, h = 0] = half;
  return [
    Math.round(x) - w,
    Math.round(y) - Math.max(h, w),
    Math.round(x) + w,
    Math.round(y) + Math.max(h, w),
  ];
}

async function compare(
  image: number | readonly number[],
  grid: Grid,
  circle?: readonly [number, number, number],
): Promise<Report> {
  const cards = await oracle.ask<string>('cards', { spec: grid });
  const asked = {
    ...{ WCS: cards, RESAMPLE: 'nearest', POSITION_ERROR: '0', CONSERVE: 'brightness' },
    ...(circle ? { CIRCLE: circle.join(' ') } : {}),
  };
  const inputs = [image].flat();
  const named = inputs.map((n) => ['ID', ids[n] ?? ''] as const);
  const mosaic = await vignet.mosaic(parseMosaic([...named, ...Object.entries(asked)]), {
    principal: ANONYMOUS,
  });
  const answer = mosaic ? { mosaic: saved(await mosaic.bytes()) } : {};
  return oracle.ask<Report>('check', {
    ...{ folder, images: inputs, grid, lattice: latticeOf(grid) },
    ...(circle ? { circle } : {}),
    ...answer,
  });
}

/** Random grids; of the whole sky (coarse), or small ones about `near`. */
function gridOf(random: () => number, near: Pair): Grid {
  const projections = ['CAR', 'AIT', 'MOL', 'ZEA', 'TAN', 'SIN', 'SFL', 'CEA', 'STG', 'ARC'] as const;
  const projection = projections[Math.floor(random() * projections.length)] ?? 'CAR';
  const local = projection === 'TAN' || projection === 'SIN' || projection === 'STG';
  const polar = ['ZEA', 'ARC', 'TAN', 'SIN', 'STG'].includes(projection);
  const frame = local || random() < 0.5 ? 'icrs' : 'galactic';
  return {
    ...{ projection, frame },
    crval: local ? near : [Math.round(random() * 360), polar ? Math.round(random() * 180 - 90) : 0],
    crpix: [random() * 10, random() * 10],
    step: local ? 1 + random() * 3 : 4 + random() * 5,
    turn: random() < 0.3 ? random() * 360 : 0,
  };
}

const named = images.map(
  (image, n) => [`${n} ${image.projection} ${image.frame} ${image.size.join(' x ')}`, n] as const,
);

it.each(named)('mosaics of image %s have every pixel that wcslib finds', async (_, n) => {
  const random = numbers(n + 1);
  const faults: unknown[] = [];
  let [compared, there] = [0, 0];
  for (let k = 0; k < 9; ++k) {
    const somewhere: Pair = [random() * 360, (Math.asin(2 * random() - 1) * 180) / Math.PI];
    const near = images[n]?.near;
    const at = near && k % 2 === 1 ? near : somewhere;
    const circle = [...at, 0.5 + random() ** 2 * 60] as const;
    const grid = gridOf(random, at);
    const free = k % 3 === 0 && !['TAN', 'SIN', 'STG'].includes(grid.projection);
    const report = await compare(n, grid, free ? undefined : circle).catch((error: unknown) => ({
      error: String(error),
    }));
    if ('error' in report || report.wrong > 0 || report.missed > 0)
      faults.push({ grid, circle: free ? null : circle, report });
    else [compared, there] = [compared + report.compared, there + report.there];
  }
  expect(faults.map((fault) => JSON.stringify(fault))).toEqual([]);
  expect(Math.min(compared, there)).toBeGreaterThan(100);
});

it.each(named)('cutouts and searches of image %s miss no pixel', async (_, n) => {
  const random = numbers(n + 100);
  const faults: unknown[] = [];
  for (let k = 0; k < 6; ++k) {
    const circle = [
      ...[random() * 360, (Math.asin(2 * random() - 1) * 180) / Math.PI],
      ...[0.5 + random() ** 3 * 70],
    ];
    const stencil: Stencil = { shape: 'circle', values: circle };
    const cutout = await vignet.cutout(ids[n] ?? '', { stencil }, { principal: ANONYMOUS });
    const answer = cutout ? { cutout: saved(await cutout.bytes()) } : {};
    const report = await oracle.ask<{ inside: number; missed: number }>('cutout', {
      folder,
      image: n,
      circle,
      ...answer,
    });
    const found = (await vignet.archive.as(ANONYMOUS).find(stencil)).some(({ id }) => id === ids[n]);
    if (report.missed > 0 || (report.inside > 0 && !found)) faults.push({ circle, found, ...report });
  }
  expect(faults.map((fault) => JSON.stringify(fault))).toEqual([]);
});

// Two hemispheres over the whole sky; two projections with their seams in different places; a cap over a strip.
it.each([
  [[8, 0]],
  [[0, 5]],
  [[3, 4, 13]],
  [[12, 13, 1]],
  [[8, 6, 15]],
])('of images %j each pixel is that of the nearest one that has it', async (numbered) => {
  const random = numbers(numbered[0] ?? 0);
  const faults: unknown[] = [];
  let compared = 0;
  for (let k = 0; k < 5; ++k) {
    const at: Pair = [random() * 360, (Math.asin(2 * random() - 1) * 180) / Math.PI];
    const circle = [...at, 5 + random() * 50] as const;
    const grid = gridOf(random, at);
    const report = await compare(numbered, grid, circle);
    if (report.wrong > 0 || report.missed > 0) faults.push({ grid, circle, report });
    compared += report.compared;
  }
  expect(faults.map((fault) => JSON.stringify(fault))).toEqual([]);
  expect(compared).toBeGreaterThan(300);
});

it('a region beyond what a projection can show is refused, and one that is wholly elsewhere has no overlap', async () => {
  const tan: Grid = { projection: 'TAN', frame: 'icrs', crval: [10, 0], crpix: [1, 1], step: 1 };
  await expect(compare(0, tan, [95, 0, 10])).rejects.toMatchObject({ code: 'TOO_LARGE' });
  await expect(compare(0, tan)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  expect(await compare(0, tan, [190, 0, 10])).toMatchObject({ missed: 0, there: 0, compared: 0 });
});

it('a map of the whole sky on its own grid is copied bit for bit, whatever leaves the sky', async () => {
  const { crpix, size, ...ait } = images[3] as Image;
  const mosaic = await vignet.mosaic(parseMosaic([['ID', ids[3] ?? '']]), { principal: ANONYMOUS });
  expect(mosaic?.summary).toMatchObject({ width: size[0], height: size[1], datasets: [{ method: 'copy' }] });
  const moved = await oracle.ask<string>('cards', { spec: { ...ait, crpix: [crpix[0] + 3, crpix[1]] } });
  const shifted = await vignet.mosaic(
    parseMosaic([
      ['ID', ids[3] ?? ''],
      ['WCS', moved],
    ]),
    { principal: ANONYMOUS },
  );
  expect(shifted?.summary.datasets).toMatchObject([{ method: 'copy' }]);
});

const cases = process.env.VIGNET_CASES ?? resolve(import.meta.dirname, '../../../shared/cases');
const map = join(cases, 'allsky_car.fits');

// The file holds 7 everywhere, so that every pixel that is on the sky must be 7.
it.runIf(existsSync(map)).each([
  [{}, 72, 36],
  [{ CIRCLE: '180 0 20', PROJECTION: 'TAN', PIXSCALE: '3600' }, 41, 41],
  [{ CIRCLE: '0 90 30', PROJECTION: 'ZEA', PIXSCALE: '3600', RESAMPLE: 'nearest' }, 61, 61],
  [{ CIRCLE: '266 -29 15', PROJECTION: 'CAR', PIXSCALE: '3600' }, 31, 31],
])('the map of 7s is complete by %j', async (more, width, height) => {
  mkdirSync(join(folder, 'sevens'), { recursive: true });
  copyFileSync(map, join(folder, 'sevens', 'map.fits'));
  await ingest(join(folder, 'sevens-archive'), [join(folder, 'sevens')], { collection: 'c', repo: 'sim' });
  const sevens = await Vignet.open(join(folder, 'sevens-archive'), { engine: { threads: 2 } });
  const [found] = await sevens.archive.as(ANONYMOUS).find({ shape: 'circle', values: [0, 0, 180] });
  const asked = Object.entries({ ID: found?.id ?? '', CONSERVE: 'brightness', ...more });
  const mosaic = await sevens.mosaic(parseMosaic(asked), { principal: ANONYMOUS });
  const path = saved((await mosaic?.bytes()) ?? new Uint8Array());
  await sevens.close();
  const values = await oracle.ask<Record<string, number>>('values', { mosaic: path });
  expect(mosaic?.summary.width).toBeGreaterThanOrEqual(width - 4);
  expect(mosaic?.summary.height).toBeGreaterThanOrEqual(height - 4);
  expect(values).toEqual({ '7': (mosaic?.summary.width ?? 0) * (mosaic?.summary.height ?? 0) });
});
