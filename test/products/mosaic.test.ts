// Mosaics of simulated patches, against rules written a second time, cfitsio, astropy and the sky's own noise.

import { readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import type { Vignet } from '../../src/products/vignet.ts';
import { Oracle } from '../accuracy/oracle.ts';
import { verify } from '../accuracy/verify.ts';
import { archiveOf, asked, saved } from './mosaic-support.ts';

let vignet: Vignet;
let sky = '';
const oracle = new Oracle('mosaic_oracle.py');
const seams = new Oracle('combine_oracle.py');
/** Where the two tracts meet. */
let middle: [number, number] = [0, 0];
let around: Readonly<Record<string, string>> = {};
const circle = (radius: number) => `${middle.join(' ')} ${radius}`;

beforeAll(async () => {
  ({ vignet, sky } = await archiveOf());
  const { center } = JSON.parse(readFileSync(join(sky, 'truth/settings.json'), 'utf8'));
  middle = [center.ra, center.dec];
  around = { CIRCLE: circle(0.015), CUTOUTDETAIL: 'MaskedImage', INDEX: 'true' };
}, 120_000);

afterAll(() => Promise.all([oracle.close(), seams.close()]));

async function mosaicOf(parameters: Readonly<Record<string, string>>, of = vignet) {
  const mosaic = await of.mosaic(asked(parameters), { principal: ANONYMOUS });
  if (!mosaic) throw new Error('nothing there');
  return mosaic;
}

const bytesOf = async (parameters: Readonly<Record<string, string>>, of = vignet) =>
  Buffer.from(await (await mosaicOf(parameters, of)).bytes());

interface Owned {
  readonly owners: number;
  readonly inputs: number;
  readonly copied: number;
  readonly differ: number;
  readonly notEmpty: number;
}

describe('a mosaic', () => {
  it('has the right owner everywhere, and its pixels bit for bit, across patches and tracts', async () => {
    const mosaic = saved(await bytesOf(around));
    const found = await oracle.ask<Owned>('owned', { mosaic, sky });
    expect(found).toMatchObject({ owners: 0, differ: 0, notEmpty: 0 });
    expect(found.inputs).toBeGreaterThan(6);
    expect(found.copied).toBeGreaterThan(20_000);
    expect((await verify([mosaic])).get(mosaic)).toEqual([]);
  });

  it('goes into a file in any order with the same bytes, whether copied, resampled or combined', async () => {
    const path = join(sky, 'saved.fits');
    for (const more of [
      {},
      { ROTATION: '30', PIXSCALE: '0.3' },
      { ROTATION: '5', COMBINE: 'mean', INDEX: 'false' },
    ]) {
      const file = await open(path, 'w');
      let told = 0;
      await (await mosaicOf({ ...around, ...more })).save?.(file, (bytes) => {
        told += bytes;
      });
      await file.close();
      const streamed = await bytesOf({ ...around, ...more });
      expect(readFileSync(path).equals(streamed)).toBe(true);
      expect(told).toBeGreaterThan(0.5 * streamed.length);
    }
    rmSync(path);
  });

  it('is the sky within its noise, along seams too', async () => {
    const mosaic = saved(await bytesOf(around));
    const found = await oracle.ask<Record<string, [number, number, number]>>('noise', { mosaic });
    for (const [where, [pixels, middle, spread]] of Object.entries(found)) {
      expect(pixels, where).toBeGreaterThan(300);
      expect(Math.abs(middle), where).toBeLessThan(0.25);
      // Noise of neighbours that were resampled is shared between them.
      expect(spread, where).toBeGreaterThan(0.6);
      expect(spread, where).toBeLessThan(1.3);
    }
  });

  it('has no step of the sky where the owner changes, within a tract and between two', async () => {
    const mosaic = saved(await bytesOf({ ...around, CIRCLE: circle(0.02) }));
    const { steps, between } = await seams.ask<{ steps: [number, number][]; between: number }>('seams', {
      mosaic,
    });
    expect(steps.length).toBeGreaterThan(4);
    expect(between).toBeGreaterThan(0);
    for (const [step, sigma] of steps) expect(Math.abs(step)).toBeLessThan(4 * sigma);
  });

  it('keeps stars where and as bright as they are in the patch that owns them', async () => {
    const mosaic = saved(await bytesOf(around));
    const found = await oracle.ask<Record<string, [number, number, number]>>('stars', {
      mosaic,
      sky,
      flux: 3000,
    });
    const [copied = 0, fluxCopied = 1, movedCopied = 1] = found.copy ?? [];
    expect(copied).toBeGreaterThan(0);
    expect(fluxCopied).toBeLessThan(1e-9);
    expect(movedCopied).toBeLessThan(1e-6);
    const [resampled = 0, flux = 1, moved = 1] = found.resample ?? [];
    expect(resampled).toBeGreaterThan(0);
    expect(flux).toBeLessThan(0.02);
    expect(moved).toBeLessThan(0.1);
  });

  it.each([
    { ROTATION: '30', PIXSCALE: '0.2' },
    { PROJECTION: 'SIN', RESAMPLE: 'lanczos4' },
    // Numbers as programs print them; FITS wants a capital E.
    {
      WCS: "CTYPE1  = 'RA---STG'\nCTYPE2  = 'DEC--STG'\nCRVAL1  = 150\nCRVAL2  = 2\nCDELT1  = -5.5e-05\nCDELT2  = 5.5d-05",
    },
  ] as Readonly<Record<string, string>>[])('resampled onto %o keeps stars too', async (grid) => {
    const mosaic = saved(await bytesOf({ ...around, ...grid }));
    expect((await verify([mosaic])).get(mosaic)).toEqual([]);
    const found = await oracle.ask<Record<string, [number, number, number]>>('stars', {
      mosaic,
      sky,
      flux: 3000,
    });
    const [stars = 0, , moved = 1] = found.resample ?? [];
    expect(stars).toBeGreaterThan(2);
    expect(moved).toBeLessThan(0.1);
    const { owners, inputs } = await oracle.ask<Owned>('owned', { mosaic, sky });
    expect([owners, inputs > 6]).toEqual([0, true]);
  });

  it('is the same bits in any windows and with any threads', async () => {
    const whole = await bytesOf(around);
    const mosaic = await mosaicOf(around);
    for (const [from, to] of [
      [0, 1],
      [5001, 250_003],
      [whole.length - 4000, whole.length],
      [777, whole.length],
    ] as const) {
      const parts: Buffer[] = [];
      for await (const chunk of mosaic.body({ from, to })) parts.push(Buffer.from(chunk));
      expect(Buffer.concat(parts).equals(whole.subarray(from, to)), `${from} to ${to}`).toBe(true);
    }
    const { vignet: other } = await archiveOf({ engine: { threads: 1 } });
    const again = await mosaicOf(around, other);
    const tail: Buffer[] = [];
    // The end alone: it knows the sums of pixels that nobody has asked for.
    for await (const chunk of again.body({ from: whole.length - 3000, to: whole.length }))
      tail.push(Buffer.from(chunk));
    expect(Buffer.concat(tail).equals(whole.subarray(-3000))).toBe(true);
    expect((await bytesOf(around, other)).equals(whole)).toBe(true);
    expect(again.etag).toBe(mosaic.etag);
  });

  it('joins datasets by ID, and is told before it is made', async () => {
    const rows = [];
    for await (const piece of vignet.archive.as(ANONYMOUS).list()) rows.push(...piece);
    const tract = rows[0]?.lsst_tract;
    const ids = rows.filter((row) => row.lsst_tract === tract).map((row) => ['ID', row.id] as const);
    const { parseMosaic } = await import('../../src/vo/mosaic/request.ts');
    const mosaic = await vignet.mosaic(parseMosaic(ids), { principal: ANONYMOUS });
    expect(mosaic?.summary).toMatchObject({ planes: ['image'], allowed: true });
    expect(mosaic?.summary.datasets.map(({ method }) => method)).toEqual(ids.map(() => 'copy'));
    expect((await mosaic?.bytes())?.length).toBe(mosaic?.summary.bytes);
  });

  it('is nothing where nothing is', async () => {
    expect(await vignet.mosaic(asked({ CIRCLE: '10 -60 0.1' }), { principal: ANONYMOUS })).toBeUndefined();
    expect(
      await vignet.mosaic(asked({ CIRCLE: circle(0.01), BAND: 'y' }), { principal: ANONYMOUS }),
    ).toBeUndefined();
  });

  it('is a picture, or compressed', async () => {
    const png = await bytesOf({ CIRCLE: circle(0.01), RESPONSEFORMAT: 'png' });
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    const compressed = saved(await bytesOf({ CIRCLE: circle(0.01), COMPRESS: 'gzip' }), 'mosaic.fits.fz');
    expect((await verify([compressed])).get(compressed)).toEqual([]);
  });

  it('over the limits is refused before work, and its plan says so', async () => {
    const { vignet: small } = await archiveOf({ limits: { maxMosaicBytes: 100_000 } });
    await expect(small.mosaic(asked(around), { principal: ANONYMOUS })).rejects.toThrow(/maxMosaicBytes/);
    const plan = await small.mosaic(asked({ ...around, PLAN: 'true' }), { principal: ANONYMOUS });
    expect(plan?.summary).toMatchObject({ allowed: false, limits: { maxMosaicBytes: 100_000 } });
  });

  it('of more work than is allowed is refused before any of it, though its answer is small', async () => {
    const { vignet: small } = await archiveOf({ limits: { maxWorkSeconds: 0.001 } });
    const calls: string[] = [];
    small.engine.observe(({ kind }) => calls.push(kind));
    const turned = { ...around, ROTATION: '20', RESAMPLE: 'exact' };
    await expect(small.mosaic(asked(turned), { principal: ANONYMOUS })).rejects.toMatchObject({
      code: 'TOO_LARGE',
      message: expect.stringMatching(/limit maxWorkSeconds is 0.001/),
    });
    // Searched and planned, but no pixel read.
    expect(calls).not.toContain('mosaic');
    const plan = await small.mosaic(asked({ ...turned, PLAN: 'true' }), { principal: ANONYMOUS });
    expect(plan?.summary).toMatchObject({ allowed: false, limits: { maxWorkSeconds: 0.001 } });
  });
});

describe('a collection dataset', () => {
  it('gives a stamp from the patch that owns its middle, and a mosaic beyond', async () => {
    const [collection] = await vignet.archive.as(ANONYMOUS).collections();
    const id = collection?.id ?? '';
    const rows = [];
    for await (const piece of vignet.archive.as(ANONYMOUS).list()) rows.push(...piece);
    const row = rows[0];
    const stamp = { shape: 'circle', values: [row?.s_ra ?? 0, row?.s_dec ?? 0, 0.001] } as const;
    const cut = await vignet.cutout(id, { stencil: stamp, detail: 'MaskedImage' }, { principal: ANONYMOUS });
    const direct = await vignet.cutout(
      row?.id ?? '',
      { stencil: stamp, detail: 'MaskedImage' },
      { principal: ANONYMOUS },
    );
    expect(cut?.etag).toBe(direct?.etag);
    expect(Buffer.from((await cut?.bytes()) ?? []).equals(Buffer.from((await direct?.bytes()) ?? []))).toBe(
      true,
    );

    const wide = { shape: 'circle', values: [...middle, 0.01] } as const;
    const joined = saved(
      Buffer.from(
        (await (await vignet.cutout(id, { stencil: wide }, { principal: ANONYMOUS }))?.bytes()) ?? [],
      ),
    );
    expect((await verify([joined])).get(joined)).toEqual([]);
    await expect(vignet.cutout(id, {}, { principal: ANONYMOUS })).rejects.toMatchObject({
      code: 'MISSING_PARAM',
    });
    await expect(
      vignet.cutout(id, { stencil: wide, detail: 'Exposure' }, { principal: ANONYMOUS }),
    ).rejects.toMatchObject({
      kind: 'usage',
    });
    await expect(
      vignet.cutout(id.replace(/.$/, '0'), { stencil: wide }, { principal: ANONYMOUS }),
    ).rejects.toMatchObject({
      kind: 'usage',
    });
  });
});

describe('inputs that cannot be read', () => {
  async function statusOf(of: Vignet) {
    const path = saved(await bytesOf(around, of), 'status.fits');
    expect((await verify([path])).get(path)).toEqual([]);
    const { execFileSync } = await import('node:child_process');
    const script =
      'import sys, json; from astropy.io import fits; d = fits.open(sys.argv[1])["STATUS"].data; print(json.dumps([[r["STATE"], r["CODE"]] for r in d]))';
    return JSON.parse(
      execFileSync('/usr/bin/python3', ['-c', script, path], { encoding: 'utf8' }),
    ) as string[][];
  }

  it('are told in STATUS, or end the request', async () => {
    const { vignet: own, sky: files } = await archiveOf();
    const rows = [];
    for await (const piece of own.archive.as(ANONYMOUS).list({ regions: [{ point: middle }] }))
      rows.push(...piece);
    const inside =
      (await own.mosaic(asked(around), { principal: ANONYMOUS }))?.summary.datasets.map(({ id }) => id) ?? [];
    const used = rows.filter(({ id }) => inside.includes(id));
    const [gone] = used;
    rmSync(join(files, gone?.path ?? ''));
    expect((await statusOf(own)).filter(([state]) => state === 'failed')).toEqual([['failed', 'FILE_GONE']]);
    await expect(
      own.mosaic(asked({ ...around, MISSING: 'fail' }), { principal: ANONYMOUS }),
    ).rejects.toMatchObject({
      code: 'MISSING_INPUT',
      message: expect.stringContaining(gone?.id ?? '-'),
    });
    writeFileSync(join(files, gone?.path ?? ''), 'no FITS');
    expect((await statusOf(own)).filter(([state]) => state === 'failed')).toEqual([
      ['failed', 'FILE_CHANGED'],
    ]);
  });

  it('leave the others whole where tiles are broken', async () => {
    const { vignet: own, sky: files } = await archiveOf();
    const [first] = (await mosaicOf(around, own)).summary.datasets;
    const rows = [];
    for await (const piece of own.archive.as(ANONYMOUS).list()) rows.push(...piece);
    const path = join(files, rows.find(({ id }) => id === first?.id)?.path ?? '');
    // Same size, same time: only its tiles tell.
    const { size, mtime, atime } = statSync(path);
    truncateSync(path, Math.floor(size / 3));
    truncateSync(path, size);
    utimesSync(path, atime, mtime);
    const status = await statusOf(own);
    expect(status[0]?.[0]).toBe('failed');
    expect(status.slice(1).every(([state]) => state === 'ok')).toBe(true);
    // What failed is remembered: the end alone says the same.
    const whole = await bytesOf(around, own);
    const tail: Buffer[] = [];
    const again = await mosaicOf(around, own);
    for await (const chunk of again.body({ from: whole.length - 3000, to: whole.length }))
      tail.push(Buffer.from(chunk));
    expect(Buffer.concat(tail).equals(whole.subarray(-3000))).toBe(true);
    await expect(bytesOf({ ...around, MISSING: 'fail' }, own)).rejects.toMatchObject({
      code: 'MISSING_INPUT',
    });
  });

  it('of an unknown ID are a usage error', async () => {
    const ID = 'butler://sim/00000000-0000-4000-8000-000000000000';
    await expect(vignet.mosaic(asked({ ID }), { principal: ANONYMOUS })).rejects.toMatchObject({
      code: 'UNKNOWN_ID',
    });
  });
});
