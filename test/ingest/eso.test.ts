// What ESO's HDUCLAS cards say of planes; a start without an exposure time has no middle. Oracle: ESO's Data Interface Control Document.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ANONYMOUS, ingest, openArchive } from '../../src/index.ts';
import { whenTaken } from '../../src/ingest/describe/exposure-time.ts';
import { data, floats, header, imageCards } from '../support/fits.ts';

const folder = mkdtempSync(join(tmpdir(), 'vignet-eso-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file with an empty primary and images of 20 × 16 with these EXTNAMEs and HDUCLAS2, HDUCLAS3. */
function fileOf(...images: readonly (readonly [name: string, kind: string, form?: string])[]): Buffer {
  const primary = header([
    ['SIMPLE', true],
    ['BITPIX', 8],
    ['NAXIS', 0],
    ['EXTEND', true],
    ['MJD-OBS', 57000.1],
  ]);
  const all = images.map(([name, kind, form]) =>
    Buffer.concat([
      header([
        ['XTENSION', 'IMAGE'],
        ...imageCards(20, 16, {}, ['SIMPLE']),
        ['PCOUNT', 0],
        ['GCOUNT', 1],
        ['EXTNAME', name],
        ['HDUCLASS', 'ESO'],
        ['HDUCLAS2', kind],
        ...(form === undefined ? [] : [['HDUCLAS3', form] as const]),
      ]),
      data(floats(20 * 16)),
    ]),
  );
  return Buffer.concat([primary, ...all]);
}

async function planesOf(name: string, file: Buffer): Promise<string[]> {
  const [dir, path] = [join(folder, name), join(folder, `${name}.fits`)];
  writeFileSync(path, file);
  await ingest(dir, [path], { collection: 'eso', repo: 'eso' });
  const archive = await openArchive(dir);
  const planes: string[] = [];
  for await (const batch of archive.as(ANONYMOUS).list())
    planes.push(...batch.map((row) => row.planes ?? ''));
  await archive.close();
  return planes;
}

it.each([
  [
    'variance',
    [
      ['DATA', 'DATA'],
      ['STAT', 'ERROR', 'MSE'],
    ],
    ['image,variance'],
  ],
  [
    'sigma',
    [
      ['DATA', 'DATA'],
      ['STAT', 'ERROR', 'RMSE'],
    ],
    ['image,sigma'],
  ],
  [
    'weight',
    [
      ['FLUX', 'DATA'],
      ['IVAR', 'ERROR', 'INVMSE'],
    ],
    ['image,weight'],
  ],
  [
    'unknown errors',
    [
      ['DATA', 'DATA'],
      ['STAT', 'ERROR', 'SOMETHING'],
    ],
    ['image'],
  ],
  [
    'errors alone of two',
    [
      ['CHIP1', 'DATA'],
      ['CHIP2', 'DATA'],
      ['CHIP2.ERR', 'ERROR', 'MSE'],
    ],
    ['image', 'image,variance'],
  ],
] as const)('%s', async (name, images, planes) => {
  expect((await planesOf(name.replaceAll(' ', '-'), fileOf(...images))).sort()).toEqual(planes);
});

it('the middle of an exposure is only known with its length', () => {
  expect(whenTaken({ 'MJD-OBS': 57000.1 })).toMatchObject({ tMin: 57000.1, tMax: 57000.1, hasMiddle: false });
  expect(whenTaken({ 'MJD-OBS': 57000.1, EXPTIME: 0 })).toMatchObject({ hasMiddle: true, notes: [] });
  expect(whenTaken({ 'MJD-AVG': 57000.1 })).toMatchObject({ hasMiddle: true, notes: [] });
  expect(whenTaken({ 'MJD-BEG': 57000.1, 'MJD-END': 57000.2 })).toMatchObject({ hasMiddle: true, notes: [] });
  expect(whenTaken({})).toMatchObject({ tMin: null, hasMiddle: false });
});
