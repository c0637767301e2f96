// Searches of the index run in the engine's threads, and are refused before anything is loaded. Counted, not timed. Oracle: the images as
// they were written, and the limits.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { native } from '../../src/addon/addon.ts';
import { PackReader } from '../../src/archive/pack-reader.ts';
import { ANONYMOUS, ingest, parseMosaic, stackRequest, Vignet } from '../../src/index.ts';
import { imageAt } from '../support/archive.ts';

const top = mkdtempSync(join(tmpdir(), 'vignet-search-'));
let vignet: Vignet;
let calls: string[] = [];
const caller = { principal: ANONYMOUS };

beforeAll(async () => {
  for (const [type, count] of [
    ['visit_image', 6],
    ['deep_coadd', 2],
  ] as const) {
    mkdirSync(join(top, type));
    for (let n = 0; n < count; n++)
      writeFileSync(
        join(top, type, `${type}${n}.fits`),
        imageAt(150, 2 + 1e-4 * n, type === 'visit_image' ? { EXPNUM: n + 1 } : {}),
      );
    await ingest(join(top, 'archive'), [join(top, type)], { collection: 'Limits', repo: 'limits', type });
  }
  vignet = await Vignet.open(join(top, 'archive'), {
    engine: { threads: 1 },
    limits: { maxInputs: 2, maxStackRows: 1 },
  });
  vignet.engine.observe(({ kind }) => calls.push(kind));
});

beforeEach(() => {
  calls = [];
});

afterAll(async () => {
  await vignet.close();
  rmSync(top, { recursive: true, force: true });
});

const mosaic = (...more: [string, string][]) =>
  vignet.mosaic(parseMosaic([['CIRCLE', '150 2 1'], ...more]), caller);
const stack = (target: Parameters<typeof stackRequest>[0]['target']) =>
  vignet.stack(stackRequest({ target }), caller);

describe('a search of the index', () => {
  it('runs in a thread of the engine, not in the one that asks', async () => {
    const here = vi.spyOn(native, 'searchIndex');
    await mosaic();
    expect(calls).toContain('index-search');
    calls = [];
    await stack({ kind: 'fixed', ra: 150, dec: 2 }).catch(() => undefined);
    expect(calls).toContain('index-search');
    expect(here).not.toHaveBeenCalled();
    here.mockRestore();
  });

  it('of a mosaic counts datasets of the types asked for, before a record is read', async () => {
    const read = vi.spyOn(PackReader.prototype, 'read');
    await expect(mosaic(['DPSUBTYPE', 'visit_image'])).rejects.toMatchObject({
      kind: 'usage',
      code: 'TOO_MANY',
      message: expect.stringContaining('the search finds more than 4 datasets'),
    });
    expect(read).not.toHaveBeenCalled();
    // Six visit images lie there as well, which are no coadds.
    expect(await mosaic()).toBeDefined();
    expect(read.mock.calls.length).toBeLessThanOrEqual(2);
    read.mockRestore();
  });

  it('of a stack likewise', async () => {
    const read = vi.spyOn(PackReader.prototype, 'read');
    await expect(stack({ kind: 'fixed', ra: 150, dec: 2.0003 })).rejects.toMatchObject({ code: 'TOO_MANY' });
    expect(read).not.toHaveBeenCalled();
    read.mockRestore();
  });

  it('by a polygon takes at most so many vertices', async () => {
    const polygon = (count: number) =>
      Array.from({ length: count }, (_, n) => {
        const turn = (2 * Math.PI * n) / count;
        return `${150 + 0.1 * Math.cos(turn)} ${2 + 0.1 * Math.sin(turn)}`;
      }).join(' ');
    const asked = (count: number) => vignet.mosaic(parseMosaic([['POLYGON', polygon(count)]]), caller);
    expect(await asked(1000)).toBeDefined();
    calls = [];
    await expect(asked(1001)).rejects.toThrow(
      'expected at most 1000 vertices for a polygon that datasets are searched by (maxSearchVertices), received 1001',
    );
    expect(calls).toEqual([]);
  });

  it('along a track takes so many points, and so far apart', async () => {
    const track = (count: number, step: number) => ({
      kind: 'track' as const,
      points: Array.from({ length: count }, (_, n) => ({
        epoch: 60_000 + 0.01 * n,
        scale: 'TAI' as const,
        ra: (step * n) % 360,
        dec: 0,
      })),
    });
    await expect(stack(track(2001, 0.001))).rejects.toThrow(
      'expected at most 2000 points for TRACK (maxTrackPoints), received 2001',
    );
    await expect(stack(track(3, 40))).rejects.toThrow(
      'expected points of TRACK that are at most some 20 degrees apart (maxTrackStep)',
    );
    expect(calls).toEqual([]);
    await stack(track(200, 0.001)).catch(() => undefined);
    expect(calls.filter((kind) => kind === 'index-search').length).toBe(Math.ceil(199 / 64));
  });

  it('ends with the request that asked for it', async () => {
    const asked = vignet.mosaic(parseMosaic([['CIRCLE', '150 2 1']]), {
      ...caller,
      signal: AbortSignal.abort(),
    });
    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(calls).toEqual([]);
  });

  it('of a sheet or a film is composed in a thread of the engine', async () => {
    for (const format of ['png', 'webp'] as const) {
      calls = [];
      const target = { kind: 'fixed', ra: 150, dec: 2 } as const;
      const request = stackRequest({ target, size: 9, format, maxRec: 1, types: ['deep_coadd'] });
      const sheet = await vignet.stack(request, caller);
      expect((await sheet.bytes()).length).toBeGreaterThan(100);
      expect(calls).toContain('sheet');
    }
  });
});
