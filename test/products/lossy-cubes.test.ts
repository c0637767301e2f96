// Lossy cubes of three and four axes, to the bit: quantised with every codec (Rice, both gzips, HCOMPRESS), not dithered, dithered by either
// method and with the last seed, at levels of the noise and absolute ones, with NaN, zeros, and tiles that cfitsio does not quantise; tiles of
// one slice and of several. Oracle: fpack writes, cfitsio 4.2 decodes the parent whole, numpy slices it (test/oracles/cube_oracle.py); also
// cfitsio's own sections, which decode only the tiles they need. And a region of the sky, whose box astropy gives, with BAND and POL.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { native } from '../../src/addon/addon.ts';
import type { AxisRange } from '../../src/addon/cutout.ts';
import { ingest } from '../../src/ingest/index.ts';
import { Vignet } from '../../src/products/vignet.ts';
import { Oracle } from '../accuracy/oracle.ts';
import { dice } from '../support/dice.ts';

const scratch = mkdtempSync(join(tmpdir(), 'vignet-lossy-cubes-'));
const root = join(scratch, 'made');
const oracle = new Oracle('cube_oracle.py');
const control = new Int32Array(new SharedArrayBuffer(4));
const COUNT = 120;

interface Made {
  readonly name: string;
  readonly parent: string;
  readonly shape: readonly [x: number, y: number, z: number, t?: number];
  readonly tile: readonly number[];
  readonly how: string;
  readonly lost: boolean;
}
let made: Made[];

beforeAll(async () => {
  mkdirSync(root);
  made = await oracle.ask<Made[]>('lossy', { folder: root, count: COUNT, seed: 41 });
});

afterAll(async () => {
  await oracle.close();
  rmSync(scratch, { recursive: true, force: true });
});

const end = ({ from, count, step }: AxisRange) => from + (count - 1) * step + 1;

it('a box and slices have the bits that cfitsio decodes', async () => {
  const draw = dice(3);
  const range = (length: number, step = 1): AxisRange => {
    const from = draw(length);
    return { from, count: 1 + draw(Math.ceil((length - from) / step)), step };
  };
  expect(made.filter(({ lost }) => lost).length).toBeGreaterThan(COUNT / 2);
  for (const [n, { name, parent, shape, tile, how }] of made.entries()) {
    const axes = shape.map((length = 1, axis) => range(length, axis > 1 ? 1 + draw(2) : 1));
    const [x, y, z, t] = axes as [AxisRange, AxisRange, AxisRange, AxisRange | undefined];
    const request = {
      detail: 'Image' as const,
      box: { x0: x.from, y0: y.from, x1: end(x), y1: end(y) },
      depth: { axis3: z, ...(t && { axis4: t }) },
    };
    const source = { root, path: name };
    const { layout } = native.readLayout([{ source }]);
    const out = new Uint8Array(native.planCutout(layout, request).size);
    native.fillCutout({ layout, sources: [source], request, begin: 0 }, out, 0, control, 60_000);
    const answer = join(scratch, `${n}.fits`);
    writeFileSync(answer, out);
    const part = axes.map((axis) => [axis.from, end(axis), axis.step]);
    const what = `${name} ${how}, ${shape}, tiles ${tile}, ${JSON.stringify(part)}`;
    expect(await oracle.ask('bits', { answer, parent: join(root, parent), part }), what).toBe('equal');
    if (n % 4 === 1)
      expect(await oracle.ask('imcopy', { answer, parent: join(root, name), part }), what).toBe('equal');
  }
});

it('a region of the sky, a BAND and states of polarization have them too', async () => {
  const archive = join(scratch, 'archive');
  const packed = made.filter(({ shape }) => shape.every((length = 1) => length > 1)).slice(0, 60);
  const report = await ingest(
    archive,
    packed.map(({ name }) => join(root, name)),
    { collection: 'cubes', repo: 'cubes' },
  );
  expect(report.failures).toEqual([]);
  const vignet = await Vignet.open(archive, { engine: { threads: 1 } });
  const ids = new Map<string, string>();
  for await (const piece of vignet.archive.as(ANONYMOUS).list())
    for (const { path, id } of piece) ids.set(path, id);
  const draw = dice(5);
  const circle = [266.41685, -29.00775, 7e-5];
  let compared = 0;
  for (const { name, parent, shape, how } of packed) {
    const [, , channels, states] = shape;
    const z = draw(channels);
    const last = z + draw(channels - z);
    const first = draw(states ?? 1);
    // FREQ of a channel's middle, counted from 0, as the cubes are written.
    const metres = (channel: number) => 299792458 / (230538000000 - 488281.25 * (channel - 1.5));
    const cut = await vignet.cutout(
      ids.get(name) ?? '',
      {
        detail: 'Image',
        stencil: { shape: 'circle', values: circle },
        band: { min: metres(z), max: metres(last) },
        ...(states && { pol: ['I', 'Q', 'U', 'V'].slice(first, states) }),
      },
      { principal: ANONYMOUS },
    );
    if (!cut) continue;
    compared++;
    const answer = join(scratch, 'region.fits');
    writeFileSync(answer, await cut.bytes());
    const part = [[z, last + 1, 1], ...(states ? [[first, states, 1]] : [])];
    const asked = { answer, parent: join(root, parent), part, circle };
    expect(await oracle.ask('bits', asked), `${name} ${how} ${shape}`).toBe('equal');
  }
  expect(compared).toBeGreaterThan(30);
  await vignet.close();
});
