// A weight is a variance in stacks and mosaics only where the survey description says that it is an inverse variance. Oracle: numpy,
// 1/w in float32, bit for bit; NaN where w is not above 0.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS as principal } from '../../src/access/principal.ts';
import { ingest } from '../../src/ingest/index.ts';
import { Vignet } from '../../src/products/vignet.ts';
import { parseMosaic } from '../../src/vo/mosaic/request.ts';
import { parseStack } from '../../src/vo/stack/request.ts';

const folder = mkdtempSync(join(tmpdir(), 'vignet-weights-'));
const open: Vignet[] = [];
afterAll(async () => {
  await Promise.all(open.map((vignet) => vignet.close()));
  rmSync(folder, { recursive: true });
});

const make = `
import sys, numpy as np
from astropy.io import fits
h = fits.Header()
for k, v in dict(CTYPE1='RA---TAN', CTYPE2='DEC--TAN', CRPIX1=20.5, CRPIX2=15.5, CRVAL1=53., CRVAL2=-27., CD1_1=-0.2/3600, CD1_2=0., CD2_1=0., CD2_2=0.2/3600, RADESYS='ICRS', BUNIT='adu').items(): h[k] = v
i = np.arange(1200, dtype='f4').reshape(30, 40)
w = (0.01 + i / 7).astype('f4')
w[::5, ::3], w[3, 4], w[4, 5] = 0, -2, np.nan
fits.PrimaryHDU(i, h).writeto(sys.argv[1] + '/one.fits')
fits.PrimaryHDU(w, h).writeto(sys.argv[1] + '/one.wht.fits')
`;
/** How many variances differ from those of the weights, and how many are numbers. */
const check = `
import sys, json, numpy as np
from astropy.io import fits
w = fits.getdata(sys.argv[1])
hdus = fits.open(sys.argv[2])
if 'STACK' in hdus:
    row = hdus['STACK'].data[0]
    found, x0, y0 = row['VARIANCE'], int(row['X0']), int(row['Y0'])
else:
    found, x0, y0 = hdus['VARIANCE'].data, 0, 0
ny, nx = found.shape
w = w[y0:y0 + ny, x0:x0 + nx]
with np.errstate(all='ignore'):
    want = np.where(w > 0, (1 / w).astype('f4'), np.float32(np.nan))
same = (found == want) | (np.isnan(found) & np.isnan(want))
print(json.dumps([int((~same).sum()), int(np.isfinite(found).sum())]))
`;
const python = (script: string, ...args: string[]) =>
  execFileSync('/usr/bin/python3', ['-c', script, ...args], { encoding: 'utf8' });

const files = { is: 'weight', name: '(?<stem>.+)\\.wht\\.fits' } as const;
const described = { name: 'mine', title: 'Mine', source: 'none', files: [files] };

async function archiveOf(survey?: NonNullable<Parameters<typeof ingest>[2]['survey']>): Promise<Vignet> {
  const archive = join(folder, `archive-${open.length}`);
  const labels = { collection: 'w', repo: 'w', ...(survey && { survey }) };
  await ingest(archive, [join(folder, 'files')], labels);
  const vignet = await Vignet.open(archive, { engine: { threads: 1 } });
  open.push(vignet);
  return vignet;
}

const saved = (bytes: Uint8Array) => {
  const path = join(folder, 'answer.fits');
  writeFileSync(path, bytes);
  return path;
};
const compared = (bytes: Uint8Array) =>
  JSON.parse(python(check, join(folder, 'files/one.wht.fits'), saved(bytes))) as [number, number];

async function stackOf(vignet: Vignet) {
  const asked = { RA: '53', DEC: '-27', SIZE: '9', CUTOUTDETAIL: 'MaskedImage', DPSUBTYPE: 'image' };
  return (await vignet.stack(parseStack(Object.entries(asked)), { principal })).bytes();
}

async function mosaicOf(vignet: Vignet, COMBINE: string) {
  const [{ id } = { id: '' }] = await vignet.archive.as(principal).find({ point: [53, -27] });
  const asked = { ID: id, ALIGN: id, COMBINE, CUTOUTDETAIL: 'MaskedImage', UNIT: 'native' };
  return vignet.mosaic(parseMosaic(Object.entries(asked)), { principal });
}

let known: Vignet;
let unknown: Vignet;
beforeAll(async () => {
  mkdirSync(join(folder, 'files'));
  python(make, join(folder, 'files'));
  known = await archiveOf({ ...described, weights: 'inverse-variance' });
  unknown = await archiveOf(described);
});

describe('an inverse variance', () => {
  it('is the variance of a stack', async () => {
    const [differ, numbers] = compared(await stackOf(known));
    expect([differ, numbers > 50 && numbers < 81]).toEqual([0, true]);
  });

  it.each(['mean', 'weighted'])('is the variance of a mosaic by COMBINE=%s', async (combine) => {
    const mosaic = await mosaicOf(known, combine);
    const [differ, numbers] = compared((await mosaic?.bytes()) ?? new Uint8Array());
    expect([differ, numbers > 1000 && numbers < 1200]).toEqual([0, true]);
  });
});

describe('a weight of which no more is known', () => {
  it('is no variance', async () => {
    expect(compared(await stackOf(unknown))[1]).toBe(0);
    expect((await mosaicOf(unknown, 'mean'))?.missingPlanes).toEqual(['MASK', 'VARIANCE']);
    await expect(mosaicOf(unknown, 'weighted')).rejects.toMatchObject({ code: 'NO_VARIANCE' });
  });

  it('is delivered by a cutout as it is, as an inverse variance is', async () => {
    for (const vignet of [known, unknown]) {
      const [{ id } = { id: '' }] = await vignet.archive.as(principal).find({ point: [53, -27] });
      const cutout = await vignet.cutout(id, { detail: 'MaskedImage' }, { principal });
      const script =
        'import sys, numpy as np; from astropy.io import fits; print(np.array_equal(fits.getdata(sys.argv[1]), fits.getdata(sys.argv[2], "WEIGHT"), equal_nan=True), end="")';
      expect(
        python(
          script,
          join(folder, 'files/one.wht.fits'),
          saved((await cutout?.bytes()) ?? new Uint8Array()),
        ),
      ).toBe('True');
    }
  });
});
