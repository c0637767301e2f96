// Coverage maps hold every cell that an image touches and none that is far from all. Oracles: astropy for the sky at pixels, healpy for
// cells, fitsverify for the file, xmllint for the picture.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxMocOrder, mocCell, skyFraction } from '../../src/base/moc.ts';
import { ANONYMOUS, ingest, parseMoc, Vignet } from '../../src/index.ts';
import { mocAscii, mocJson } from '../../src/vo/moc/text.ts';
import { imageAt } from '../support/archive.ts';

const run = promisify(execFile);
const top = mkdtempSync(join(tmpdir(), 'vignet-coverage-'));
const files = { r: [] as string[], g: [] as string[] };
let vignet: Vignet;

/** Degrees a pixel: images of 2 degrees, and of 40". */
const scales = [0.05, 0.0003];
const places: readonly (readonly [number, number])[] = [
  [0.01, 0],
  [359.9, -41.8],
  [45, 89.95],
  [120, -89.9],
  [200, 41.81],
  [280, 12],
];

beforeAll(async () => {
  for (const [n, [ra, dec]] of places.entries()) {
    const band = n % 2 ? 'g' : 'r';
    const scale = scales[n % 3 === 2 ? 1 : 0] as number;
    const folder = join(top, band);
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `image${n}.fits`);
    const wcs = { CD1_1: -scale, CD1_2: 0, CD2_1: 0, CD2_2: scale };
    writeFileSync(path, imageAt(ra, dec, { ...wcs, FILTER: band, 'DATE-OBS': `2025-01-0${n + 1}T03:00:00` }));
    files[band].push(path);
  }
  for (const band of ['r', 'g'] as const)
    await ingest(join(top, 'archive'), [join(top, band)], { collection: `Sky-${band}`, repo: 'sky' });
  vignet = await Vignet.open(join(top, 'archive'), { engine: { threads: 1 } });
});

afterAll(async () => {
  await vignet.close();
  rmSync(top, { recursive: true, force: true });
});

const coverage = (...parameters: [string, string][]) =>
  vignet.coverage(parseMoc(parameters), { principal: ANONYMOUS });

async function text(...parameters: [string, string][]): Promise<string> {
  return Buffer.from((await coverage(...parameters)).content).toString();
}

interface Checked {
  readonly cards: Record<string, string | number>;
  readonly farthest: number;
  readonly missing: number;
}

async function checked(order: number, images: readonly string[], ...parameters: [string, string][]) {
  const { content } = await coverage(['ORDER', String(order)], ...parameters);
  const path = join(top, 'moc.fits');
  writeFileSync(path, content);
  const { stdout: verified } = await run('fitsverify', ['-q', path]);
  expect(verified).toContain('verification OK');
  const oracle = join(import.meta.dirname, '../oracles/moc_oracle.py');
  const { stdout } = await run('/usr/bin/python3', [oracle, path, String(order), ...images]);
  return JSON.parse(stdout) as Checked;
}

describe('the MOC of an archive', () => {
  it.each([
    0,
    4,
    7,
    maxMocOrder,
  ])('at order %i has every cell of every image and none apart', async (order) => {
    const found = await checked(order, [...files.r, ...files.g]);
    expect(found.cards).toEqual({
      ...{ MOCVERS: '2.0', MOCDIM: 'SPACE', ORDERING: 'NUNIQ', COORDSYS: 'C' },
      ...{ MOCORD_S: order, TTYPE1: 'UNIQ', TFORM1: '1J' },
    });
    expect(found).toMatchObject({ missing: 0, ascending: true });
    // The centre of a cell that touches an image is within a radius of it; half a cell more.
    expect(found.farthest).toBeLessThan(1.9);
  });

  it('is of the datasets that the parameters choose', async () => {
    const red = await checked(7, files.r, ['BAND', 'r']);
    expect(red).toMatchObject({ missing: 0 });
    expect(red.farthest).toBeLessThan(1.9);
    expect(await text(['COLLECTION', 'Sky-r'], ['RESPONSEFORMAT', 'json'])).toBe(
      await text(['BAND', 'r'], ['RESPONSEFORMAT', 'json']),
    );
    const first = await checked(7, files.r.slice(0, 1), ['TIME', '60676 60676.5']);
    expect(first.farthest).toBeLessThan(1.9);
    expect(
      JSON.parse(await text(['TIME', '50000 50001'], ['ORDER', '5'], ['RESPONSEFORMAT', 'json'])),
    ).toEqual({
      5: [],
    });
    await expect(coverage(['COLLECTION', 'Nothing'])).rejects.toMatchObject({ code: 'UNKNOWN_COLLECTION' });
    await expect(coverage(['DPSUBTYPE', 'nothing'])).rejects.toMatchObject({ code: 'UNKNOWN_TYPE' });
    expect(() => parseMoc([['ORDER', '12']])).toThrow('expected a whole number from 0 to 11 for ORDER');
  });

  it('says the same in every form', async () => {
    const json = JSON.parse(await text(['RESPONSEFORMAT', 'json'])) as Record<string, number[]>;
    const ascii = await text(['RESPONSEFORMAT', 'ascii']);
    const read: Record<string, number[]> = {};
    let order = '';
    for (const word of ascii.trim().split(' ')) {
      const [, at, cells = ''] = /^(?:(\d+)\/)?(.*)$/.exec(word) ?? [];
      order = at ?? order;
      read[order] ??= [];
      const [first, last = first] = cells.split('-').map(Number);
      if (cells !== '' && first !== undefined && last !== undefined)
        for (let cell = first; cell <= last; cell++) read[order]?.push(cell);
    }
    expect(read).toEqual(json);
    expect(Object.keys(json).at(-1)).toBe('10');
  });
});

it('cells of NUNIQ numbers are those of the standard', () => {
  expect([4, 15, 16, 63, 64].map(mocCell)).toEqual([
    { order: 0, cell: 0 },
    { order: 0, cell: 11 },
    { order: 1, cell: 0 },
    { order: 1, cell: 47 },
    { order: 2, cell: 0 },
  ]);
  expect(skyFraction(Uint32Array.of(4, 5, 6, 16, 17, 18))).toBeCloseTo(3.75 / 12, 12);
  expect(mocAscii(Uint32Array.of(16, 17, 18, 20), 3)).toBe('1/0-2 4 3/\n');
  expect(mocJson(Uint32Array.of(16, 17, 18, 20), 1)).toBe('{"1":[0,1,2,4]}\n');
});

describe('the picture', () => {
  // Oracle: the area of the cells in the JSON of the same map. It is a bound: cells reach beyond footprints.
  it('is well-formed, and says within what area the datasets are', async () => {
    const svg = await text(['RESPONSEFORMAT', 'svg'], ['BAND', 'r']);
    const path = join(top, 'sky.svg');
    writeFileSync(path, svg);
    await run('xmllint', ['--noout', path]);
    const orders = Object.entries(
      JSON.parse(await text(['RESPONSEFORMAT', 'json'], ['BAND', 'r'])) as object,
    );
    const area =
      (orders.reduce((sum, [order, cells]) => sum + cells.length / 4 ** Number(order), 0) * 41_252.96) / 12;
    expect(readFileSync(path, 'utf8')).toContain(
      `<title>in r: within ${area.toPrecision(2)} square degrees</title>`,
    );
    expect(svg).not.toMatch(/NaN|Infinity/);
  });
});
