// Film strips of the sample archive: cubes, target pixel files and films on a common grid, against astropy and the simulation's truth.
import { cpSync, mkdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../../src/ingest/index.ts';
import type { Vignet } from '../../src/products/vignet.ts';
import { parseStack, stackRequest } from '../../src/vo/stack/request.ts';
import { Oracle } from '../accuracy/oracle.ts';
import {
  ask,
  enclosed,
  filesOf,
  fitsverify,
  openVignet,
  type Parameters,
  pairsOf,
  scratch,
  seeingOf,
  variableStar,
  written,
} from './stack-support.ts';

interface Cube {
  readonly wrong: string[];
  readonly shape: number[];
  readonly scale: number;
  readonly unit: string;
  readonly columns: Record<string, (number | string)[]>;
  readonly stars: ([x: number, y: number, flux: number] | null)[];
  readonly bad?: boolean[];
  readonly errors?: number[];
  readonly nan: number[];
  readonly status: [state: string, code: string][];
}

interface Tpf {
  readonly wrong: string[];
  readonly aperture: number;
  readonly flux: number[];
  readonly quality: number[];
  readonly status: [state: string, code: string][];
}

const oracle = new Oracle('film_oracle.py');
let vignet: Vignet;
const { place, curve } = variableStar();
const masked = { ...place, RESPONSEFORMAT: 'cube', CUTOUTDETAIL: 'MaskedImage' };

const cubeOf = async (parameters: Parameters, name: string, more: object = {}) => {
  const path = await written(await ask(vignet, parameters), name);
  expect(fitsverify(path)).toBe('');
  return oracle.ask<Cube>('cube', { cube: path, ...more });
};

beforeAll(async () => {
  vignet = await openVignet();
});
afterAll(() => oracle.close());

describe('a cube', () => {
  it('lines up the star of every epoch, turned and dithered, and keeps its light curve', async () => {
    const radius = 8;
    const found = await cubeOf(masked, 'cube.fits', { radius });
    expect(found.wrong).toEqual([]);
    expect(found.unit).toBe('nJy');
    expect(found.status.every(([state]) => state === 'ok')).toBe(true);
    expect(found.shape.slice(1)).toEqual([51, 51]);
    const seeing = seeingOf();
    let compared = 0;
    for (const { visit, detector, flux, dataset } of curve) {
      const { VISIT = [], DETECTOR = [] } = found.columns;
      const n = VISIT.findIndex((one, k) => one === Number(visit) && DETECTOR[k] === Number(detector));
      const [x = 0, y = 0, seen = 0] = found.stars[n] ?? [];
      if (found.bad?.[n]) continue;
      const expected = Number(flux) * enclosed(seeing.get(dataset ?? '') ?? Number.NaN, radius * found.scale);
      const error = found.errors?.[n] ?? 0;
      // Where the noise lets it be seen.
      if (seen > 25 * error) expect(Math.hypot(x - 25, y - 25)).toBeLessThan(0.1);
      expect(Math.abs(seen - expected)).toBeLessThan(5 * error + 0.02 * expected);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(curve.length / 2);
  });

  it('has the grid that is asked for', async () => {
    const found = await cubeOf(
      { ...masked, SIZE: '31', PIXSCALE: '0.4', RESAMPLE: 'exact', BAND: 'r', UNIT: 'native' },
      'coarse.fits',
      { radius: 6 },
    );
    expect(found.wrong).toEqual([]);
    expect(found.scale).toBeCloseTo(0.4, 12);
    for (const [x, y] of found.stars.map((one) => one ?? []))
      expect(Math.hypot((x ?? 0) - 15, (y ?? 0) - 15)).toBeLessThan(0.05);
    const circle = await ask(vignet, {
      ...{ POS: `CIRCLE ${place.RA} ${place.DEC} 0.001`, RESPONSEFORMAT: 'cube', PIXSCALE: '0.3' },
      BAND: 'r',
    });
    expect(circle.stampSize).toBe(25);
    const wide = await ask(vignet, {
      ...{ POS: `CIRCLE ${place.RA} ${place.DEC} 0.04`, RESPONSEFORMAT: 'cube', PIXSCALE: '1' },
      BAND: 'r',
    });
    expect(wide.stampSize).toBe(289);
  });

  it('is NaN and NO_DATA where an image has nothing', async () => {
    const beside = {
      ...masked,
      DEC: String(Number(place.DEC) + 0.02),
      SIZE: '301',
      EDGE: 'any',
      MAXREC: '5',
    };
    const found = await cubeOf(beside, 'edge.fits');
    expect(found.wrong).toEqual([]);
    expect(Math.max(...found.nan)).toBeGreaterThan(0);
  });

  it('streams to the same bytes, whole or by any window, and knows its size', async () => {
    const asked = { ...masked, SIZE: '301' };
    const stack = await ask(vignet, asked);
    const whole = await stack.bytes();
    const { size = 0 } = stack;
    expect(whole.byteLength).toBe(size);
    expect(size).toBeGreaterThan(8 * 1048576);
    expect((await ask(vignet, asked)).etag).toBe(stack.etag);
    expect((await oracle.ask<Cube>('cube', { cube: await written(stack, 'large.fits') })).wrong).toEqual([]);
    for (const [from, to] of [
      [0, 10],
      [2880, 3_000_001],
      [size / 2, size / 2 + 1],
      [size - 5000, size],
    ] as const) {
      const pieces: Uint8Array[] = [];
      for await (const piece of stack.body({ from, to })) pieces.push(piece.slice());
      expect(Buffer.concat(pieces).equals(whole.subarray(from, to)), `${from} to ${to}`).toBe(true);
    }
  });

  it('follows a target that moves', async () => {
    const still = await ask(vignet, { ...place, RESPONSEFORMAT: 'cube', SIZE: '11' });
    const { columns } = await oracle.ask<Cube>('cube', { cube: await written(still) });
    const day = Number(columns.MJD_TAI?.[0]);
    const TRACK = [`${day - 0.4} ${place.RA} ${place.DEC}`, `${day + 0.4} ${place.RA} ${place.DEC}`];
    const path = await written(
      await ask(vignet, { TRACK, RESPONSEFORMAT: 'cube', SIZE: '11' }),
      'track.fits',
    );
    expect(fitsverify(path)).toBe('');
  });
});

describe('a target pixel file', () => {
  it('has the columns that readers expect and the pixels of the cube', async () => {
    const asked = { ...place, SIZE: '25' };
    const tpf = await written(await ask(vignet, { ...asked, RESPONSEFORMAT: 'tpf' }), 'tpf.fits');
    expect(fitsverify(tpf)).toBe('');
    const cube = await written(await ask(vignet, { ...masked, ...asked }), 'small-cube.fits');
    const found = await oracle.ask<Tpf>('tpf', { tpf, cube });
    expect(found.wrong).toEqual([]);
    expect(found.aperture).toBe(113);
    expect(found.quality.every((bits) => (bits & 128) === 0)).toBe(true);
  });
});

describe('pictures', () => {
  it('a film has a frame for every epoch', async () => {
    const stack = await ask(vignet, { ...place, RESPONSEFORMAT: 'webp' });
    expect(stack.contentType).toBe('image/webp');
    const bytes = await stack.bytes();
    const found = await oracle.ask<{ frames: number; size: number[]; differ: boolean[] }>('film', {
      film: await written(stack, 'film.webp'),
    });
    expect(found.frames).toBe(stack.observations);
    expect(Math.min(...found.size)).toBeGreaterThan(51);
    expect(found.differ.every(Boolean)).toBe(true);
    const again = await (await ask(vignet, { ...place, RESPONSEFORMAT: 'webp' })).bytes();
    expect(Buffer.from(again).equals(bytes)).toBe(true);
  });

  it('a film of too many frames is refused', async () => {
    const few = await openVignet(undefined, { maxFrames: 3 });
    await expect(ask(few, { ...place, RESPONSEFORMAT: 'webp' })).rejects.toMatchObject({
      kind: 'usage',
      code: 'TOO_MANY',
    });
  });

  it('a contact sheet on the common grid differs from that of the images', async () => {
    const native = await (await ask(vignet, { ...place, RESPONSEFORMAT: 'png' })).bytes();
    const common = await (await ask(vignet, { ...place, RESPONSEFORMAT: 'png', GRID: 'common' })).bytes();
    expect(Buffer.from(native).equals(common)).toBe(false);
  });
});

describe('files that are cut short', () => {
  it('have empty slices; STATUS says which, and the others are there', async () => {
    const folder = join(scratch, 'short');
    const copies = join(folder, 'files');
    mkdirSync(copies, { recursive: true });
    const files = await filesOf(vignet.archive);
    const { columns } = await cubeOf({ ...masked, SIZE: '15', MAXREC: '3' }, 'before.fits');
    const paths = (columns.ID ?? []).map((id, n) => {
      const copy = join(copies, `epoch${n}.fits`);
      cpSync(files[String(id)] ?? '', copy);
      return copy;
    });
    await ingest(join(folder, 'archive'), [copies], { collection: 'C', repo: 'c' });
    truncateSync(paths[1] ?? '', 100_000);
    const broken = await openVignet(join(folder, 'archive'));
    const cube = await written(await ask(broken, { ...masked, SIZE: '15' }), 'short.fits');
    expect(fitsverify(cube)).toBe('');
    const found = await oracle.ask<Cube>('cube', { cube });
    expect(found.wrong).toEqual([]);
    expect(found.nan).toEqual([0, 225, 0]);
    expect(found.status.map(([state]) => state)).toEqual(['ok', 'failed', 'ok']);
    const asked = { ...place, SIZE: '15', RESPONSEFORMAT: 'tpf' };
    const tpf = await oracle.ask<Tpf>('tpf', {
      tpf: await written(await ask(broken, asked), 'short-tpf.fits'),
      cube,
    });
    expect(tpf.wrong).toEqual([]);
    expect(tpf.quality.map((bits) => bits & 128)).toEqual([0, 128, 0]);
  });
});

describe('requests', () => {
  const base = { RA: '1', DEC: '2' };
  it.each([
    [{ ...base, RESPONSEFORMAT: 'cube', GRID: 'native' }],
    [{ ...base, GRID: 'common' }],
    [{ ...base, PIXSCALE: '0.3' }],
    [{ ...base, RESAMPLE: 'exact', RESPONSEFORMAT: 'png' }],
    [{ ...base, RESPONSEFORMAT: 'tpf', CUTOUTDETAIL: 'MaskedImage' }],
    [{ ...base, RESPONSEFORMAT: 'webp', CUTOUTDETAIL: 'MaskedImage' }],
  ])('%j contradict themselves', (parameters) => {
    expect(() => parseStack(pairsOf(parameters))).toThrow(expect.objectContaining({ code: 'CONTRADICTION' }));
  });

  it('of a program have the defaults of the parameters', () => {
    const target = { kind: 'fixed', ra: 1, dec: 2 } as const;
    const { grid, unit, defaulted } = stackRequest({ target, format: 'cube' });
    expect({ grid, unit }).toEqual({
      grid: { kernel: 'lanczos3', conserve: 'auto', positionError: 0.005 },
      unit: 'native',
    });
    expect(defaulted).toEqual(['UNIT']);
    expect(stackRequest({ target }).grid).toBeUndefined();
  });

  it('whose pixels are too coarse for what is resampled at once are refused', async () => {
    const asked = ask(vignet, { ...masked, SIZE: '1024', PIXSCALE: '2' });
    await expect(asked).rejects.toMatchObject({ kind: 'usage', code: 'TOO_LARGE' });
  });
});
