// Every real file that has pixels, cut and compared with what cfitsio and astropy read of the file itself.
//
// Values are compared bit for bit with cfitsio. astropy dequantises compressed floats in an order of its own, so with
// those it agrees to one unit in the last place; everything else is equal to it too, scaled and as stored.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { native } from '../../src/addon/addon.ts';
import {
  type Box,
  type CutoutRequest,
  ingest,
  type LayoutInfo,
  type ListedDataset,
  type PlaneInfo,
  Vignet,
} from '../../src/index.ts';
import { Oracle } from './oracle.ts';
import { verify } from './verify.ts';

const run = promisify(execFile);
const command = resolve(import.meta.dirname, '../../bin/vignet.mjs');
const data = process.env.VIGNET_REAL_DATA ?? resolve(import.meta.dirname, '../../../shared/data');

interface Plane {
  readonly kind: PlaneInfo['kind'];
  readonly path: string;
  readonly hdu: number;
}

interface Held {
  readonly row: ListedDataset;
  readonly info: LayoutInfo;
  readonly planes: readonly Plane[];
  readonly width: number;
  readonly height: number;
}

let folder = '';
let vignet: Vignet;
let oracle: Oracle;
const held: Held[] = [];

async function hold(row: ListedDataset): Promise<Held> {
  const { layout, sources } = await vignet.archive.as(ANONYMOUS).resolve(row.id);
  const info = native.describeLayout(layout);
  const [image] = info.planes;
  if (!image) throw new Error(`${row.path} has no planes`);
  // A gzipped original is compared as it is, not its inflated copy.
  const paths = sources.map(({ root, path }, file) => (file === 0 ? row.absolutePath : join(root, path)));
  // HDUs are numbered through all files; each file's first lies at its offset 0.
  const first = (hdu: number) => info.hdus.findLastIndex(({ offset }, n) => n <= hdu && offset === 0);
  const planes = info.planes.map(({ kind, hdu, file }) => ({
    kind,
    hdu: hdu - first(hdu),
    path: paths[file] as string,
  }));
  return { row, info, planes, width: image.width, height: image.height };
}

/** Corners, the middle, a single pixel, a row, a column, odd shapes, and all of it. */
function boxes({ width: w, height: h }: Held): Box[] {
  const box = (x0: number, y0: number, x1: number, y1: number) => ({
    x0: Math.max(0, x0),
    y0: Math.max(0, y0),
    x1: Math.min(w, x1),
    y1: Math.min(h, y1),
  });
  const [x, y] = [w >> 1, h >> 1];
  return [
    box(0, 0, 7, 5),
    box(w - 9, h - 4, w, h),
    box(x - 8, y - 8, x + 8, y + 8),
    box(x, y, x + 1, y + 1),
    box(0, y, w, y + 1),
    box(x + 1, 0, x + 2, h),
    box(3, 1, w - 2, 14),
    box(0, 0, w, h),
  ];
}

async function answer(dataset: Held, request: CutoutRequest, name: string): Promise<string> {
  const cutout = await vignet.cutout(dataset.row.id, request, { principal: ANONYMOUS });
  if (!cutout) throw new Error(`${dataset.row.path}: nothing inside ${JSON.stringify(request)}`);
  const path = join(folder, `${dataset.row.uuid}-${name}`);
  await writeFile(path, await cutout.bytes());
  return path;
}

/** What fitsverify finds in answers that it does not find in the files they come from: a warning may be handed down. */
async function verified(dataset: Held, answers: readonly string[]): Promise<string[]> {
  const originals = [...new Set(dataset.planes.map(({ path }) => path))];
  const found = await verify([...originals, ...answers]);
  const inherited = new Set(originals.flatMap((path) => found.get(path) ?? []));
  return answers.flatMap((path) =>
    (found.get(path) ?? [])
      .filter((text) => text.startsWith('*** Error') || !inherited.has(text))
      .map((text) => `${basename(path).slice(37)}: ${text}`),
  );
}

/** Runs one check on every dataset and gives what is wrong, by file. */
async function wrongs(check: (dataset: Held) => Promise<unknown[]>, of = held) {
  const found: [string, unknown][] = [];
  for (const dataset of of) {
    const problems = await check(dataset);
    if (problems.length > 0) found.push([dataset.row.path, problems]);
  }
  return Object.fromEntries(found);
}

const absent = !existsSync(data);
if (absent) console.log('REAL DATA NOT RUN: cutouts of real files');

describe.skipIf(absent)('cutouts of real files', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vignet-accuracy-'));
    await ingest(join(folder, 'archive'), [data], { collection: 'Real', repo: 'real' });
    vignet = await Vignet.open(join(folder, 'archive'), { engine: { threads: 2 } });
    oracle = new Oracle('real_oracle.py');
    for await (const rows of vignet.archive.as(ANONYMOUS).list())
      for (const row of rows) held.push(await hold(row));
  });

  afterAll(async () => {
    await oracle?.close();
    await vignet?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  it('cover every codec, distortion and companion that is there', () => {
    const codecs = new Set(held.flatMap(({ info }) => info.planes.map((plane) => plane.codec)));
    expect([...codecs].sort()).toEqual(['GZIP_1', 'GZIP_2', 'HCOMPRESS_1', 'PLIO_1', 'RICE_1', 'none']);
    const kinds = new Set(held.flatMap(({ planes }) => planes.map((plane) => plane.kind)));
    expect([...kinds].sort()).toEqual(['image', 'mask', 'variance', 'weight']);
    const types = new Set(held.map(({ info }) => String(info.cards.CTYPE1 ?? '-')));
    for (const type of ['RA---TAN', 'RA---TPV', 'RA---TAN-SIP']) expect(types).toContain(type);
    expect(held.length).toBeGreaterThan(40);
  });

  it('have the pixels, the places on the sky and the parent frame of their file', async () => {
    expect(
      await wrongs(async (dataset) => {
        const problems: string[] = [];
        for (const [n, box] of boxes(dataset).entries()) {
          const path = await answer(dataset, { box, detail: 'MaskedImage' }, `box-${n}.fits`);
          const task = {
            answer: path,
            planes: dataset.planes,
            box: [box.x0, box.y0, box.x1, box.y1],
          };
          problems.push(...(await oracle.ask('compare', task)).map((one) => `${task.box}: ${one}`));
        }
        return problems;
      }),
    ).toEqual({});
  });

  it.each([
    'afw/HSC-0908120-056-small.fits',
    'codecs/m13_hcomp.fits',
    'decam-rice/images/decam/CP/V4.8.2a/CP20171112/c4d_171113_060340_ooi_r_ls9.N6.fits',
    'wcs/tpv.fits.gz',
  ])('are the same without an archive: vignet cutout %s', async (path) => {
    const dataset = held.find(({ row }) => row.path === path) as Held;
    const box = boxes(dataset)[2] as Box;
    const { x0, y0, x1, y1 } = box;
    const output = join(folder, `command-${basename(path)}.fits`);
    const what = ['--box', `${x0} ${y0} ${x1} ${y1}`, '--detail', 'MaskedImage', '-o', output];
    await run(process.execPath, [command, 'cutout', join(data, path), ...what]);
    const task = { answer: output, planes: dataset.planes, box: [x0, y0, x1, y1] };
    expect(await oracle.ask('compare', task)).toEqual([]);
    expect(await verified(dataset, [output])).toEqual([]);
    const library = await answer(dataset, { box, detail: 'MaskedImage' }, 'library.fits');
    expect(await oracle.ask('same', { answer: output, plain: library })).toEqual([]);
  });

  it('hold every pixel of a circle and little more', async () => {
    const onSky = held.filter(({ info }) => info.footprint);
    expect(onSky.length).toBeGreaterThan(35);
    expect(
      await wrongs(async (dataset) => {
        const { width, height, info, planes } = dataset;
        const where = [
          [width * 0.5, height * 0.5],
          [width * 0.1, height * 0.8],
        ];
        const places = await oracle.ask<[number, number][]>('sky', { ...planes[0], pixels: where });
        const radii = [0.2, 6.3, 40].map((pixels) => (pixels * (info.pixelScale ?? 0)) / 3600);
        const problems: string[] = [];
        for (const [n, place] of places.entries()) {
          for (const [m, radius] of radii.entries()) {
            const stencil = { shape: 'circle', values: [...place, radius] } as const;
            const path = await answer(dataset, { stencil }, `circle-${n}${m}.fits`);
            const task = { ...planes[0], answer: path, circle: stencil.values };
            problems.push(...(await oracle.ask('stencil', task)).map((one) => `${stencil.values}: ${one}`));
          }
        }
        return problems;
      }, onSky),
    ).toEqual({});
  });

  it('pass fitsverify, whole and in part, in every form', async () => {
    expect(
      await wrongs(async (dataset) => {
        const box = boxes(dataset)[2] as Box;
        const answers: string[] = [];
        for (const detail of ['Image', 'MaskedImage', 'Exposure'] as const) {
          answers.push(await answer(dataset, { box, detail }, `${detail}.fits`));
          answers.push(await answer(dataset, { detail }, `${detail}-whole.fits`));
        }
        const masked = { box, detail: 'MaskedImage' } as const;
        for (const compress of ['gzip', 'rice'] as const)
          answers.push(await answer(dataset, { ...masked, compress }, `${compress}.fits.fz`));
        const lossy = { ...masked, compress: 'rice', quantize: 16 } as const;
        answers.push(await answer(dataset, lossy, 'quantised.fits.fz'));
        return verified(dataset, answers);
      }),
    ).toEqual({});
  });

  it('of kind Exposure carry all other HDUs of their file', async () => {
    expect(
      await wrongs(async (dataset) => {
        const path = await answer(dataset, { box: boxes(dataset)[0], detail: 'Exposure' }, 'others.fits');
        return oracle.ask('others', { answer: path, planes: dataset.planes, path: dataset.row.absolutePath });
      }),
    ).toEqual({});
  });

  it('are the same compressed without loss, to astropy and to imcopy', async () => {
    expect(
      await wrongs(async (dataset) => {
        const request = { box: boxes(dataset)[6], detail: 'MaskedImage' } as const;
        const plain = await answer(dataset, request, 'plain.fits');
        const problems: string[] = [];
        for (const compress of ['gzip', 'rice'] as const) {
          const path = await answer(dataset, { ...request, compress }, `same-${compress}.fits.fz`);
          problems.push(...(await oracle.ask('same', { answer: path, plain })));
          const copy = `${path}-copy.fits`;
          await run('imcopy', [path, copy]);
          problems.push(
            ...(await oracle.ask('same', { answer: copy, plain })).map((one) => `imcopy: ${one}`),
          );
        }
        return problems;
      }),
    ).toEqual({});
  });

  it('are within their step of it compressed with loss', async () => {
    expect(
      await wrongs(async (dataset) => {
        const request = { box: boxes(dataset)[6], detail: 'MaskedImage' } as const;
        const plain = await answer(dataset, request, 'lossy-plain.fits');
        const lossy = { ...request, compress: 'rice', quantize: 16 } as const;
        const path = await answer(dataset, lossy, 'lossy.fits.fz');
        return oracle.ask('same', { answer: path, plain, tolerance: 1 / 16 });
      }),
    ).toEqual({});
  });

  it.each(['png', 'jpeg', 'webp'] as const)('are pictures: %s', async (format) => {
    expect(
      await wrongs(async (dataset) => {
        const path = await answer(dataset, { box: boxes(dataset)[2], format }, `picture.${format}`);
        const picture = await oracle.ask<object>('picture', { answer: path });
        const right = {
          format: format.toUpperCase(),
          size: [Math.min(dataset.width, 16), Math.min(dataset.height, 16)],
        };
        return JSON.stringify(picture) === JSON.stringify(right) ? [] : [JSON.stringify(picture)];
      }),
    ).toEqual({});
  });
});
