// Stacks of the sample archive, against the files themselves (astropy, fitsverify, stilts) and the simulation's truth.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../../src/ingest/index.ts';
import type { Vignet } from '../../src/products/vignet.ts';
import { Oracle } from '../accuracy/oracle.ts';
import { callsBegun, nothingUnderWay, underWay } from '../support/engine-totals.ts';
import { plainImage } from '../support/fits.ts';
import {
  ask,
  enclosed,
  filesOf,
  fitsverify,
  openVignet,
  type Parameters,
  scratch,
  seeingOf,
  variableStar,
  written,
} from './stack-support.ts';

interface Checked {
  readonly wrong: string[];
  readonly rows: number;
  readonly worst: number;
  readonly status: [state: string, code: string, reason: string][];
  readonly failed: boolean[];
  readonly nan: boolean[];
  readonly columns: Record<string, (number | string)[]>;
  readonly header: Record<string, unknown>;
}

const oracle = new Oracle('stack_oracle.py');
let vignet: Vignet;
let files: Record<string, string>;
const { place, curve } = variableStar();

const check = (stack: string, columns: string[] = [], more: object = {}) =>
  oracle.ask<Checked>('table', { stack, files, columns, ...more });

beforeAll(async () => {
  vignet = await openVignet();
  files = await filesOf(vignet.archive);
});

afterAll(() => oracle.close());

describe('the table', () => {
  it('holds every stamp bit for bit, masks by name, and a WCS as good as it says', async () => {
    const stack = await ask(vignet, { ...place, CUTOUTDETAIL: 'MaskedImage' });
    const path = await written(stack);
    expect(fitsverify(path)).toBe('');
    const found = await check(path);
    expect(found.wrong).toEqual([]);
    expect(found.rows).toBe(stack.observations);
    expect(found.rows).toBeGreaterThanOrEqual(curve.length);
    expect(found.worst).toBeGreaterThan(0);
    expect(found.status.every(([state]) => state === 'ok')).toBe(true);
    expect(found.header).toMatchObject({ DPSUBTYP: 'visit_image', NOBS: found.rows, PIXUNIT: 'nJy' });
  });

  it('is read by Table.read and by stilts', async () => {
    const stack = await ask(vignet, { ...place, SIZE: '15' });
    const path = await written(stack, 'small.fits');
    const read = await oracle.ask<{ names: string[]; rows: number; shape: number[]; unit: string }>(
      'table_only',
      { stack: path },
    );
    expect(read).toMatchObject({
      rows: stack.observations,
      shape: [stack.observations, 15, 15],
      unit: 'nJy',
    });
    const said = execFileSync('stilts', ['tpipe', `in=${path}#1`, 'omode=count'], { encoding: 'utf8' });
    expect(said).toMatch(new RegExp(`rows: ${stack.observations}`));
  });

  it('streams large answers to the same bytes, whole or by any window', async () => {
    const stack = await ask(vignet, { ...place, SIZE: '301', CUTOUTDETAIL: 'MaskedImage' });
    const whole = await stack.bytes();
    expect(whole.byteLength).toBe(stack.size);
    expect(whole.byteLength).toBeGreaterThan(8 * 1048576);
    const path = join(scratch, 'large.fits');
    writeFileSync(path, whole);
    expect(fitsverify(path)).toBe('');
    expect((await check(path)).wrong).toEqual([]);
    const size = whole.byteLength;
    for (const [from, to] of [
      [0, 10],
      [12_345, 3_000_001],
      [size - 5000, size],
      [size - 2880 * 4, size - 2880],
      [7_000_000, 7_000_001],
    ] as const) {
      const pieces: Uint8Array[] = [];
      for await (const piece of stack.body({ from, to })) pieces.push(piece.slice());
      expect(Buffer.concat(pieces).equals(whole.subarray(from, to)), `${from} to ${to}`).toBe(true);
    }
  });

  it('stops when it is given up: nothing more is begun for it', async () => {
    const stack = await ask(vignet, { ...place, SIZE: '1001', CUTOUTDETAIL: 'MaskedImage' });
    const body = stack.body();
    await body.next();
    const begun = () => callsBegun(vignet.engine);
    const before = begun();
    stack.close();
    await expect(body.next()).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(begun()).toBe(before);
    expect(underWay(vignet.engine)).toEqual(nothingUnderWay);
  });
});

describe('what the rows say', () => {
  it('gives a variable star its true flux at every epoch, within the noise', async () => {
    const stack = await ask(vignet, { ...place, CUTOUTDETAIL: 'MaskedImage', UNIT: 'nJy' });
    const { columns } = await check(await written(stack), [
      'VISIT',
      'DETECTOR',
      'MJD_TAI',
      'APFLUX',
      'APFLUX_ERR',
      'FLAGS',
    ]);
    const datasets = seeingOf();
    let compared = 0;
    for (const { visit, detector, mjd_tai, flux, dataset } of curve) {
      const n =
        columns.VISIT?.findIndex(
          (one, k) => one === Number(visit) && columns.DETECTOR?.[k] === Number(detector),
        ) ?? -1;
      expect(n, `visit ${visit}`).toBeGreaterThanOrEqual(0);
      const at = (name: string) => Number(columns[name]?.[n]);
      expect(at('MJD_TAI')).toBeCloseTo(Number(mjd_tai), 7);
      // Cosmic rays, bad and saturated pixels in the aperture are flagged: 4 + … of FLAGS, see docs/stacks.md.
      if (at('FLAGS') & (16 | 32 | 64 | 128 | 256)) continue;
      const seen = Number(flux) * enclosed(datasets.get(dataset ?? '') ?? Number.NaN, 6 * 0.2);
      expect(Math.abs(at('APFLUX') - seen)).toBeLessThan(5 * at('APFLUX_ERR') + 0.02 * seen);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(curve.length / 2);
  });

  it('orders, counts, filters and merges as asked', async () => {
    const rowsOf = async (parameters: Parameters) => {
      const stack = await ask(vignet, { ...place, SIZE: '5', ...parameters });
      return {
        stack,
        ...(await check(
          await written(stack),
          ['ID', 'BAND', 'MJD_UTC', 'ON_IMAGE'],
          parameters.ORDER ? {} : {},
        )),
      };
    };
    const all = await rowsOf({});
    const { ID = [], BAND = [], MJD_UTC = [] } = all.columns;
    const back = await rowsOf({ ORDER: '-time', MAXREC: '2' });
    expect(back.columns.ID).toEqual([...ID].reverse().slice(0, 2));
    expect(back.header.OVERFLOW).toBe(true);
    expect((await rowsOf({ BAND: 'r' })).rows).toBe(BAND.filter((band) => band === 'r').length);
    expect((await rowsOf({ BAND: ['r', 'i'] })).rows).toBe(
      BAND.filter((band) => band === 'r' || band === 'i').length,
    );
    expect((await rowsOf({ BAND: '600e-9' })).rows).toBe(BAND.filter((band) => band === 'r').length);
    const day = Number(MJD_UTC[3]);
    expect((await rowsOf({ TIME: `${day - 0.01} ${day + 0.01}` })).columns.ID).toEqual([ID[3]]);
    expect((await rowsOf({ ID: [String(ID[1]), String(ID[0])] })).columns.ID).toEqual(ID.slice(0, 2));
    expect((await ask(vignet, { ...place, MAXREC: '0' })).observations).toBe(0);
    const coadds = await ask(vignet, { ...place, DPSUBTYPE: 'lsst.deep_coadd', BAND: 'r' });
    expect(coadds.observations).toBeGreaterThan(0);
  });

  it('adds with EDGE=any what only the stamp touches', async () => {
    // Just beyond an edge of the field: the position of a corner of one image.
    const beside = { RA: place.RA, DEC: String(Number(place.DEC) + 0.02) };
    const narrow = await ask(vignet, { ...beside, SIZE: '201' });
    const wide = await ask(vignet, { ...beside, SIZE: '201', EDGE: 'any' });
    const { columns, wrong } = await check(await written(wide), ['ON_IMAGE', 'FLAGS']);
    expect(wrong).toEqual([]);
    expect(wide.observations).toBeGreaterThan(narrow.observations);
    expect(columns.ON_IMAGE?.filter((on) => on === 1)).toHaveLength(narrow.observations);
    columns.ON_IMAGE?.forEach((on, n) => {
      if (on === 0) expect(Number(columns.FLAGS?.[n]) & 2).toBe(2);
    });
  });

  it('sizes stamps so that POS=CIRCLE fits', async () => {
    const stack = await ask(vignet, { POS: `CIRCLE ${place.RA} ${place.DEC} 0.001` });
    // 3.6 arc seconds and 0.2 a pixel, less a little where pixels are smaller.
    expect(stack.stampSize).toBeGreaterThanOrEqual(37);
    expect(stack.stampSize).toBeLessThanOrEqual(41);
  });

  it('follows a track: a star that stands still gives its own rows, epochs outside none', async () => {
    const fixed = await ask(vignet, { ...place, SIZE: '9' });
    const { columns } = await check(await written(fixed), ['MJD_UTC', 'ID']);
    const days = (columns.MJD_UTC ?? []).slice(0, 3).map(Number);
    const TRACK = days.flatMap((day) => [-0.5, 0.3].map((step) => `${day + step} ${place.RA} ${place.DEC}`));
    const followed = await ask(vignet, { TRACK, SIZE: '9' });
    const rows = await check(await written(followed), ['ID', 'RA']);
    expect(rows.wrong).toEqual([]);
    expect(rows.columns.ID).toEqual(columns.ID?.slice(0, 3));
    for (const ra of rows.columns.RA ?? []) expect(Number(ra)).toBeCloseTo(Number(place.RA), 9);
  });

  it('is a pure function: the same bytes and ETag again, another ETag for another question', async () => {
    const [a, b] = [
      await ask(vignet, { ...place, SIZE: '7' }),
      await ask(vignet, { ...place, SIZE: '7', RUNID: 'x' }),
    ];
    expect(a.etag).toBe(b.etag);
    expect(Buffer.from(await a.bytes()).equals(Buffer.from(await b.bytes()))).toBe(true);
    expect((await ask(vignet, { ...place, SIZE: '8' })).etag).not.toBe(a.etag);
  });

  it('has another ETag while a file is lost, and its own again when the file is back', async () => {
    const [folder, archive] = [join(scratch, 'lost'), join(scratch, 'lost', 'archive')];
    mkdirSync(join(folder, 'files'), { recursive: true });
    for (const name of ['a', 'b'])
      writeFileSync(join(folder, 'files', `${name}.fits`), plainImage(40, 30, { EXTRA: name }));
    await ingest(archive, [join(folder, 'files')], { collection: 'C', repo: 'r' });
    const opened = await openVignet(archive);
    const state = async () => {
      const stack = await ask(opened, { RA: '53', DEC: '-27', SIZE: '7' });
      return { etag: stack.etag, bytes: Buffer.from(await stack.bytes()).toString('base64') };
    };
    const [file, away] = [join(folder, 'files', 'a.fits'), join(folder, 'away')];
    const whole = await state();
    renameSync(file, away);
    const lost = await state();
    renameSync(away, file);
    expect(lost.bytes).not.toBe(whole.bytes);
    expect(lost.etag).not.toBe(whole.etag);
    expect(await state()).toEqual(whole);
  });

  it('has another ETag when the collections chosen by default have changed, for its header names them', async () => {
    const [folder, archive] = [join(scratch, 'defaults'), join(scratch, 'defaults', 'archive')];
    const asked = { RA: '53', DEC: '-27', SIZE: '7' };
    const ask53 = async (name: string, dec: number) => {
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, name, 'image.fits'), plainImage(40, 30, { CRVAL2: dec }));
      await ingest(archive, [join(folder, name)], { collection: name, repo: 'r', root: folder });
      const stack = await ask(await openVignet(archive), asked);
      return { etag: stack.etag, rows: stack.observations, bytes: Buffer.from(await stack.bytes()) };
    };
    const [one, two] = [await ask53('A', -27), await ask53('B', 30)];
    expect([one.rows, two.rows]).toEqual([1, 1]);
    expect(two.bytes.equals(one.bytes)).toBe(false);
    expect(two.etag).not.toBe(one.etag);
  });
});

describe('other forms', () => {
  it('MEF: image HDUs with the same pixels, DATASUMs in STATUS, the dictionary once', async () => {
    const asked = { ...place, SIZE: '21', CUTOUTDETAIL: 'MaskedImage' };
    const stack = await written(await ask(vignet, asked), 'table.fits');
    const mef = await written(await ask(vignet, { ...asked, RESPONSEFORMAT: 'mef' }), 'mef.fits');
    expect(fitsverify(mef)).toBe('');
    const found = await oracle.ask<{ wrong: string[]; hdus: number; masks: object }>('mef', { mef, stack });
    expect(found.wrong).toEqual([]);
    expect(found.masks).toHaveProperty('NO_DATA');
  });

  it('VOTable: valid, rows without pixels', async () => {
    const stack = await ask(vignet, { ...place, RESPONSEFORMAT: 'votable' });
    const path = await written(stack, 'rows.vot');
    const said = execFileSync('stilts', ['votlint', `votable=${path}`], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(said).not.toMatch(/ERROR|WARNING/);
    const count = execFileSync('stilts', ['tpipe', `in=${path}`, 'omode=count'], { encoding: 'utf8' });
    expect(count).toMatch(new RegExp(`rows: ${stack.observations}`));
  });

  it('PNG: a picture', async () => {
    const bytes = await (await ask(vignet, { ...place, RESPONSEFORMAT: 'png' })).bytes();
    const { default: sharp } = await import('sharp');
    const { width = 0, height = 0, format } = await sharp(bytes).metadata();
    expect(format).toBe('png');
    expect(Math.min(width, height)).toBeGreaterThan(51);
  });
});

describe('refusals', () => {
  const cases: [Parameters, string][] = [
    [{ COLLECTION: 'nowhere' }, 'UNKNOWN_COLLECTION'],
    [{ DPSUBTYPE: 'nothing' }, 'UNKNOWN_TYPE'],
    [{ SIZE: '1024', MAXREC: '3', BAND: 'r' }, ''],
    [{ ID: 'ivo://x/y?repo=sim&id=00000000-0000-5000-8000-000000000000' }, 'UNKNOWN_ID'],
  ];
  it.each(cases)('%j: %s', async (parameters, code) => {
    const asked = ask(vignet, { ...place, ...parameters });
    if (code === '') await expect(asked).resolves.toBeDefined();
    else await expect(asked).rejects.toMatchObject({ kind: 'usage', code });
  });

  it('a circle that no stamp can hold', async () => {
    await expect(ask(vignet, { POS: `CIRCLE ${place.RA} ${place.DEC} 1` })).rejects.toMatchObject({
      code: 'TOO_LARGE',
    });
  });
});

describe('files that are missing, replaced or cut short', () => {
  it('leave the good rows as they were; STATUS says which failed and why', async () => {
    const folder = join(scratch, 'broken');
    const copies = join(folder, 'files');
    mkdirSync(copies, { recursive: true });
    const before = await check(await written(await ask(vignet, { ...place, SIZE: '11', MAXREC: '6' })), [
      'ID',
    ]);
    const originals = (before.columns.ID ?? []).map((id) => files[String(id)] ?? '');
    for (const [n, path] of originals.entries()) cpSync(path, join(copies, `epoch${n}.fits`));
    const report = await ingest(join(folder, 'archive'), [copies], { collection: 'C', repo: 'c' });
    expect(report.failures).toEqual([]);
    const broken = await openVignet(join(folder, 'archive'));
    const asked = { ...place, SIZE: '11', CUTOUTDETAIL: 'MaskedImage' };
    const whole = await written(await ask(broken, asked), 'whole.fits');

    const [gone, replaced, short] = readdirSync(copies)
      .sort()
      .slice(1, 4)
      .map((name) => join(copies, name)) as [string, string, string];
    rmSync(gone);
    utimesSync(replaced, new Date(), new Date());
    truncateSync(short, 20_000);
    const path = await written(await ask(broken, asked), 'broken.fits');
    expect(fitsverify(path)).toBe('');
    const held = await filesOf(broken.archive);
    const found = await oracle.ask<{
      status: string[][];
      failed: boolean[];
      nan: boolean[];
      same: boolean[];
    }>('compare', { a: whole, b: path });
    expect(Object.keys(held)).toHaveLength(6);
    expect(found.status.map(([state]) => state)).toEqual(['ok', 'failed', 'failed', 'failed', 'ok', 'ok']);
    expect(found.status[1]?.[1]).toBe('FILE_GONE');
    expect(found.status[2]?.[1]).toBe('FILE_CHANGED');
    expect(found.status[3]?.[1]).toBe('FILE_CHANGED');
    for (const [, , reason = ''] of found.status) expect(reason).not.toContain('/');
    expect(found.failed).toEqual([false, true, true, true, false, false]);
    expect(found.nan).toEqual(found.failed);
    expect(found.same).toEqual(found.failed.map((failed) => !failed));
  });
});
