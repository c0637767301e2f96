// Planes that belong together are cut together, and what an answer says of its HDUs is true. Oracle: astropy 5.2
// (test/oracles/exposure_planes_oracle.py): pixels to the bit, the sky to 1e-12 degree. lsst-images itself opens such answers in
// test:interop.
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR } from '../../src/access/principal.ts';
import { ingest } from '../../src/ingest/index.ts';
import type { CutoutRequest } from '../../src/products/cutout/cutout.ts';
import { Vignet } from '../../src/products/vignet.ts';
import { Oracle } from '../accuracy/oracle.ts';
import { data, floats, header, tan, type Value } from '../support/fits.ts';

const shared = resolve(import.meta.dirname, '../../../shared');
const cases = process.env.VIGNET_CASES ?? join(shared, 'cases');
const butler = join(process.env.VIGNET_REAL_DATA ?? join(shared, 'data'), 'butler-dp2');
const scratch = mkdtempSync(join(tmpdir(), 'vignet-planes-'));
const oracle = new Oracle('exposure_planes_oracle.py');
const names = ['jwst_i2d.fits', 'hst_lookup.fits', 'dss_plate_solution_only.fits'];
const dp2 = existsSync(butler)
  ? readdirSync(butler, { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith('.fits'))
  : undefined;
const caller = { principal: OPERATOR };
const box = { x0: 10, y0: 20, x1: 41, y1: 45 };

let opened: Vignet | undefined;
const ids = new Map<string, { id: string; path: string }>();

beforeAll(async () => {
  const all = [...names.map((name) => join(cases, name)), ...(dp2 ? [join(butler, dp2)] : [])];
  const files = all.filter(existsSync);
  if (files.length === 0) return;
  const archive = join(scratch, 'archive');
  await ingest(archive, files, { collection: 'planes', repo: 'planes' });
  opened = await Vignet.open(archive, { engine: { threads: 1 } });
  for await (const piece of opened.archive.as(OPERATOR).list())
    for (const { id, path } of piece) {
      const file = files.find((one) => one.endsWith(path)) ?? '';
      ids.set(names.find((name) => path.endsWith(name)) ?? 'dp2', { id, path: file });
    }
});

afterAll(async () => {
  await Promise.all([oracle.close(), opened?.close()]);
  rmSync(scratch, { recursive: true, force: true });
});

interface Seen {
  readonly hdus: readonly { name: string; shape: number[] | null; is: string; empty?: unknown }[];
  readonly sky: number | null;
  readonly primary: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: a tree of JSON
  readonly tree?: any;
  readonly index?: readonly boolean[];
  readonly rows?: boolean;
  readonly tail?: boolean;
}

const plan = (name: string, request: CutoutRequest) =>
  opened?.cutout(ids.get(name)?.id ?? '', request, caller);

async function cut(name: string, request: CutoutRequest): Promise<Seen> {
  const { path } = ids.get(name) ?? { path: '' };
  const cutout = await plan(name, request);
  const file = join(scratch, 'answer.fits');
  writeFileSync(file, (await cutout?.bytes()) ?? '');
  const { x0, y0, x1, y1 } = cutout?.box ?? box;
  return oracle.ask<Seen>('seen', { answer: file, parent: path, box: [x0, y0, x1, y1] });
}

const namesAnd = (seen: Seen) => seen.hdus.map(({ name, is }) => `${name} ${is}`);

describe.skipIf(!existsSync(cases))('an exposure', () => {
  it('of JWST has every image of its shape cut', async () => {
    const seen = await cut('jwst_i2d.fits', { box, detail: 'Exposure' });
    expect(namesAnd(seen)).toEqual(['IMAGE part', 'SIGMA part', 'WHT part', 'VAR_POISSON part']);
    expect(seen.sky).toBeLessThan(1e-12);
    expect(seen.primary).toEqual({ VIGNETLK: 'MASK VARIANCE' });
  });

  it.each([
    'Image',
    'MaskedImage',
    'Exposure',
  ] as const)('of HST, as %s, has the lookup tables of its distortion, and the sky of its parent', async (detail) => {
    const seen = await cut('hst_lookup.fits', { box, detail });
    expect(seen.sky).toBeLessThan(1e-12);
    const planes = detail === 'Image' ? ['IMAGE part'] : ['IMAGE part', 'MASK part'];
    const rest = detail === 'Exposure' ? ['ERR table'] : [];
    expect(namesAnd(seen)).toEqual([...planes, 'WCSDVARR whole', 'WCSDVARR whole', ...rest]);
    expect(seen.primary.VIGNETWH).toBe(detail === 'Exposure' ? 'ERR' : undefined);
  });
});

describe.skipIf(!dp2)('a part of a file of lsst.images', () => {
  const image = { shape: [25, 31], yx0: [20, 138] };
  const of = (model: { data: unknown; yx0: unknown }) => {
    const data = model.data as { value?: { shape: unknown }; shape?: unknown } | { shape: unknown }[];
    const array = Array.isArray(data) ? data[0] : (data.value ?? data);
    return { shape: array?.shape, yx0: model.yx0 };
  };

  it.each([
    ['Image', 'image-1.0.0'],
    ['MaskedImage', 'masked_image-1.0.0'],
    ['Exposure', 'cell_coadd-1.0.0'],
  ] as const)('as %s has a true tree, and addresses that are right', async (detail, schema) => {
    const seen = await cut('dp2', { box, detail });
    expect(seen.primary.DATAMODL).toBe(`https://images.lsst.io/schemas/${schema}`);
    expect(seen.tree.schema_url).toBe(seen.primary.DATAMODL);
    expect(new Set(seen.index)).toEqual(new Set([true]));
    expect([seen.rows, seen.tail]).toEqual([true, true]);
    const { tree } = seen;
    const images = {
      Image: [tree],
      MaskedImage: [tree.image, tree.mask, tree.variance],
      Exposure: [
        ...[tree.image, tree.mask, tree.variance],
        ...[tree.mask_fractions?.rejected, tree.noise_realizations?.[0]],
      ],
    }[detail];
    for (const one of images) expect(of(one)).toEqual(image);
    expect(tree.sky_projection.pixel_to_sky.frames[0].tract).toBe(5428);
    const cutHere = seen.hdus.filter(({ is }) => is === 'part').map(({ name }) => name);
    const planes = ['IMAGE', 'MASK', 'VARIANCE', 'MASK_FRACTIONS/REJECTED', 'NOISE_REALIZATIONS/0'];
    expect(cutHere).toEqual(planes.slice(0, images.length));
    // Nothing is named that is not there.
    const sources = JSON.stringify(tree).match(/fits:[A-Z_/0-9]+/g) ?? [];
    const there = new Set(seen.hdus.map(({ name }) => `fits:${name}`));
    expect(sources.filter((source) => !there.has(source))).toEqual([]);
    expect(seen.hdus.map(({ is }) => is)).not.toContain('differs');
  });

  it('names what is whole in its primary header', async () => {
    const seen = await cut('dp2', { box, detail: 'Exposure' });
    expect(seen.primary.VIGNETWH).toBe(
      'PSF, APERTURE_CORRECTIONS/TABLE, PROVENANCE/INPUTS, PROVENANCE/CONTRIBUTIONS, ' +
        'BACKGROUND/FIELDS/PRETTY/DATA, BACKGROUND/FIELDS/OBJECT/DATA',
    );
  });
});

describe.skipIf(!existsSync(cases))('planes by name', () => {
  it('come in the order asked for, under the names asked for', async () => {
    const seen = await cut('jwst_i2d.fits', { box, planes: ['VAR_POISSON', 'sci', 'ERR', 'SIGMA'] });
    expect(namesAnd(seen)).toEqual(['VAR_POISSON part', 'SCI part', 'ERR part']);
    const kinds = await cut('hst_lookup.fits', { box, planes: ['MASK', 'IMAGE'] });
    expect(namesAnd(kinds)).toEqual(['MASK part', 'IMAGE part', 'WCSDVARR whole', 'WCSDVARR whole']);
  });

  it('that the dataset does not have are an error that lists what is there', async () => {
    await expect(plan('jwst_i2d.fits', { box, planes: ['SCI', 'DQ'] })).rejects.toThrow(
      "expected planes of the dataset, which has 'IMAGE (SCI), SIGMA (ERR), WHT, VAR_POISSON', for PLANES, received 'DQ'",
    );
  });
});

describe.skipIf(!existsSync(cases))('an exact size', () => {
  // The image is 60 x 50 pixels of 0.2 arcsec; its reference pixel (29.5, 24.5) is at 150 2.
  const middle = { ra: 150, dec: 2 };

  it('is what was asked for, filled with NaN where the image ends', async () => {
    const size = { width: 101, height: 71, unit: 'pixel' } as const;
    const cutout = await plan('jwst_i2d.fits', { position: middle, size });
    expect(cutout?.box).toEqual({ x0: -20, y0: -10, x1: 81, y1: 61 });
    const seen = await cut('jwst_i2d.fits', { position: middle, size, detail: 'Exposure' });
    expect(seen.hdus.map(({ shape, is, empty }) => [shape, is, empty])).toEqual(
      Array(4).fill([[71, 101], 'part', 'nan']),
    );
    expect(seen.sky).toBeLessThan(1e-12);
  });

  it('in arc seconds is the nearest number of pixels; EDGE=trim leaves out what the image has not', async () => {
    const size = { width: 5.05, height: 3, unit: 'arcsec' } as const;
    const circle = { shape: 'circle', values: [150, 2, 0.1] } as const;
    const cutout = await plan('jwst_i2d.fits', { stencil: circle, size });
    expect(cutout?.box).toEqual({ x0: 18, y0: 18, x1: 43, y1: 33 });
    const corner = { ra: 150 + (29.5 * 0.2) / 3600, dec: 2 };
    const trimmed = await plan('jwst_i2d.fits', { position: corner, size, edge: 'trim' });
    expect(trimmed?.box).toMatchObject({ x0: 0, x1: 13 });
    await expect(plan('jwst_i2d.fits', { position: corner, size, edge: 'refuse' })).rejects.toThrow(
      /pixels within the image of 60 x 50/,
    );
    expect(await plan('jwst_i2d.fits', { position: { ra: 151, dec: 2 }, size })).toBeUndefined();
    expect(await plan('jwst_i2d.fits', { position: { ra: 330, dec: -2 }, size })).toBeUndefined();
  });

  it('of integers needs BLANK; a mask without NO_DATA has no flag there', async () => {
    const beyond = { x0: -2, y0: 0, x1: 3, y1: 3 };
    await expect(plan('dss_plate_solution_only.fits', { box: beyond, edge: 'pad' })).rejects.toThrow(
      /integers of IMAGE have no value \(BLANK\)/,
    );
    const seen = await cut('hst_lookup.fits', { box: beyond, edge: 'pad', planes: ['MASK'] });
    expect(seen.hdus[0]).toMatchObject({ name: 'MASK', is: 'part', empty: [0] });
  });
});

describe.skipIf(!dp2)('a part of a file of lsst.images that leaves the image', () => {
  it('has NO_DATA there, and a tree that says so', async () => {
    const beyond = { x0: -10, y0: 60, x1: 20, y1: 80 };
    const seen = await cut('dp2', { box: beyond, edge: 'pad', detail: 'MaskedImage' });
    // NO_DATA is bit 0.
    expect(seen.hdus.slice(0, 3).map(({ is, empty }) => [is, empty])).toEqual([
      ['part', 'nan'],
      ['part', [1]],
      ['part', 'nan'],
    ]);
    expect(seen.tree.mask.yx0).toEqual([60, 118]);
    expect(seen.tree.mask.data[0].shape).toEqual([20, 30]);
  });
});

describe('which images belong to the image', () => {
  const image = (name: string, cards: readonly [string, Value][] = [], width = 20) => [
    header([
      ...([
        ['XTENSION', 'IMAGE'],
        ['BITPIX', -32],
        ['NAXIS', 2],
      ] as [string, Value][]),
      ...([
        ['NAXIS1', width],
        ['NAXIS2', 30],
        ['PCOUNT', 0],
        ['GCOUNT', 1],
      ] as [string, Value][]),
      ...([['EXTNAME', name], ...cards] as [string, Value][]),
    ]),
    data(floats(width * 30)),
  ];
  const primary = header([
    ['SIMPLE', true],
    ['BITPIX', 8],
    ['NAXIS', 0],
    ['EXTEND', true],
  ]);
  const version = (n: number): [string, Value] => ['EXTVER', n];
  /** The WCS of the image moved by pixels. */
  const moved = (pixels: number) => tan(20, 30, 53, -27 + (0.2 * pixels) / 3600);

  /** Names of what is not cut with the first image of a file. */
  async function whole(name: string, hdus: readonly Buffer[]): Promise<string[]> {
    const path = join(scratch, `${name}.fits`);
    writeFileSync(path, Buffer.concat([primary, ...hdus]));
    const archive = join(scratch, name);
    await ingest(archive, [path], { collection: 'made', repo: 'made' });
    const made = await Vignet.open(archive, { engine: { threads: 1 } });
    try {
      const rows = [];
      for await (const piece of made.archive.as(OPERATOR).list()) rows.push(...piece);
      const id = rows.sort((a, b) => (a.hdu ?? -1) - (b.hdu ?? -1))[0]?.id ?? '';
      const cutout = await made.cutout(
        id,
        { box: { x0: 1, y0: 2, x1: 9, y1: 8 }, detail: 'Exposure' },
        caller,
      );
      const text = Buffer.from((await cutout?.bytes()) ?? '').toString('latin1');
      return /VIGNETWH= '([^']*)'/.exec(text)?.[1]?.trim().split(', ') ?? [];
    } finally {
      await made.close();
    }
  }

  it('by the frame, by EXTVER and by name', async () => {
    const hdus = [
      image('SCI', [version(1), ...moved(0)]),
      image('SAME', moved(0)),
      image('NEAR', moved(0.3)),
      image('BESIDE', moved(2)),
      image('OLD', [version(1), ...moved(5)]),
      image('FAR', [version(1), ...moved(25)]),
      image('BARE'),
      image('OTHER', [version(2), ...moved(0)]),
      image('SMALL', moved(0), 10),
      image('SCI', [version(2), ...moved(40)]),
      image('ROTATED', [
        ...moved(0).filter(([name]) => !name.startsWith('CD')),
        ['CD1_2', 5e-5],
        ['CD2_1', 5e-5],
      ]),
    ].flat();
    expect(await whole('frames', hdus)).toEqual(['BESIDE', 'FAR', 'OTHER', 'SMALL', 'SCI', 'ROTATED']);
  });

  it('no CCD of a camera belongs to another', async () => {
    const ccds = [0, 40, 80].flatMap((pixels, n) => image(`CCD${n + 1}`, moved(pixels)));
    expect(await whole('camera', ccds)).toEqual(['CCD2', 'CCD3']);
    const bare = [1, 2, 3].flatMap((n) => image(`CCD${n}`));
    expect(await whole('bare', bare)).toEqual(['CCD2', 'CCD3']);
  });

  it('with a parent frame of afw only what has the same', async () => {
    const frame = (x0: number): [string, Value][] => [
      ...([
        ['CTYPE1A', 'LINEAR'],
        ['CTYPE2A', 'LINEAR'],
        ['CRPIX1A', 1],
        ['CRPIX2A', 1],
      ] as [string, Value][]),
      ...([
        ['CRVAL1A', x0],
        ['CRVAL2A', 7],
      ] as [string, Value][]),
    ];
    const hdus = [
      image('IMAGE', [...moved(0), ...frame(5)]),
      image('NOISE', frame(5)),
      image('OTHER', frame(6)),
      image('BACKGROUND'),
      image('SKY', moved(0)),
    ].flat();
    expect(await whole('parents', hdus)).toEqual(['OTHER', 'BACKGROUND', 'SKY']);
  });
});
