// What resampled pixels keep: total fluxes of isolated stars, and values of surface brightness. Oracles: the stars that were drawn, areas
// of pixels by wcslib, reproject_exact and reproject_interp (test/oracles/conserve_oracle.py).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { ingest } from '../../src/ingest/index.ts';
import { Vignet } from '../../src/products/vignet.ts';
import { parseMosaic } from '../../src/vo/mosaic/request.ts';
import { parseStack } from '../../src/vo/stack/request.ts';
import { Oracle } from '../accuracy/oracle.ts';

const folder = mkdtempSync(join(tmpdir(), 'vignet-conserve-'));
const oracle = new Oracle('conserve_oracle.py');
const open: Vignet[] = [];

afterAll(async () => {
  await Promise.all([oracle.close(), ...open.map((vignet) => vignet.close())]);
  rmSync(folder, { recursive: true, force: true });
});

interface Epoch {
  readonly scale: number;
  readonly fwhm: number;
  readonly unit?: string;
  readonly flat?: number;
}

/** Arc seconds east and north of the middle. */
const stars = [-1, 0, 1].flatMap((i) => [-1, 0, 1].map((j) => [i * 12.1, j * 12.3] as const));

let archives = 0;

async function archiveOf(epochs: readonly Epoch[], drawn: typeof stars = stars) {
  const files = join(folder, `files-${++archives}`);
  await oracle.ask('make', { folder: files, size: 220, epochs, stars: drawn });
  await ingest(`${files}-archive`, [files], { collection: 'sim', repo: 'sim' });
  const vignet = await Vignet.open(`${files}-archive`, { engine: { threads: 2 } });
  open.push(vignet);
  return { vignet, files };
}

let mosaics = 0;

async function mosaicOf(vignet: Vignet, parameters: Readonly<Record<string, string>>): Promise<string> {
  const asked = {
    CIRCLE: '150 2 0.05',
    DPSUBTYPE: 'visit_image',
    CUTOUTDETAIL: 'MaskedImage',
    ...parameters,
  };
  const mosaic = await vignet.mosaic(parseMosaic(Object.entries(asked)), { principal: ANONYMOUS });
  const path = join(folder, `mosaic-${++mosaics}.fits`);
  writeFileSync(path, (await mosaic?.bytes()) ?? '');
  return path;
}

interface Sums {
  readonly sums: number[];
  readonly unit: string | null;
  readonly kept: string;
  readonly how: string;
}

const sumsOf = (mosaic: string) => oracle.ask<Sums>('stars', { mosaic, stars });
const worst = ({ sums }: Sums) => Math.max(...sums.map((sum) => Math.abs(sum - 1)));

describe('stars in nJy on a distorted image', () => {
  let vignet: Vignet;
  let files = '';
  beforeAll(async () => {
    ({ vignet, files } = await archiveOf([{ scale: 0.2, fwhm: 0.8, unit: 'nJy' }]));
  }, 60_000);

  // Kernels that take few pixels undersample stars of that width on coarse grids (docs/resampling.md): areas do not.
  it.each([
    ['exact', ['0.1', '0.2', '0.4', '0.8'], 1e-3],
    ['lanczos3', ['0.1', '0.2', '0.4'], 1e-3],
    ['lanczos4', ['0.1', '0.2', '0.4'], 1e-3],
    ['bilinear', ['0.1', '0.2', '0.4'], 5e-3],
    ['nearest', ['0.1'], 1e-2],
  ] as const)('keep their flux by RESAMPLE=%s at %j arcsec', async (RESAMPLE, scales, tolerance) => {
    for (const PIXSCALE of scales) {
      const found = await sumsOf(await mosaicOf(vignet, { RESAMPLE, PIXSCALE, ROTATION: '20' }));
      expect(found).toMatchObject({
        unit: 'nJy',
        kept: 'flux',
        how: expect.stringContaining('factor: area'),
      });
      expect(worst(found), `${RESAMPLE} at ${PIXSCALE}`).toBeLessThan(tolerance);
    }
  });

  it.each([
    'nearest',
    'bilinear',
    'lanczos3',
  ])('are multiplied by the local ratio of the areas on the sky by RESAMPLE=%s, variances by its square', async (RESAMPLE) => {
    const grid = { RESAMPLE, PIXSCALE: '0.31', PROJECTION: 'SIN' };
    const flux = await mosaicOf(vignet, grid);
    const values = await mosaicOf(vignet, { ...grid, CONSERVE: 'brightness' });
    const found = await oracle.ask<Record<string, number>>('factors', { flux, values, folder: files });
    expect(found.pixels).toBeGreaterThan(700);
    expect(found.spread).toBeGreaterThan(0.03);
    expect(found.image).toBeLessThan(3e-4);
    expect(found.variance).toBeLessThan(6e-4);
    expect(found.masks).toBe(0);
  });

  it('are those of reproject_exact times that ratio', async () => {
    const flux = await mosaicOf(vignet, { RESAMPLE: 'exact', PIXSCALE: '0.4' });
    const found = await oracle.ask<Record<string, number>>('reproject', { flux, folder: files });
    expect(found.pixels).toBeGreaterThan(8000);
    // reproject_exact is wrong by some 4e-3 in pixels as small as these.
    expect(found.difference).toBeLessThan(5e-3);
  });

  it('have the positions of reproject_interp, more nearly with a smaller POSITION_ERROR', async () => {
    const farthest = async (more: Readonly<Record<string, string>>) => {
      const mosaic = await mosaicOf(vignet, {
        RESAMPLE: 'bilinear',
        CONSERVE: 'brightness',
        PIXSCALE: '0.2',
        ...more,
      });
      const found = await oracle.ask<Record<string, number>>('interpolation', { mosaic, folder: files });
      expect(found.pixels).toBeGreaterThan(40_000);
      return found.largest ?? Number.NaN;
    };
    // astropy's inverse of SIP is iterated to 1e-4 pixel, by which pixels differ by as much of the brightest at most.
    expect(await farthest({ POSITION_ERROR: '0' })).toBeLessThan(1e-4);
    expect(await farthest({})).toBeLessThan(0.005);
    expect(await farthest({ POSITION_ERROR: '0.5' })).toBeGreaterThan(
      await farthest({ POSITION_ERROR: '0' }),
    );
  });

  it('are copied bit for bit on their own grid, whatever is conserved', async () => {
    const answers = [];
    for (const CONSERVE of ['flux', 'brightness']) {
      const asked = Object.entries({ CIRCLE: '150 2 0.003', DPSUBTYPE: 'visit_image', CONSERVE });
      const mosaic = await vignet.mosaic(parseMosaic(asked), { principal: ANONYMOUS });
      expect(mosaic?.summary.datasets).toMatchObject([{ method: 'copy' }]);
      // Without the primary header, which says what was asked for.
      answers.push(Buffer.from((await mosaic?.bytes())?.subarray(2880) ?? '').toString('base64'));
    }
    expect(answers[1]).toBe(answers[0]);
  });
});

it('a co-add of epochs of different pixels keeps fluxes, with matched backgrounds too', async () => {
  const { vignet } = await archiveOf([
    { scale: 0.2, fwhm: 0.8, unit: 'nJy' },
    { scale: 0.26, fwhm: 0.9, unit: 'nJy', flat: 0 },
  ]);
  for (const COMBINE of ['mean', 'weighted', 'median', 'clipped', 'first']) {
    const found = await sumsOf(await mosaicOf(vignet, { COMBINE, PIXSCALE: '0.3', RESAMPLE: 'exact' }));
    expect(worst(found), COMBINE).toBeLessThan(1e-3);
  }
  const { vignet: raised } = await archiveOf(
    [
      { scale: 0.2, fwhm: 0.8, unit: 'nJy', flat: 1 },
      { scale: 0.2, fwhm: 0.8, unit: 'nJy', flat: -1 },
    ],
    stars,
  );
  const matched = await sumsOf(
    await mosaicOf(raised, { COMBINE: 'mean', PIXSCALE: '0.4', BACKGROUND: 'match' }),
  );
  expect(worst(matched)).toBeLessThan(2e-3);
});

describe('pixels in other units', () => {
  it.each([
    ['MJy/sr', {}, 'brightness', 'values kept'],
    ['DN/s', {}, 'flux', 'factor: area'],
    ['furlong', {}, 'brightness', 'unit not known: values kept'],
    [undefined, {}, 'brightness', 'unit not known: values kept'],
    ['furlong', { CONSERVE: 'flux' }, 'flux', 'factor: area'],
    ['nJy', { CONSERVE: 'brightness' }, 'brightness', 'values kept'],
  ] as const)('in %s with %j keep %s: %s', async (unit, more, kept, how) => {
    const { vignet, files } = await archiveOf(
      [{ scale: 0.2, fwhm: 0.8, flat: 3, ...(unit ? { unit } : {}) }],
      [],
    );
    const grid = { PIXSCALE: '0.4', RESAMPLE: 'bilinear' };
    const found = await mosaicOf(vignet, { ...grid, ...more });
    expect(await sumsOf(found)).toMatchObject({ kept, how: expect.stringContaining(how) });
    const values = await mosaicOf(vignet, { ...grid, CONSERVE: 'brightness' });
    const ratio = await oracle.ask<Record<string, number>>('factors', { flux: found, values, folder: files });
    expect(ratio.mean).toBeGreaterThan(3.5);
    // The factor that was found is the ratio of areas, or 1.
    if (kept === 'flux') expect(ratio.image).toBeLessThan(3e-4);
    else expect(ratio.image).toBeGreaterThan(0.7);
  });

  it('are told of where the unit or a calibration is not known, and nothing is said where all is', async () => {
    const noteOf = async (unit: string, more: Readonly<Record<string, string>>) => {
      const epoch = { scale: 0.2, fwhm: 0.8, flat: 3, unit };
      const { vignet } = await archiveOf([epoch, epoch], []);
      const asked = { CIRCLE: '150 2 0.005', DPSUBTYPE: 'visit_image', ...more };
      return (await vignet.mosaic(parseMosaic(Object.entries(asked)), { principal: ANONYMOUS }))?.note;
    };
    const grid = { PIXSCALE: '0.4', RESAMPLE: 'bilinear' };
    expect(await noteOf('furlong', { ...grid, COMBINE: 'mean' })).toMatch(
      /unit of the pixels is not known.*CONSERVE=flux/,
    );
    expect(await noteOf('adu', { ...grid, COMBINE: 'mean' })).toMatch(/^2 of 2 inputs have no calibration/);
    expect(await noteOf('nJy', { ...grid, COMBINE: 'mean' })).toBeUndefined();
  });

  it.each([
    ['mag', {}, 'expected linear pixels to be resampled or combined, received mag'],
    ['mag/arcsec2', { CONSERVE: 'brightness' }, 'expected linear pixels'],
    ['MJy/sr', { CONSERVE: 'flux' }, 'expected a unit per pixel for CONSERVE=flux, received MJy/sr'],
  ] as const)('in %s with %j are refused', async (unit, more, sentence) => {
    const { vignet } = await archiveOf([{ scale: 0.2, fwhm: 0.8, unit }], []);
    await expect(mosaicOf(vignet, { PIXSCALE: '0.4', ...more })).rejects.toMatchObject({
      code: 'CANNOT_CONSERVE',
      message: expect.stringContaining(sentence),
    });
  });
});

it('stamps on a common grid follow the same rule', async () => {
  const cubeOf = async (unit: string, more: Readonly<Record<string, string>> = {}) => {
    const { vignet } = await archiveOf([{ scale: 0.2, fwhm: 0.8, flat: 3, unit }], []);
    const asked = { RA: '150', DEC: '2', SIZE: '21', RESPONSEFORMAT: 'cube', PIXSCALE: '0.4', ...more };
    const stack = await vignet.stack(parseStack(Object.entries(asked)), { principal: ANONYMOUS });
    const path = join(folder, `cube-${++mosaics}.fits`);
    writeFileSync(path, (await stack?.bytes()) ?? '');
    return oracle.ask<{ mean: number; kept: string }>('cube', { cube: path });
  };
  // Pixels of 0.4 arcsec have 4 times the area of those in the middle of the image; the scale of that is right to 1e-2.
  const flux = await cubeOf('adu');
  expect(flux.kept).toBe('flux');
  expect(Math.abs(flux.mean / 12 - 1)).toBeLessThan(1e-2);
  expect(await cubeOf('MJy/sr')).toEqual({ kept: 'brightness', mean: expect.closeTo(3, 6) });
  expect(await cubeOf('adu', { CONSERVE: 'brightness' })).toEqual({
    kept: 'brightness',
    mean: expect.closeTo(3, 6),
  });
  await expect(cubeOf('mag')).rejects.toMatchObject({ code: 'CANNOT_CONSERVE' });
});
