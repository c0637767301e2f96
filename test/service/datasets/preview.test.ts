// Previews. Oracles: the picture that a cutout of the whole image gives (another way through the same tiles), and averages of the pixels
// that astropy reads: what is brighter there is never darker here.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, describe, expect, inject, it } from 'vitest';
import type { ListedDataset } from '../../../src/archive/dataset-search.ts';
import { plainImage } from '../../support/fits.ts';
import { realCases, realData, type Served, served } from './support.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'vignet-previews-'));
const open: Served[] = [];

async function archiveOf(...paths: string[]): Promise<Served> {
  const one = await served(paths, { VIGNET_MEMORY_MB: 256 });
  open.push(one);
  return one;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

afterAll(() => rmSync(folder, { recursive: true }));

async function preview(one: Served, row: ListedDataset): Promise<Buffer> {
  const reply = await fetch(`${one.url(row)}/preview`);
  const bytes = Buffer.from(await reply.arrayBuffer());
  expect([reply.status, reply.headers.get('content-type')], bytes.toString('latin1', 0, 300)).toEqual([
    200,
    'image/png',
  ]);
  return bytes;
}

/** Compares a picture with the image of a file; an empty list is good. */
async function compared(png: Buffer, { absolutePath, hdu }: ListedDataset): Promise<string[]> {
  const path = join(folder, 'preview.png');
  writeFileSync(path, png);
  const script = `import json, sys, warnings
import numpy as np
from astropy.io import fits
from PIL import Image
warnings.simplefilter('ignore')
picture = np.asarray(Image.open(sys.argv[1]).convert('RGBA'))[::-1]
with fits.open(sys.argv[2]) as hdus:
    hdu = hdus[int(sys.argv[3])]
    pixels = hdu.data.reshape(hdu.data.shape[-2:]).astype(float)
    compressed = isinstance(hdu, fits.CompImageHDU)
height, width = pixels.shape
factor = max(1, -(-max(width, height) // 1024))
rows, columns = -(-height // factor), -(-width // factor)
whole = np.full((rows * factor, columns * factor), np.nan)
whole[:height, :width] = np.where(np.isfinite(pixels), pixels, np.nan)
mean = np.nanmean(whole.reshape(rows, factor, columns, factor).transpose(0, 2, 1, 3).reshape(rows, columns, -1), axis=2)
found = []
if picture.shape[:2] != mean.shape:
    found.append(f'{picture.shape} for {mean.shape}')
else:
    grey, alpha = picture[..., 0].astype(int), picture[..., 3]
    # astropy 5.2 knows no NaN in quantised tiles (cfitsio does, with a null value).
    if not compressed and not np.array_equal(alpha == 255, np.isfinite(mean)):
        found.append('transparent elsewhere')
    at = np.isfinite(mean) & (alpha == 255)
    order = np.argsort(mean[at], kind='stable')
    values, greys = mean[at][order], grey[at][order]
    # Averages are rounded to floats: neighbours within that may change places by one level.
    darker = np.flatnonzero(np.diff(greys) < 0)
    wrong = [i for i in darker if values[i + 1] - values[i] > 2e-6 * max(abs(values[i]), abs(values[i + 1])) or greys[i] - greys[i + 1] > 1]
    if wrong:
        found.append(f'{len(wrong)} darker than what is fainter')
    if at.sum() > 1000 and len(np.unique(greys)) < 20:
        found.append(f'{len(np.unique(greys))} levels of grey')
print(json.dumps(found))`;
  const { stdout } = await run('/usr/bin/python3', ['-c', script, path, absolutePath, String(hdu)]);
  return JSON.parse(stdout);
}

it('is the picture of the whole image, byte for byte', async () => {
  const one = await archiveOf(join(inject('sample'), '../files'));
  const types = new Map(one.rows.map((row) => [row.dataset_type, row]));
  expect(types.size).toBeGreaterThan(2);
  for (const row of types.values()) {
    const query = new URLSearchParams({ ID: row.id, RESPONSEFORMAT: 'png' });
    const cutout = await fetch(`${one.service.url}/api/cutout/sync?${query}`);
    expect((await preview(one, row)).equals(Buffer.from(await cutout.arrayBuffer())), row.dataset_type).toBe(
      true,
    );
    expect(await compared(await preview(one, row), row), row.path).toEqual([]);
  }
});

it.each([
  ['tall', 700, 2500],
  ['wide', 5000, 300],
  ['narrow', 1, 3000],
  ['odd', 1025, 1025],
])('%s images are averaged down to 1024 pixels', async (name, width, height) => {
  const path = join(folder, `${name}.fits`);
  writeFileSync(path, plainImage(width, height));
  const one = await archiveOf(path);
  const row = one.row(`${name}.fits`);
  expect(await compared(await preview(one, row), row)).toEqual([]);
});

describe.skipIf(!existsSync(realData))('real files', () => {
  it.each(['codecs', 'decam-rice', 'butler-dp2', 'bok-mosaic-epochs'])('%s', async (part) => {
    const one = await archiveOf(join(realData, part));
    for (const row of one.rows.slice(0, 12)) {
      const query = new URLSearchParams({ ID: row.id, RESPONSEFORMAT: 'png' });
      const cutout = await fetch(`${one.service.url}/api/cutout/sync?${query}`);
      const picture = await preview(one, row);
      expect(picture.equals(Buffer.from(await cutout.arrayBuffer())), row.path).toBe(true);
      expect(await compared(picture, row), row.path).toEqual([]);
    }
  }, 300_000);

  it('integers with BZERO and BLANK: unsigned masks and scaled images', async () => {
    const one = await archiveOf(realCases);
    for (const row of one.rows.filter(({ path }) => /unsigned|bscale|blank/.test(path)))
      await preview(one, row);
  });
});

it('is remembered by clients: ETag, 304, HEAD', async () => {
  const path = join(folder, 'small.fits');
  writeFileSync(path, plainImage());
  const one = await archiveOf(path);
  const url = `${one.url(one.row('small.fits'))}/preview`;
  const { headers } = await fetch(url);
  expect(headers.get('content-disposition')).toBe('inline; filename="small.preview-1024.png"');
  const again = await fetch(url, { headers: { 'if-none-match': headers.get('etag') ?? '' } });
  expect(again.status).toBe(304);
  const head = await fetch(url, { method: 'HEAD' });
  expect(head.headers.get('content-length')).toBe(headers.get('content-length'));
});
