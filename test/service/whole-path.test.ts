// The whole path: sample archive, engine, product, HTTP.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { type RealService, realService, sync } from './real.ts';

const run = promisify(execFile);
let service: RealService;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vignet-whole-'));
  service = await realService();
});

afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

async function bytes(url: string, init: RequestInit = {}): Promise<Buffer> {
  const reply = await fetch(url, init);
  expect(
    reply.status,
    await reply
      .clone()
      .text()
      .then((text) => text.slice(0, 200)),
  ).toBeLessThan(300);
  return Buffer.from(await reply.arrayBuffer());
}

/** EXTNAMEs as astropy lists them. */
async function names(fits: Buffer): Promise<string> {
  const path = join(folder, 'answer.fits');
  await writeFile(path, fits);
  await run('fitsverify', ['-q', '-e', path]);
  const script =
    'import sys; from astropy.io import fits; print(" ".join(h.name for h in fits.open(sys.argv[1])))';
  return (await run('/usr/bin/python3', ['-c', script, path])).stdout.trim();
}

describe('a cutout of the sample', () => {
  it('holds what CUTOUTDETAIL says', async () => {
    expect(await names(await bytes(sync(service, {})))).toBe('PRIMARY IMAGE');
    expect(await names(await bytes(sync(service, { CUTOUTDETAIL: 'MaskedImage' })))).toBe(
      'PRIMARY IMAGE MASK VARIANCE',
    );
    const exposure = await names(await bytes(sync(service, { CUTOUTDETAIL: 'Exposure' })));
    expect(exposure.startsWith('PRIMARY IMAGE MASK VARIANCE')).toBe(true);
  });

  it.each(['gzip', 'rice'])('is the same image compressed by %s', async (COMPRESS) => {
    const fits = await bytes(sync(service, { COMPRESS, CUTOUTDETAIL: 'MaskedImage' }));
    expect(await names(fits)).toContain('IMAGE');
  });

  it.each([
    ['image/png', '\x89PNG'],
    ['image/jpeg', '\xff\xd8\xff'],
  ])('is a picture: %s', async (type, magic) => {
    const reply = await fetch(sync(service, { RESPONSEFORMAT: type }));
    expect(reply.headers.get('content-type')).toBe(type);
    expect(
      Buffer.from(await reply.arrayBuffer())
        .toString('latin1')
        .startsWith(magic),
    ).toBe(true);
  });

  it('says the same to HEAD, to GET, and in ranges', async () => {
    const url = sync(service, { CUTOUTDETAIL: 'MaskedImage' });
    const [head, whole] = [await fetch(url, { method: 'HEAD' }), await bytes(url)];
    expect(Number(head.headers.get('content-length'))).toBe(whole.length);
    const middle = Math.floor(whole.length / 3);
    const pieces = [
      await bytes(url, { headers: { range: `bytes=0-${middle - 1}` } }),
      await bytes(url, { headers: { range: `bytes=${middle}-` } }),
    ];
    expect(Buffer.concat(pieces).equals(whole)).toBe(true);
    const again = await fetch(url, { headers: { 'if-none-match': head.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  it('is streamed whole without a stencil', async () => {
    const [sample] = service.samples;
    const url = `${service.url}/api/cutout/sync?${new URLSearchParams({ ID: sample?.id ?? '', CUTOUTDETAIL: 'Exposure' })}`;
    expect(await names(await bytes(url))).toContain('IMAGE');
  });

  it('is 204 where nothing is asked of it', async () => {
    const [sample] = service.samples;
    const far = `${((sample?.lon ?? 0) + 180) % 360} ${-(sample?.lat ?? 0)} 0.01`;
    for (const [more, why] of [
      [
        { CIRCLE: far },
        /^the region and the image have no pixel in common; the image is 0\.\d+ x 0\.\d+ degrees around [\d.]+ -?[\d.]+, and the region's centre is (?:179|180)[.\d]* degrees from there$/,
      ],
      [{ BAND: '1 2' }, /^the image's BAND is [\d.e-]+ to [\d.e-]+ m$/],
      [{ BAND: 'nosuch' }, /^the image's BAND is [ugrizy](?:, by its filter [ugrizy]_\d+)?$/],
      [{ TIME: '0 1' }, /^the image's TIME is (?:not known|[\d.]+ to [\d.]+ MJD UTC)/],
      [{ POL: 'V' }, /^the image's polarization states are not known$/],
    ] as const) {
      const reply = await fetch(sync(service, more as Record<string, string>));
      expect([reply.status, await reply.text()], JSON.stringify(more)).toEqual([204, '']);
      expect(reply.headers.get('vignet-reason')).toMatch(why);
    }
  });

  it('names parameters that it ignores, with the nearest real one', async () => {
    const [sample] = service.samples;
    const circle = `${sample?.lon} ${sample?.lat} 0.001`;
    const reply = await fetch(sync(service, { CIRCLE: circle, BNAD: '1 2', FROBNICATE: '1' }));
    expect([reply.status, reply.headers.get('vignet-warning')]).toEqual([
      200,
      'ignored, because no parameter has this name: BNAD (did you mean BAND?), FROBNICATE',
    ]);
    await reply.body?.cancel();
    const clean = await fetch(sync(service, { CIRCLE: circle }), { method: 'HEAD' });
    expect(clean.headers.get('vignet-warning')).toBeNull();
  });

  it('passes a BAND that overlaps', async () => {
    const reply = await fetch(sync(service, { BAND: '300e-9 1100e-9' }));
    expect(reply.status).toBe(200);
    await reply.body?.cancel();
  });

  it('passes a BAND by its name, with the bytes that no BAND gives', async () => {
    const band = service.samples[0]?.band ?? '';
    const [named, plain] = await Promise.all(
      [{ BAND: band }, {}].map(async (more) => bytes(sync(service, more as Record<string, string>))),
    );
    expect(band).toMatch(/^[ugrizy]$/);
    expect(named).toEqual(plain);
  });

  it('of an unknown ID is 404', async () => {
    const reply = await fetch(sync(service, { ID: 'butler://sim/00000000-0000-4000-8000-000000000000' }));
    expect(reply.status).toBe(404);
    expect(await reply.text()).toMatch(/^UsageError: .*has no dataset with ID/);
  });

  it('of a polygon that crosses itself is refused with its name', async () => {
    const reply = await fetch(sync(service, { CIRCLE: '' }).replace('CIRCLE=', 'POLYGON=0+0+1+1+1+0+0+1'));
    expect(reply.status).toBe(400);
    expect(await reply.text()).toMatch(/^UsageError: .*polygon/i);
  });
});

it('a hundred requests at once are all answered alike', async () => {
  const url = sync(service, { CUTOUTDETAIL: 'MaskedImage' });
  const first = await bytes(url);
  const all = await Promise.all(Array.from({ length: 100 }, () => bytes(url)));
  expect(all.every((one) => one.equals(first))).toBe(true);
});

it('a count beside a list does not cut the list short', async () => {
  const { archive } = service.vignet;
  const listed = async () => {
    let rows = 0;
    for await (const piece of archive.as(ANONYMOUS).list()) rows += piece.length;
    return rows;
  };
  const [first, second] = await Promise.all([listed(), listed(), archive.as(ANONYMOUS).census()]);
  expect([first, second]).toEqual([await archive.as(ANONYMOUS).count(), await archive.as(ANONYMOUS).count()]);
});

it('limits are refused before work, and named', async () => {
  const small = await realService({ VIGNET_MAX_ANSWER_MB: 0.01 });
  const reply = await fetch(sync(small, {}));
  expect(reply.status).toBe(400);
  expect(await reply.text()).toMatch(/^UsageError: .*limit/);
  await small.close();
});
