// Datasets of a Butler that are members of a zip file, stored as they are: read in place, with the pixels, headers and bytes that Python's
// zipfile and astropy read of them; what cannot be read so is refused for its dataset only.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ANONYMOUS } from '../../../src/access/principal.ts';
import { checkArchive } from '../../../src/archive/check.ts';
import type { ListedDataset } from '../../../src/archive/dataset-search.ts';
import { parseId } from '../../../src/base/dataset-id.ts';
import { canonicalUuid } from '../../../src/base/uuid.ts';
import { type IngestOptions, ingestButler } from '../../../src/ingest/index.ts';
import { Vignet } from '../../../src/products/vignet.ts';
import { stackRequest } from '../../../src/vo/stack/request.ts';
import { folder } from '../../support/archive.ts';
import { newButler, uuidOf } from '../../support/butler.ts';

const labels: IngestOptions = { collection: 'Test', repo: 'test' };
const caller = { principal: ANONYMOUS };
const idOf = (n: number) => `ivo://vignet.example/test?repo=test&id=${canonicalUuid(uuidOf(n))}`;

/** Images by astropy in a zip file, plain and tile-compressed, beside members that cannot be read. */
const WRITER = `
import gzip, io, json, sys, zipfile
import numpy as np
from astropy.io import fits
rng = np.random.default_rng(7)
def image(n, compressed=False):
    data = rng.normal(size=(30, 40)).astype('f4')
    hdu = (fits.CompImageHDU if compressed else fits.ImageHDU)(data, name='IMAGE')
    header = {'CTYPE1': 'RA---TAN', 'CTYPE2': 'DEC--TAN', 'CRPIX1': 20.5, 'CRPIX2': 15.5, 'CRVAL1': 10.0, 'CRVAL2': 0.5,
              'CD1_1': -0.2 / 3600, 'CD1_2': 0.0, 'CD2_1': 0.0, 'CD2_2': 0.2 / 3600, 'BUNIT': 'nJy', 'SERIAL': n}
    for name, value in header.items(): hdu.header[name] = value
    out = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(out)
    return out.getvalue()
members = {f'{n}-image.fits': image(n, n == 2) for n in (1, 2, 3)}
sizes = {name: len(data) for name, data in members.items()}
with zipfile.ZipFile(sys.argv[1], 'w') as file:
    file.writestr('_butler_zip_index.json', '{}', compress_type=zipfile.ZIP_DEFLATED)
    for name, data in members.items(): file.writestr(name, data)
    file.writestr('deflated.fits', image(4), compress_type=zipfile.ZIP_DEFLATED)
    file.writestr('zipped.fits.gz', gzip.compress(image(5)))
print(json.dumps(sizes))
`;

const READER = `
import hashlib, io, json, sys, zipfile
import numpy as np
from astropy.io import fits
zip, member, cut, x0, y0, x1, y1 = sys.argv[1:4] + [int(n) for n in sys.argv[4:]]
data = zipfile.ZipFile(zip).read(member)
whole = fits.open(io.BytesIO(data))['IMAGE'].data
piece = fits.getdata(cut, 1)
same = bool(np.array_equal(piece, whole[y0:y1, x0:x1])) and piece.size > 10
print(json.dumps([same, hashlib.sha256(data).hexdigest()]))
`;

function python(...args: string[]): unknown {
  const { stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', ...args], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

async function zipped() {
  const repository = folder();
  const butler = await newButler(repository);
  await butler.collection('run', 'run');
  await butler.type('calexp', 'ExposureF', 'instrument:text detector:int visit:int');
  const zip = join(repository, 'files.zip');
  const sizes = python(WRITER, zip) as Record<string, number>;
  const names = [...Object.keys(sizes), 'deflated.fits', 'zipped.fits.gz', 'none.fits', '../../etc/passwd'];
  for (const [n, name] of names.entries()) {
    const file = { path: `files.zip#zip-path=${name}`, ...(sizes[name] && { file_size: sizes[name] }) };
    const dataId = { instrument: 'Cam', detector: n, visit: 1 };
    await butler.dataset('calexp', 'run', uuidOf(n), dataId, [file]);
  }
  // Another size than the datastore records.
  await butler.dataset('calexp', 'run', uuidOf(9), { instrument: 'Cam', detector: 9, visit: 1 }, [
    { path: 'files.zip#zip-path=1-image.fits', file_size: 5 },
  ]);
  await butler.registry.close();
  return { repository, zip, names };
}

async function rowsOf(vignet: Vignet): Promise<ListedDataset[]> {
  const rows: ListedDataset[] = [];
  for await (const batch of vignet.archive.as(ANONYMOUS).list()) rows.push(...batch);
  return rows.sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
}

it.each([
  'now',
  'later',
] as const)('members of a zip file that are read %s are those of zipfile', async (layouts) => {
  const { repository, zip, names } = await zipped();
  const archive = folder();
  const report = await ingestButler(archive, { repository }, { ...labels, layouts });
  if (layouts === 'now') {
    expect(report).toMatchObject({ ingested: 3, failed: 5 });
    expect(report.failures.map(({ path, code, reason }) => [path, code, reason]).sort()).toEqual([
      [`${zip}#zip-path=../../etc/passwd`, 'BAD_ZIP', expect.stringContaining('has no member')],
      [`${zip}#zip-path=1-image.fits`, 'FILE_CHANGED', expect.stringContaining('a member of 5 bytes')],
      [`${zip}#zip-path=deflated.fits`, 'BAD_ZIP', expect.stringContaining('store it without compression')],
      [`${zip}#zip-path=none.fits`, 'BAD_ZIP', expect.stringContaining('has no member')],
      [`${zip}#zip-path=zipped.fits.gz`, 'BAD_ZIP', expect.stringContaining('gzipped')],
    ]);
  } else {
    expect(report).toMatchObject({ ingested: 8, failed: 0 });
  }
  const vignet = await Vignet.open(archive, { engine: { threads: 1 } });
  try {
    const rows = await rowsOf(vignet);
    expect(rows[0]).toMatchObject({ path: 'files.zip#zip-path=1-image.fits', obs_id: '1' });
    const box = { x0: 3, y0: 4, x1: 33, y1: 29 };
    for (const n of [0, 1, 2]) {
      const cutout = await vignet.cutout(idOf(n), { box }, caller);
      const piece = join(folder(), 'piece.fits');
      writeFileSync(piece, (await cutout?.bytes()) ?? '');
      const [same, sum] = python(READER, zip, names[n] ?? '', piece, '3', '4', '33', '29') as [
        boolean,
        string,
      ];
      expect([n, same]).toEqual([n, true]);
      const file = await vignet.datasets.file(idOf(n), {}, caller);
      const bytes = await file.bytes();
      expect([file.filename, createHash('sha256').update(bytes).digest('hex')]).toEqual([names[n], sum]);
      expect(await file.digest?.()).toBe(Buffer.from(sum, 'hex').toString('base64'));
      file.close();
      const header = await vignet.datasets.header(idOf(n), 'text', caller);
      expect(Buffer.from(await header.bytes()).toString()).toContain(`SERIAL  =                    ${n + 1}`);
    }
    const target = { kind: 'fixed', ra: 10, dec: 0.5 } as const;
    if (layouts === 'now') {
      const stack = await vignet.stack(
        stackRequest({ target, size: 11, ids: [0, 1, 2].map((n) => parseId(idOf(n))) }),
        caller,
      );
      expect((await stack.bytes()).length).toBeGreaterThan(3 * 11 * 11 * 4);
      for await (const fault of checkArchive(archive, { files: true })) expect(fault).toBeUndefined();
    } else {
      const code = (n: number) =>
        vignet.cutout(idOf(n), {}, caller).then(
          () => 'read',
          (error: { code: string }) => error.code,
        );
      expect(await Promise.all([3, 4, 5, 9].map(code))).toEqual([
        'BAD_ZIP',
        'BAD_ZIP',
        'BAD_ZIP',
        'FILE_CHANGED',
      ]);
    }
    // The zip file is the state of all its members.
    const made = await vignet.cutout(idOf(0), { box }, caller);
    utimesSync(zip, 1, 1);
    await expect(made?.bytes()).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  } finally {
    await vignet.close();
  }
  expect(existsSync(join(archive, 'scratch'))).toBe(false);
});
