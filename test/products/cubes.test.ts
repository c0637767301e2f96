// Cutouts of cubes of three and four axes: pixels to the bit and the WCS of every axis, for cubes drawn at random (BITPIX, plain or
// compressed, tiles of one slice and of several), boxes and slices drawn at random. Oracle: astropy 5.2 writes,
// reads (by cfitsio where numbers are lost) and slices the parent
// (test/oracles/cube_oracle.py): pixels equal; positions to 1e-9 degree, spectral coordinates to a relative 1e-12. Files pass fitsverify.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { native } from '../../src/addon/addon.ts';
import type { AxisRange, CutoutRequest } from '../../src/addon/cutout.ts';
import { Oracle } from '../accuracy/oracle.ts';

const scratch = mkdtempSync(join(tmpdir(), 'vignet-cubes-'));
const oracle = new Oracle('cube_oracle.py');
const control = new Int32Array(new SharedArrayBuffer(4));
const COUNT = 60;

interface Made {
  readonly name: string;
  /** The same as astropy reads it: uncompressed where nothing is lost. */
  readonly parent: string;
  readonly shape: readonly number[];
  readonly tile: readonly number[] | null;
}
let made: Made[];

beforeAll(async () => {
  mkdirSync(join(scratch, 'made'));
  made = await oracle.ask<Made[]>('make', { folder: join(scratch, 'made'), count: COUNT, seed: 12 });
});

afterAll(async () => {
  await oracle.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** A linear congruential generator: the same boxes at every run. */
function drawer(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const layoutOf = (name: string, root = join(scratch, 'made')) =>
  native.readLayout([{ source: { root, path: name } }]).layout;

/** The answer, in windows of `window` bytes where it has no checksums. */
function cut(name: string, request: CutoutRequest, root = join(scratch, 'made')): Uint8Array {
  const layout = layoutOf(name, root);
  const { size, checksums } = native.planCutout(layout, request);
  const out = new Uint8Array(size);
  const task = { layout, sources: [{ root, path: name }], request };
  expect(checksums).toBe(true);
  expect(native.fillCutout({ ...task, begin: 0 }, out, 0, control, 60_000).done).toBe(size);
  return out;
}

it('has the pixels and the coordinates of its parent', async () => {
  const draw = drawer(12);
  const range = (length: number, step = 1): AxisRange => {
    const from = draw(length);
    return { from, count: 1 + draw(Math.ceil((length - from) / step)), step };
  };
  const answers: string[] = [];
  for (const { name, parent, shape, tile } of made) {
    const axes = shape.map((length, axis) => range(length, axis > 1 ? 1 + draw(2) : 1));
    const [x, y, z, t] = axes as [AxisRange, AxisRange, AxisRange, AxisRange | undefined];
    const end = ({ from, count, step }: AxisRange) => from + (count - 1) * step + 1;
    const answer = cut(name, {
      detail: 'Image',
      box: { x0: x.from, y0: y.from, x1: end(x), y1: end(y) },
      depth: { axis3: z, ...(t && { axis4: t }) },
    });
    const path = join(scratch, name);
    writeFileSync(path, answer);
    answers.push(path);
    const part = axes.map((axis) => [axis.from, end(axis), axis.step]);
    const said = await oracle.ask<string>('compare', {
      answer: path,
      parent: join(scratch, 'made', parent),
      part,
    });
    expect(said, `${name} of ${shape}, tiles ${tile}, ${JSON.stringify(part)}`).toBe('equal');
  }
  for (const path of answers)
    expect(spawnSync('fitsverify', ['-q', path], { encoding: 'utf8' }).stdout, path).toContain(
      'verification OK',
    );
});

it('has all slices without a choice of them', async () => {
  for (const { name, parent, shape } of made.slice(0, 20)) {
    const path = join(scratch, name);
    writeFileSync(path, cut(name, { detail: 'Image' }));
    const part = shape.map((length) => [0, length, 1]);
    expect(
      await oracle.ask('compare', { answer: path, parent: join(scratch, 'made', parent), part }),
      name,
    ).toBe('equal');
  }
});
