// Cutouts of cubes of three and four axes: pixels to the bit and the WCS of every axis, for cubes drawn at random (BITPIX, plain or
// compressed, tiles of one slice and of several), boxes and slices drawn at random. Oracle: astropy 5.2 writes,
// reads (by cfitsio where numbers are lost) and slices the parent
// (test/oracles/cube_oracle.py): pixels equal; positions to 1e-9 degree, spectral coordinates to a relative 1e-12. Files pass fitsverify.
// Also imcopy (cfitsio's sections), funpack (of COMPRESS), and any window of a large answer against the answer made at once.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { native } from '../../src/addon/addon.ts';
import type { AxisRange, CutoutRequest } from '../../src/addon/cutout.ts';
import { Oracle } from '../accuracy/oracle.ts';
import { dice } from '../support/dice.ts';

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

const layoutOf = (name: string, root = join(scratch, 'made')) =>
  native.readLayout([{ source: { root, path: name } }]).layout;

/** The answer, in windows of `window` bytes where it has no checksums. */
function cut(name: string, request: CutoutRequest, root = join(scratch, 'made')): Uint8Array {
  const layout = layoutOf(name, root);
  const { size, checksums } = native.planCutout(layout, { ...request, ...(request.pad && { edge: 'pad' }) });
  const out = new Uint8Array(size);
  const task = { layout, sources: [{ root, path: name }], request };
  expect(checksums).toBe(true);
  expect(native.fillCutout({ ...task, begin: 0 }, out, 0, control, 60_000).done).toBe(size);
  return out;
}

it('has the pixels and the coordinates of its parent', async () => {
  const draw = dice(12);
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

it("has the pixels of cfitsio's own sections, and with COMPRESS those that funpack gives back", async () => {
  const control = new Int32Array(new SharedArrayBuffer(4));
  for (const [n, { name, parent, shape }] of made.slice(0, 24).entries()) {
    const [x = 1, y = 1] = shape;
    const box = { x0: x >> 2, y0: y >> 1, x1: x, y1: y };
    const axis3 = { from: (shape[2] ?? 1) >> 1, count: 1, step: 1 };
    const answer = cut(name, { detail: 'Image', box, depth: { axis3 } });
    const deep = shape.slice(3).map((length) => [0, length, 1]);
    const part = [[box.x0, x, 1], [box.y0, y, 1], [axis3.from, axis3.from + 1, 1], ...deep];
    const path = join(scratch, `section${n}.fits`);
    writeFileSync(path, answer);
    const asked = { answer: path, parent: join(scratch, 'made', parent), part };
    // cfitsio 4.2.0 refuses sections of 64-bit integers.
    if (n % 6 !== 3)
      expect(await oracle.ask('imcopy', asked), `${name} ${JSON.stringify(part)}`).toBe('equal');
    for (const mode of ['gzip', 'rice'] as const) {
      const packed = join(scratch, `packed${n}-${mode}.fits.fz`);
      const unpacked = join(scratch, `unpacked${n}-${mode}.fits`);
      writeFileSync(packed, native.compressFits(answer, { mode }, control, 60_000));
      expect(spawnSync('funpack', ['-O', unpacked, packed]).status, packed).toBe(0);
      expect(await oracle.ask('compare', { ...asked, answer: unpacked }), packed).toBe('equal');
    }
  }
});

it('pads every slice alike, also of tiles of several slices', async () => {
  for (const { name, parent, shape } of made.filter((_, n) => n % 6 > 3)) {
    const [x = 1, y = 1, ...deep] = shape;
    const box = { x0: -3, y0: -2, x1: x + 1, y1: Math.max(1, y - 1) };
    const path = join(scratch, `padded-${name}`);
    writeFileSync(path, cut(name, { detail: 'Image', box, pad: true }));
    const part = [[box.x0, box.x1, 1], [box.y0, box.y1, 1], ...deep.map((length) => [0, length, 1])];
    const asked = { answer: path, parent: join(scratch, 'made', parent), part };
    expect(await oracle.ask('padded', asked), `${name} of ${shape}`).toBe('equal');
  }
});

it('has the same bytes in windows of any kind as at once, above 8 MiB', async () => {
  const root = join(scratch, 'made');
  const draw = dice(8);
  for (const name of await oracle.ask<string[]>('large', { folder: root })) {
    const layout = layoutOf(name, root);
    for (const box of [undefined, { x0: -9, y0: -9, x1: 160, y1: 118 }]) {
      const request: CutoutRequest = { detail: 'Image', ...(box && { box, pad: true }) };
      const plan = native.planCutout(layout, { ...request, ...(box && { edge: 'pad' }) });
      expect([plan.checksums, plan.size > 8 * 1048576]).toEqual([false, true]);
      const task = { layout, sources: [{ root, path: name }], request };
      const fill = (begin: number, end: number) => {
        const out = new Uint8Array(end - begin);
        expect(native.fillCutout({ ...task, begin }, out, 0, control, 60_000).done).toBe(out.length);
        return out;
      };
      const whole = fill(0, plan.size);
      const path = join(scratch, `whole-${name}.fits`);
      writeFileSync(path, whole);
      const part = [
        ...(box
          ? [
              [-9, 160, 1],
              [-9, 118, 1],
            ]
          : [
              [0, 160, 1],
              [0, 120, 1],
            ]),
        [0, 150, 1],
      ];
      expect(await oracle.ask('padded', { answer: path, parent: join(root, 'large.fits'), part })).toBe(
        'equal',
      );
      expect(plan.cuts.length, name).toBeGreaterThan(4);
      const windows = plan.cuts.map((cut, i) => [cut, plan.cuts[i + 1] ?? plan.size] as const);
      for (let n = 0; n < 12; n++) {
        const from = draw(plan.size - 1);
        windows.push([from, Math.min(plan.size, from + 1 + draw(n < 6 ? 3_000_000 : 999))]);
      }
      for (const [from, to] of windows)
        expect(Buffer.compare(fill(from, to), whole.subarray(from, to)), `${name} ${from} to ${to}`).toBe(0);
    }
  }
});
