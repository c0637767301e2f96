// Integers beyond the image: BLANK where the file has one that its pixels can hold, else the cutout is refused. Oracle: FITS 4.0, 4.4.2.5:
// a pixel is null where its stored integer is BLANK; astropy reads it.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { ingest } from '../../src/ingest/index.ts';
import { Vignet } from '../../src/products/vignet.ts';
import { parseSodaSync } from '../../src/vo/soda/request.ts';
import { folder } from '../support/archive.ts';
import { data, header, imageCards } from '../support/fits.ts';

const stored =
  "import sys; from astropy.io import fits; h = fits.open(sys.argv[1], do_not_scale_image_data=True); d = next(x for x in h if x.data is not None); print(d.header['BLANK'], int(d.data[0, 0]), d.data.shape[0])";

async function padded(bitpix: number, blank: number | undefined) {
  const files = folder();
  const change = { BITPIX: bitpix, ...(blank === undefined ? {} : { BLANK: blank }) };
  const pixels = data(Buffer.alloc((40 * 30 * bitpix) / 8, 1));
  writeFileSync(join(files, 'integers.fits'), Buffer.concat([header(imageCards(40, 30, change)), pixels]));
  const archive = folder();
  await ingest(archive, [files], { collection: 'integers', repo: 'integers' });
  const vignet = await Vignet.open(archive, { engine: { threads: 1 } });
  try {
    const [row] = (await vignet.archive.as(ANONYMOUS).list().next()).value ?? [];
    const asked = parseSodaSync([
      ['ID', row?.id ?? ''],
      ['BOX', '-3 -4 5 5'],
      ['EDGE', 'pad'],
    ]);
    const cutout = await vignet.cutout(asked.id, asked, { principal: ANONYMOUS });
    const path = join(files, 'cutout.fits');
    writeFileSync(path, (await cutout?.bytes()) ?? '');
    return execFileSync('/usr/bin/python3', ['-W', 'ignore', '-c', stored, path], {
      encoding: 'utf8',
    }).trim();
  } finally {
    await vignet.close();
  }
}

it.each([
  [8, 255],
  [16, -32768],
  [32, -2147483648],
])('of BITPIX %d hold BLANK = %d', async (bitpix, blank) => {
  expect(await padded(bitpix, blank)).toBe(`${blank} ${blank} 9`);
});

it.each([
  [8, undefined],
  [8, -1],
  [8, 256],
  [16, 40000],
  [16, -32769],
  [32, 2 ** 40],
])('of BITPIX %d with BLANK %s are refused', async (bitpix, blank) => {
  await expect(padded(bitpix, blank)).rejects.toThrow(/have no value \(BLANK\)/);
});
