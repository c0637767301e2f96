// Planes that belong together are cut together, and what an answer says of its HDUs is true. Oracle: astropy 5.2
// (test/oracles/exposure_planes_oracle.py): pixels to the bit, the sky to 1e-12 degree. lsst-images itself opens such answers in
// test:interop.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR } from '../../src/access/principal.ts';
import { ingest } from '../../src/ingest/index.ts';
import type { CutoutRequest } from '../../src/products/cutout/cutout.ts';
import { Vignet } from '../../src/products/vignet.ts';

const shared = resolve(import.meta.dirname, '../../../shared');
const cases = process.env.VIGNET_CASES ?? join(shared, 'cases');
const butler = join(process.env.VIGNET_REAL_DATA ?? join(shared, 'data'), 'butler-dp2');
const scratch = mkdtempSync(join(tmpdir(), 'vignet-planes-'));
const oracle = join(import.meta.dirname, '../oracles/exposure_planes_oracle.py');
const names = ['jwst_i2d.fits', 'hst_lookup.fits'];
const dp2 = existsSync(butler)
  ? readdirSync(butler, { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith('.fits'))
  : undefined;
const caller = { principal: OPERATOR };
const box = { x0: 10, y0: 20, x1: 41, y1: 45 };

let vignet: Vignet;
const ids = new Map<string, { id: string; path: string }>();

beforeAll(async () => {
  const files = [...names.map((name) => join(cases, name)), ...(dp2 ? [join(butler, dp2)] : [])];
  const archive = join(scratch, 'archive');
  await ingest(archive, files.filter(existsSync), { collection: 'planes', repo: 'planes' });
  vignet = await Vignet.open(archive, { engine: { threads: 1 } });
  for await (const piece of vignet.archive.as(OPERATOR).list())
    for (const { id, path } of piece) {
      const file = files.find((one) => one.endsWith(path)) ?? '';
      ids.set(names.find((name) => path.endsWith(name)) ?? 'dp2', { id, path: file });
    }
});

afterAll(async () => {
  await vignet.close();
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

async function cut(name: string, request: CutoutRequest): Promise<Seen> {
  const { id, path } = ids.get(name) ?? { id: '', path: '' };
  const cutout = await vignet.cutout(id, request, caller);
  const file = join(scratch, 'answer.fits');
  writeFileSync(file, (await cutout?.bytes()) ?? '');
  const { x0, y0, x1, y1 } = request.box ?? box;
  const args = [oracle, file, path, ...[x0, y0, x1, y1].map(String)];
  return JSON.parse(execFileSync('/usr/bin/python3', args, { encoding: 'utf8' }));
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
