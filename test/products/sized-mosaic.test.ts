// Mosaics of exactly SIZE: the oracle is a slice, made by numpy, of a mosaic of a wide circle around the same position, whose
// pixel astropy finds.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import type { Vignet } from '../../src/products/vignet.ts';
import { verify } from '../accuracy/verify.ts';
import { archiveOf, asked, saved } from './mosaic-support.ts';

let vignet: Vignet;
/** Where two tracts meet, and the last pixel with data south of one of them. */
let middle: [number, number] = [0, 0];
let edge: [number, number] = [0, 0];
let scale = 0;

type Parameters = Readonly<Record<string, string>>;
const principal = ANONYMOUS;
/** Of the value and of the noise: pixels of the other tract are resampled, and sums round differently where CRPIX differs. */
const TOLERANCE = 1e-5;

async function save(parameters: Parameters, name: string): Promise<string> {
  const mosaic = await vignet.mosaic(asked(parameters), { principal });
  if (!mosaic) throw new Error('nothing there');
  return saved(await mosaic.bytes(), name);
}

const python = (script: string, ...args: string[]) =>
  JSON.parse(execFileSync('/usr/bin/python3', ['-c', script, ...args], { encoding: 'utf8' }));

/** Shape of a sized mosaic, and how many of its pixels differ from the slice, of all planes; WCS off the wide one's, in pixels. */
const slice = `
import sys, json, numpy as np
from astropy.io import fits
from astropy.wcs import WCS
sized, wide, ra, dec, nx, ny, tolerance = sys.argv[1], sys.argv[2], *map(float, sys.argv[3:8])
a, b = fits.open(sized), fits.open(wide)
x, y = WCS(b['IMAGE'].header).wcs_world2pix(ra, dec, 0)
x0, y0 = int(np.floor(x + .5)) - int(nx) // 2, int(np.floor(y + .5)) - int(ny) // 2
px, py = WCS(a['IMAGE'].header).wcs_world2pix(ra, dec, 0)
no_data = 1 << a['MASK'].header['MP_NO_DATA'] if 'MASK' in a else 0
differ = 0
for hdu in a:
    if hdu.name not in ('IMAGE', 'MASK', 'VARIANCE'): continue
    of = b[hdu.name].data
    want = np.full((int(ny), int(nx)), no_data if hdu.name == 'MASK' else np.nan, of.dtype)
    ty, tx = slice(max(0, -y0), min(int(ny), of.shape[0] - y0)), slice(max(0, -x0), min(int(nx), of.shape[1] - x0))
    want[ty, tx] = of[ty.start + y0:ty.stop + y0, tx.start + x0:tx.stop + x0]
    if hdu.data.shape == want.shape:
        ok = np.isclose(hdu.data, want, rtol=tolerance, atol=tolerance * np.nanstd(want), equal_nan=True) if tolerance else (hdu.data == want) | (np.isnan(hdu.data) & np.isnan(want))
        differ += int((~ok).sum())
image = a['IMAGE'].data
print(json.dumps(dict(shape=image.shape[::-1], differ=differ, off=float(np.hypot(px + x0 - x, py + y0 - y)), empty=int(np.isnan(image).sum()))))
`;

interface Sliced {
  readonly shape: [number, number];
  readonly differ: number;
  readonly off: number;
  readonly empty: number;
}

async function sliced(
  [ra, dec]: [number, number],
  [nx, ny]: [number, number],
  size: string,
  more: Parameters = {},
): Promise<Sliced> {
  const both = { CUTOUTDETAIL: 'MaskedImage', POSITION_ERROR: '0' };
  const sized = await save({ RA: String(ra), DEC: String(dec), SIZE: size, ...both, ...more }, 'sized.fits');
  const { EDGE: _, ...others } = more;
  const wide = await save({ CIRCLE: `${ra} ${dec} 0.05`, ...both, ...others }, 'wide.fits');
  expect((await verify([sized])).get(sized)).toEqual([]);
  return python(slice, sized, wide, ...[ra, dec, nx, ny, TOLERANCE].map(String));
}

beforeAll(async () => {
  const made = await archiveOf();
  vignet = made.vignet;
  const { center } = JSON.parse(readFileSync(join(made.sky, 'truth/settings.json'), 'utf8'));
  middle = [center.ra, center.dec];
  const wide = await save({ CIRCLE: `${middle.join(' ')} 0.05` }, 'wide.fits');
  const found = python(
    `
import sys, json, numpy as np
from astropy.io import fits
from astropy.wcs import WCS
h = fits.open(sys.argv[1])['IMAGE']; w = WCS(h.header)
x = int(w.wcs_world2pix(float(sys.argv[2]), float(sys.argv[3]), 0)[0]) + 80
y = int(np.flatnonzero(np.isfinite(h.data[:, x]))[0])
print(json.dumps(dict(edge=[float(v) for v in w.wcs_pix2world(x, y, 0)], scale=float(w.proj_plane_pixel_scales()[0].to_value('arcsec')))))`,
    wide,
    ...middle.map(String),
  );
  ({ edge, scale } = found);
}, 120_000);

describe('a mosaic of a size', () => {
  it('has exactly so many pixels around the position, those of the mosaic of a circle, where tracts meet', async () => {
    expect(await sliced(middle, [151, 40], '151 40')).toMatchObject({
      shape: [151, 40],
      differ: 0,
      empty: 0,
    });
    const { off } = await sliced(middle, [151, 40], '151 40');
    expect(off).toBeLessThan(1e-6);
  });

  it('takes lengths by the scale of its grid, and the centre of a circle for the position', async () => {
    const n = Math.floor(30 / scale + 0.5);
    expect(await sliced(middle, [n, n], '30arcsec')).toMatchObject({ shape: [n, n], differ: 0 });
    const size = { SIZE: '30arcsec', BAND: 'r' };
    const [one, other] = [
      await vignet.mosaic(asked({ ...size, RA: `${middle[0]}`, DEC: `${middle[1]}` }), { principal }),
      await vignet.mosaic(asked({ ...size, CIRCLE: `${middle.join(' ')} 3` }), { principal }),
    ];
    expect(one?.etag).toBe(other?.etag);
    expect(one?.filename).toMatch(new RegExp(`_${n}x${n}\\.fits$`));
  });

  it('where images end is padded, trimmed or refused', async () => {
    const padded = await sliced(edge, [40, 60], '40 60');
    expect(padded).toMatchObject({ shape: [40, 60], differ: 0 });
    expect(padded.empty).toBeGreaterThanOrEqual(30 * 40);
    const { shape, empty } = await sliced(edge, [40, 60], '40 60', { EDGE: 'trim' });
    // Patches of the other tract reach there too; they are resampled, so their boxes are up to 4 pixels too large.
    const beyond = shape[1] - 30;
    expect([shape[0], empty]).toEqual([40, 40 * beyond]);
    expect(beyond).toBeLessThanOrEqual(4);
    const refused = { RA: `${edge[0]}`, DEC: `${edge[1]}`, EDGE: 'refuse' };
    await expect(save({ ...refused, SIZE: '40 60' }, 'x.fits')).rejects.toMatchObject({ code: 'BAD_BOX' });
    expect(await sliced(middle, [151, 40], '151 40', { EDGE: 'refuse' })).toMatchObject({
      ...{ shape: [151, 40], differ: 0 },
    });
  });

  it('is found although no image has its position, and is nothing where none has any of it', async () => {
    const south = [edge[0], edge[1] - (20 * scale) / 3600] as [number, number];
    const { shape, empty } = await sliced(south, [50, 60], '50 60');
    expect([shape, empty]).toEqual([[50, 60], 50 * 50]);
    const at = { RA: `${south[0]}`, DEC: `${south[1] - 1}`, SIZE: '50 60' };
    expect(await vignet.mosaic(asked(at), { principal })).toBeUndefined();
    expect(await vignet.whyNoMosaic(asked(at), { principal })).toMatch(/covers the position; nothing does/);
  });

  it('is on the grid that is asked for', async () => {
    const grid = { PIXSCALE: '0.3', ROTATION: '30' };
    expect(await sliced(middle, [81, 60], '81 60', grid)).toMatchObject({ shape: [81, 60], differ: 0 });
    expect(await sliced(middle, [100, 50], '30arcsec 15arcsec', grid)).toMatchObject({
      ...{ shape: [100, 50], differ: 0 },
    });
  });

  it.each([
    ['SIZE with a polygon', { POLYGON: '1 1 2 1 2 2', SIZE: '5' }, /SIZE needs RA and DEC, or a circle/],
    ['a position without SIZE', { RA: '1', DEC: '2' }, /RA and DEC need SIZE/],
    ['EDGE without SIZE', { CIRCLE: '1 2 3', EDGE: 'trim' }, /EDGE needs SIZE/],
    [
      'two places',
      { CIRCLE: '1 2 3', RA: '1', DEC: '2', SIZE: '5' },
      /expected one region, received several/,
    ],
    [
      'a camera',
      { RA: '1', DEC: '2', SIZE: '5', VISIT: '1', GEOMETRY: 'detector' },
      /cannot be combined with a region/,
    ],
  ])('refuses %s', (_, parameters, why) => {
    expect(() => asked(parameters as unknown as Parameters)).toThrow(why);
  });
});

describe('a size of a collection dataset', () => {
  it('is a piece of the patch that owns the position where it fits there, else a mosaic', async () => {
    const [collection] = await vignet.archive.as(principal).collections();
    const id = collection?.id ?? '';
    const rows = [];
    for await (const piece of vignet.archive.as(principal).list()) rows.push(...piece);
    const [row] = rows;
    const position = { ra: row?.s_ra ?? 0, dec: row?.s_dec ?? 0 };
    const size = { width: 31, height: 21, unit: 'pixel' } as const;
    const [whole, own] = [
      await vignet.cutout(id, { position, size, detail: 'Exposure' }, { principal }),
      await vignet.cutout(row?.id ?? '', { position, size, detail: 'Exposure' }, { principal }),
    ];
    expect(whole?.etag).toBe(own?.etag);
    expect(whole?.box).toEqual(own?.box);

    const [ra, dec] = middle;
    const large = { width: 151, height: 40, unit: 'pixel' } as const;
    const request = { position: { ra, dec }, size: large, detail: 'MaskedImage' } as const;
    const across = await vignet.cutout(id, request, { principal });
    const path = saved((await across?.bytes()) ?? new Uint8Array(), 'sized.fits');
    const same = { RA: `${ra}`, DEC: `${dec}`, SIZE: '151 40', CUTOUTDETAIL: 'MaskedImage' };
    const found: Sliced = python(
      slice,
      path,
      await save(same, 'same.fits'),
      ...[ra, dec, 151, 40, 0].map(String),
    );
    expect(found).toMatchObject({ shape: [151, 40], differ: 0 });
    const refused = { ...request, position: { ra: edge[0], dec: edge[1] }, edge: 'refuse' } as const;
    await expect(vignet.cutout(id, refused, { principal })).rejects.toMatchObject({ code: 'BAD_BOX' });
    const picture = await vignet.cutout(id, { ...request, detail: 'Image', format: 'png' }, { principal });
    // The size of a PNG stands in its first chunk.
    const bytes = Buffer.from((await picture?.bytes()) ?? []);
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([151, 40]);
  });
});
