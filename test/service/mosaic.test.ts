// /api/mosaic on a socket: the rules of HTTP, VOSI and DALI, and requests that mean harm.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../../src/ingest/index.ts';
import { loadConfig } from '../../src/service/config.ts';
import { type RunningService, startService } from '../../src/service/server.ts';
import { simulate } from '../../src/simulate/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'vignet-mosaic-http-'));
let service: RunningService;
let place = '';

beforeAll(async () => {
  const out = join(folder, 'sky');
  await simulate({
    ...{ out, scale: 0.05, visits: 0, types: ['deep_coadd'], coaddBands: ['r', 'i'], tracts: 1, patches: 4 },
    ...{ fullSize: 0, density: 1, workers: 0 },
  });
  await ingest(join(folder, 'archive'), [out], { collection: 'sim', repo: 'sim' });
  const config = {
    PORT: 0,
    HOST: '127.0.0.1',
    LOG_LEVEL: 'silent',
    VIGNET_ARCHIVE: join(folder, 'archive'),
    VIGNET_MAX_MOSAIC_MB: 64,
  } as const;
  service = await startService(loadConfig(config, {}));
  const { tracts } = JSON.parse(readFileSync(join(out, 'truth/skymap.json'), 'utf8'));
  const { center } = JSON.parse(readFileSync(join(out, 'truth/settings.json'), 'utf8'));
  place = `${center.ra + 0.1 * (tracts[0].center.ra - center.ra)} ${center.dec}`;
}, 120_000);

afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

const url = (parameters: Readonly<Record<string, string>>) =>
  `${service.url}/api/mosaic/sync?${new URLSearchParams(parameters)}`;
const good = () => ({ CIRCLE: `${place} 0.006`, BAND: 'r', CUTOUTDETAIL: 'MaskedImage' });

describe('a mosaic over HTTP', () => {
  it('says the same to GET, HEAD, POST and in ranges', async () => {
    const [get, head] = [await fetch(url(good())), await fetch(url(good()), { method: 'HEAD' })];
    const whole = Buffer.from(await get.arrayBuffer());
    expect([get.status, head.status]).toEqual([200, 200]);
    for (const name of ['content-length', 'content-type', 'etag', 'content-disposition'])
      expect(head.headers.get(name), name).toBe(get.headers.get(name));
    expect(Number(head.headers.get('content-length'))).toBe(whole.length);
    const post = await fetch(`${service.url}/api/mosaic/sync`, {
      method: 'POST',
      body: new URLSearchParams(good()),
    });
    expect(Buffer.from(await post.arrayBuffer()).equals(whole)).toBe(true);
    const half = Math.floor(whole.length / 2) + 1;
    const parts = await Promise.all(
      [`bytes=0-${half - 1}`, `bytes=${half}-`].map((range) => fetch(url(good()), { headers: { range } })),
    );
    expect(parts.map(({ status }) => status)).toEqual([206, 206]);
    expect(
      Buffer.concat(await Promise.all(parts.map(async (p) => Buffer.from(await p.arrayBuffer())))).equals(
        whole,
      ),
    ).toBe(true);
    const again = await fetch(url(good()), { headers: { 'if-none-match': get.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  it('is 204 where there is nothing', async () => {
    const got = await fetch(url({ CIRCLE: '10 -60 0.1' }));
    expect([got.status, got.headers.get('vignet-reason')]).toEqual([
      204,
      'no coadd overlaps the region; nothing does',
    ]);
  });

  it('tells its plan', async () => {
    const reply = await fetch(url({ ...good(), PLAN: 'true' }));
    expect(reply.headers.get('content-type')).toContain('application/json');
    expect(await reply.json()).toMatchObject({ planes: ['image', 'mask', 'variance'], allowed: true });
  });

  it('has capabilities, availability and examples that work', async () => {
    const text = async (path: string) => (await fetch(`${service.url}/api/mosaic/${path}`)).text();
    expect(await text('capabilities')).toMatch(/standardID="ivo:\/\/[^"]+\/std\/mosaic#sync-1\.0"/);
    expect(await text('capabilities')).not.toContain('SODA');
    expect(await text('availability')).toContain('<vosi:available>true');
    const links = [...(await text('examples')).matchAll(/href="([^"]+)"/g)].map(
      (match) => match[1]?.replaceAll('&amp;', '&') ?? '',
    );
    expect(links.length).toBeGreaterThan(1);
    for (const link of links) {
      const reply = await fetch(link);
      expect(reply.status, link).toBe(200);
      await reply.body?.cancel();
    }
  });

  it.each([
    [{}, 'expected a region (POS, CIRCLE, POLYGON, or RA, DEC and SIZE), VISIT or ID, received none of them'],
    [{ CIRCLE: '1 2' }, 'CIRCLE'],
    [{ CIRCLE: '10 20 -1' }, 'radius'],
    [{ POLYGON: '0 0 1 1 1 0 0 1' }, 'polygon'],
    [{ CIRCEL: '10 20 1' }, 'CIRCLE'],
    [{ ID: 'x' }, 'ID'],
    [{ BAND: '2 1' }, 'BAND'],
    [{ INDEX: 'maybe' }, 'INDEX'],
    [{ MISSING: 'panic' }, 'MISSING'],
    [{ PIXSCALE: '1e-9' }, 'PIXSCALE'],
    [{ PIXSCALE: 'NaN' }, 'PIXSCALE'],
    [{ PROJECTION: 'XXX' }, 'PROJECTION'],
    [{ WCS: "CTYPE1  = 'RA---TAN'", ROTATION: '3' }, 'expected one grid, received several'],
    [{ WCS: 'nonsense' }, 'WCS'],
    [{ WCS: "CTYPE1  = 'RA---TAN'\nCTYPE2  = 'DEC--TAN'\nCD1_1   = 0" }, ''],
    [
      { WCS: "CTYPE1  = 'RA---TAN'\nCTYPE2  = 'DEC--TAN'\nCRVAL1  = 1\nCRVAL1  = 2" },
      'CRVAL1 more than once',
    ],
    [{ WCS: "CTYPE1  = RA---TAN\nCTYPE2  = 'DEC--TAN'" }, 'in quotes'],
    [{ RESAMPLE: 'magic' }, 'RESAMPLE'],
    [{ QUANTIZE: '16' }, 'QUANTIZE'],
    [{ CUTOUTDETAIL: 'Exposure' }, 'CUTOUTDETAIL'],
    [{ COLLECTION: 'a\nb' }, 'COLLECTION'],
  ] as [Record<string, string>, string][])('refuses %o', async (more, word) => {
    const region = Object.keys(more).some((name) => /CIRC|POLY|^ID/.test(name)) || !Object.keys(more).length;
    const reply = await fetch(url(region ? more : { CIRCLE: `${place} 0.005`, BAND: 'r', ...more }));
    const text = await reply.text();
    expect([400, 404, 500], text).toContain(reply.status);
    expect(reply.status === 500 ? text.startsWith('Error: ') : /^(UsageError|MultiValued)/.test(text)).toBe(
      true,
    );
    expect(text).toContain(word);
    expect(text).not.toContain(folder);
  });

  it('names what is mixed', async () => {
    const reply = await fetch(url({ CIRCLE: `${place} 0.005` }));
    expect([reply.status, await reply.text()]).toEqual([
      400,
      expect.stringMatching(/2 bands \(i, r\); choose one by BAND/),
    ]);
  });

  it('refuses a mosaic of any size in words that name the limit', async () => {
    const reply = await fetch(url({ ...good(), PIXSCALE: '0.005' }));
    expect([reply.status, await reply.text()]).toEqual([400, expect.stringContaining('maxMosaicBytes')]);
  });
});
