// Datasets of a Butler that are catalogued without their files being opened: every answer about their pixels is that of an archive whose
// ingest has read the files, bit by bit; the files are read once, in the pool; a second ingest gives the catalog that the first would have
// given.  The oracle is the archive that was read at once, whose own
// pixels are astropy's in other tests.
import { appendFileSync, existsSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../../src/access/principal.ts';
import { checkArchive } from '../../../src/archive/check.ts';
import type { ListedDataset } from '../../../src/archive/dataset-search.ts';
import { ingestButler } from '../../../src/ingest/index.ts';
import { Vignet } from '../../../src/products/vignet.ts';
import { parseMosaic } from '../../../src/vo/mosaic/request.ts';
import { stackRequest } from '../../../src/vo/stack/request.ts';
import { folder } from '../../support/archive.ts';
import { newButler, putFile, uuidOf } from '../../support/butler.ts';
import { plainImage } from '../../support/fits.ts';
import { caller, ELSEWHERE, HERE, idOf, labels, repositoryOf, rowsOf, uuid, visit } from './later-support.ts';

/** Beyond one test. */
const lasting = () => mkdtempSync(join(tmpdir(), 'vignet-later-'));
/** What is asked of both archives: whatever it is, answer or error. */
async function answersOf(vignet: Vignet): Promise<Record<string, unknown>> {
  const said: Record<string, unknown> = {};
  const keep = async (name: string, work: () => Promise<unknown>) => {
    said[name] = await work().catch((error: { code?: string }) => ({ error: error.code }));
  };
  const bytesOf = (
    answer: { etag?: string | undefined; filename: string; bytes(): Promise<Uint8Array> } | undefined,
  ) => answer?.bytes().then((bytes) => [answer.etag, answer.filename, Buffer.from(bytes).toString('base64')]);
  const stencil = { shape: 'circle' as const, values: [...HERE, 0.0005] };
  for (const n of [1, 2, 3, 4, 5, 6, 7, 9]) {
    await keep(`cutout ${n}`, async () =>
      bytesOf(await vignet.cutout(idOf(n), { stencil, detail: 'MaskedImage' }, caller)),
    );
    await keep(`box ${n}`, async () =>
      bytesOf(await vignet.cutout(idOf(n), { box: { x0: 3, y0: 4, x1: 9, y1: 9 } }, caller)),
    );
    await keep(`header ${n}`, async () => bytesOf(await vignet.datasets.header(idOf(n), 'json', caller)));
    await keep(`preview ${n}`, async () => bytesOf(await vignet.datasets.preview(idOf(n), caller)));
    await keep(`describe ${n}`, async () => {
      // Seek points are made where a file is read at ingest; answers are the same without.
      const { seekBytes: _, ...rest } = await vignet.datasets.describe(idOf(n), caller);
      return rest;
    });
    await keep(`file ${n}`, async () => {
      const file = await vignet.datasets.file(idOf(n), {}, caller);
      const whole = [await bytesOf(file), file.contentType];
      file.close();
      return whole;
    });
  }
  const target = { kind: 'fixed', ra: HERE[0], dec: HERE[1] } as const;
  for (const [name, more] of Object.entries({
    plain: {},
    band: { bands: ['r'] },
    filter: { bands: ['g_57'] },
    waves: { bands: [{ min: 5e-7, max: 6e-7 }] },
    time: { times: [{ min: 61_041, max: 61_043.5 }] },
    edge: { edge: true, size: 5 },
  }))
    await keep(`stack ${name}`, async () =>
      bytesOf(await vignet.stack(stackRequest({ target, size: 11, ...more }), caller)),
    );
  for (const words of [
    [['VISIT', '1']],
    [
      ['BAND', 'r'],
      ['COMBINE', 'mean'],
    ],
    [['BAND', 'g']],
  ])
    await keep(`mosaic ${words}`, async () =>
      bytesOf(
        await vignet.mosaic(
          parseMosaic([
            ['CIRCLE', `${HERE[0]} ${HERE[1]} 0.0008`],
            ['DPSUBTYPE', 'calexp'],
            ...words,
          ] as never),
          caller,
        ),
      ),
    );
  await keep('pack', async () =>
    bytesOf(await vignet.datasets.pack([idOf(1), idOf(6), idOf(9)], {}, caller)),
  );
  await keep('found', async () =>
    (await vignet.archive.as(ANONYMOUS).find({ point: HERE })).map(({ id, planes, bounds }) => ({
      ...{ id, planes, bounds },
    })),
  );
  return said;
}

describe('a Butler whose files are read later', () => {
  let repository: string;
  let [now, later]: [Vignet, Vignet] = [] as unknown as [Vignet, Vignet];
  let archive: string;
  const folders: string[] = [];

  beforeAll(async () => {
    repository = await repositoryOf(lasting());
    const [first, second] = [lasting(), lasting()];
    folders.push(repository, first, second);
    expect(await ingestButler(first, { repository }, labels)).toMatchObject({ ingested: 8, failed: 1 });
    const report = await ingestButler(second, { repository }, { ...labels, layouts: 'later' });
    expect(report).toMatchObject({ ingested: 9, failed: 0 });
    archive = second;
    now = await Vignet.open(first, { engine: { threads: 2 } });
    later = await Vignet.open(second, { engine: { threads: 2 } });
  });

  afterAll(async () => {
    await now.close();
    await later.close();
    for (const path of folders) rmSync(path, { recursive: true, force: true });
  });

  it('is in the catalog by what the registry says, and nothing else', async () => {
    const rows = await rowsOf(later);
    expect(rows).toHaveLength(9);
    const [row] = rows;
    expect(row).toMatchObject({
      ...{ state: 'online', dataset_type: 'calexp', run: 'run', instrument_name: 'Cam', obs_id: 'V1' },
      ...{
        lsst_visit: 1,
        lsst_detector: 7,
        lsst_band: 'r',
        lsst_filter: 'r_57',
        t_exptime: 30,
        t_min: 61_042,
      },
      ...{ s_region_origin: 'butler', target_name: 'M13', path: 'run/1.fits' },
      ...{ planes: null, hdu: null, s_xel1: null, s_pixel_scale: null, s_resolution: null, o_ucd: null },
      ...{ pol_states: null, pol_xel: null, em_xel: null, wcs_note: null },
    });
    // No file was opened to know it: not even what is no image.
    expect(rows[7]?.path).toBe('run/8.fits');
    const faults: unknown[] = [];
    for await (const fault of checkArchive(archive, { files: true })) faults.push(fault);
    expect(faults).toEqual([]);
  });

  it('lists what its registry has at a place as candidates, and finds what is there', async () => {
    const listed: string[] = [];
    for await (const batch of later.archive.as(ANONYMOUS).list({ regions: [{ point: HERE }] }))
      listed.push(...batch.map((row) => `${row.uuid === uuid(4)} ${row.s_region_origin}`));
    expect(listed).toContain('true butler');
    const found = await later.archive.as(ANONYMOUS).find({ point: HERE });
    // 4 lies beside.
    expect(found.map(({ key, isRead }) => [key.uuid, isRead])).toEqual(
      [1, 2, 3, 5, 6, 7, 9].map((n) => [uuid(n), true]),
    );
    // Its file cannot say where it is.
    const unread = await later.archive.as(ANONYMOUS).find({ point: ELSEWHERE });
    expect(unread.map(({ key, isRead }) => [key.uuid, isRead])).toEqual([[uuid(8), false]]);
  });

  it('answers as if its files had been read at ingest', async () => {
    const [a, b] = [await answersOf(now), await answersOf(later)];
    expect(b).toEqual(a);
    expect(a['cutout 4']).toBeUndefined();
    for (const name of ['cutout 1', 'stack band', 'mosaic BAND,g', 'preview 6', 'file 9', 'pack'])
      expect((a[name] as string[])[2]?.length ?? (a[name] as string[]).length, name).toBeGreaterThan(1);
  });

  it('says what is wrong with a file when it is used', async () => {
    await expect(later.cutout(idOf(8), {}, caller)).rejects.toMatchObject({
      ...{ kind: 'data', code: 'NOT_FITS', message: expect.stringContaining('expected a FITS file') },
    });
    // A stack says it in its STATUS; a mosaic, which could be made of nothing else, is refused.
    const target = { kind: 'fixed', ra: ELSEWHERE[0], dec: ELSEWHERE[1] } as const;
    const stack = await later.stack(stackRequest({ target, size: 11 }), caller);
    expect(Buffer.from(await stack.bytes()).includes('NOT_FITS')).toBe(true);
    const mosaic = parseMosaic([
      ['CIRCLE', `${ELSEWHERE[0]} ${ELSEWHERE[1]} 0.0008`],
      ['DPSUBTYPE', 'calexp'],
    ]);
    await expect(later.mosaic(mosaic, caller)).rejects.toMatchObject({
      ...{ code: 'NOT_FITS', message: expect.stringContaining(idOf(8)) },
    });
    await expect(now.cutout(idOf(8), {}, caller)).rejects.toMatchObject({ code: 'UNKNOWN_ID' });
  });

  it('is read once, however many ask, in the threads of the engine', async () => {
    const vignet = await Vignet.open(archive, { engine: { threads: 2 } });
    const kinds: string[] = [];
    vignet.engine.observe(({ kind }) => kinds.push(kind));
    const box = { x0: 0, y0: 0, x1: 4, y1: 4 };
    await Promise.all(Array.from({ length: 20 }, () => vignet.cutout(idOf(2), { box }, caller)));
    const read = () => kinds.filter((kind) => kind === 'layout' || kind === 'images').sort();
    expect(read()).toEqual(['images', 'layout']);
    await vignet.datasets.preview(idOf(2), caller);
    expect(read()).toHaveLength(2);
    await vignet.close();
  });

  it('keeps no more layouts in memory than it may: what was put away is read again', async () => {
    const vignet = await Vignet.open(archive, { engine: { threads: 1 }, archive: { cacheBytes: 1 } });
    let read = 0;
    vignet.engine.observe(({ kind }) => {
      if (kind === 'layout') read += 1;
    });
    for (const n of [1, 2, 1]) expect((await vignet.cutout(idOf(n), {}, caller))?.size).toBeGreaterThan(1);
    expect(read).toBe(3);
    await vignet.close();
  });

  it('ends what it reads for nobody: a request that is cancelled', async () => {
    const stop = new AbortController();
    stop.abort();
    const vignet = await Vignet.open(archive, { engine: { threads: 1 } });
    await expect(vignet.cutout(idOf(3), {}, { ...caller, signal: stop.signal })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    await vignet.close();
  });

  it('is completed by an ingest that reads them: the catalog is then what it would have been', async () => {
    const again = await ingestButler(archive, { repository }, { ...labels, layouts: 'later' });
    expect(again).toMatchObject({ ingested: 0, replaced: 0, unchanged: 9, failed: 0 });
    const report = await ingestButler(archive, { repository }, labels);
    expect(report).toMatchObject({ ingested: 0, replaced: 8, unchanged: 0, failed: 1 });
    const opened = await Vignet.open(archive, { engine: { threads: 1 } });
    const plain = (rows: readonly ListedDataset[]) =>
      rows
        .filter((row) => row.uuid !== uuid(8))
        .map(({ pack: _, pack_offset: __, pack_length: ___, ...row }) => row);
    expect(plain(await rowsOf(opened))).toEqual(plain(await rowsOf(now)));
    await opened.close();
    // Those that have layouts stay as they are, whatever is asked for.
    const third = await ingestButler(archive, { repository }, { ...labels, layouts: 'later' });
    expect(third).toMatchObject({ replaced: 0, unchanged: 9 });
  });

  it('is refused for files, of which nothing is known', async () => {
    const { ingest } = await import('../../../src/ingest/index.ts');
    await expect(ingest(folder(), [repository], { ...labels, layouts: 'later' })).rejects.toMatchObject({
      ...{ kind: 'usage', code: 'CONTRADICTION' },
    });
  });
});

describe('a mosaic of datasets of which one cannot be read', () => {
  const wanted = [['CIRCLE', `${HERE[0]} ${HERE[1]} 0.0008`] as const, ['DPSUBTYPE', 'calexp'] as const];
  /** Image 1 alone, or beside two whose files are no images and which may lie there too. */
  const archiveOf = async (broken: boolean) => {
    const repository = folder();
    const butler = await newButler(repository);
    await butler.collection('run', 'run');
    await butler.type('calexp', 'ExposureF', 'instrument:text detector:int visit:int');
    for (const n of broken ? [1, 2, 3] : [1]) {
      const image = plainImage(40, 30, { CRVAL1: HERE[0], CRVAL2: HERE[1], BUNIT: 'nJy' });
      putFile(repository, `run/${n}.fits`, n === 1 ? image : Buffer.from('no image'));
      await butler.dataset('calexp', 'run', uuidOf(n), await visit(butler, n, HERE), `run/${n}.fits`);
    }
    await butler.registry.close();
    const archive = folder();
    await ingestButler(archive, { repository }, { ...labels, layouts: 'later' });
    return Vignet.open(archive, { engine: { threads: 1 } });
  };
  /** Headers and pixels of the planes: what comes before the tables. */
  const pixelsOf = (bytes: Uint8Array) => {
    const text = Buffer.from(bytes).toString('latin1');
    return text.slice(text.indexOf("'IMAGE"), text.indexOf("'BINTABLE'"));
  };

  it('is made of the others, and says which it lacks and why', async () => {
    const [whole, lacking] = [await archiveOf(false), await archiveOf(true)];
    const [a, b] = [
      await whole.mosaic(parseMosaic(wanted), caller),
      await lacking.mosaic(parseMosaic(wanted), caller),
    ];
    const [alone, beside] = [await a?.bytes(), await b?.bytes()];
    if (!alone || !beside) throw new Error('both are mosaics');
    expect(pixelsOf(beside)).toBe(pixelsOf(alone));
    expect(pixelsOf(alone).length).toBeGreaterThan(2880);
    const lost = [2, 3].map((n) => ({
      id: idOf(n),
      code: 'NOT_FITS',
      reason: expect.stringContaining('FITS'),
    }));
    expect(b?.inputsLost?.()).toEqual({ planned: 3, lost });
    expect(a?.inputsLost?.()).toEqual({ planned: 1, lost: [] });
    const text = Buffer.from(beside).toString('latin1');
    expect(text.slice(text.indexOf("'PROVENANCE'"))).toContain(idOf(3));
    expect(text.slice(text.indexOf("'STATUS"))).toContain('NOT_FITS');
    expect(b?.etag).not.toBe(a?.etag);
    expect(b?.summary.datasets.map(({ id, method }) => [id, method])).toEqual([
      [idOf(1), 'copy'],
      [idOf(2), 'none'],
      [idOf(3), 'none'],
    ]);
    const strict = parseMosaic([...wanted, ['MISSING', 'fail']]);
    await expect(lacking.mosaic(strict, caller)).rejects.toMatchObject({
      ...{ code: 'MISSING_INPUT', message: expect.stringContaining(idOf(2)) },
    });
    await whole.close();
    await lacking.close();
  });
});

it('a file that changes between the catalog and its first use is an error, and never other pixels', async () => {
  const repository = await repositoryOf();
  const archive = folder();
  await ingestButler(archive, { repository }, { ...labels, layouts: 'later' });
  const vignet = await Vignet.open(archive, { engine: { threads: 1 } });
  appendFileSync(join(repository, 'run/1.fits'), Buffer.alloc(2880));
  rmSync(join(repository, 'run/2.fits'));
  const code = (n: number) =>
    vignet.cutout(idOf(n), {}, caller).then(
      () => 'read',
      (error: { code: string }) => error.code,
    );
  expect([await code(1), await code(2), await code(3)]).toEqual(['FILE_CHANGED', 'FILE_GONE', 'read']);
  // And after it.
  const path = join(repository, 'run/3.fits');
  utimesSync(path, 1, 1);
  await expect(vignet.cutout(idOf(3), {}, caller).then((cut) => cut?.bytes())).rejects.toMatchObject({
    code: 'FILE_CHANGED',
  });
  await vignet.close();
});

const real = process.env.VIGNET_REAL_DATA ?? resolve(import.meta.dirname, '../../../../shared/data');
const dp2 = join(real, 'butler-dp2');

describe.skipIf(!existsSync(dp2))('the real Butler of DP2', () => {
  it('gives the same bytes whether its coadd was read at ingest or later', async () => {
    const labelled = { collection: 'LSST.DP2', repo: 'dp2' };
    const id = 'ivo://vignet.example/dp2?repo=dp2&id=019ebd79-2ccb-7caf-bace-45028e943146';
    const cut = async (layouts: 'now' | 'later') => {
      const archive = folder();
      await ingestButler(archive, { repository: dp2 }, { ...labelled, layouts });
      const vignet = await Vignet.open(archive, { engine: { threads: 1 } });
      const box = { x0: 10, y0: 10, x1: 50, y1: 36 };
      const cutout = await vignet.cutout(id, { box, detail: 'MaskedImage' }, caller);
      const bytes = Buffer.from((await cutout?.bytes()) ?? []);
      await vignet.close();
      return { bytes, etag: cutout?.etag };
    };
    const [a, b] = [await cut('now'), await cut('later')];
    expect(b.etag).toBe(a.etag);
    expect(b.bytes.equals(a.bytes)).toBe(true);
    expect(a.bytes.length).toBeGreaterThan(2880);
  });
});
