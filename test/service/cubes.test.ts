// Cubes over HTTP, as a client of SODA asks for them: BAND and POL, reasons of empty answers, ranges of large answers, pictures, and what
// the service says of a cube. Oracle: the values of pixels, which name their place (test/oracles/cube_oracle.py); ranges are compared with
// the whole answer, and this with astropy's pixels.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Oracle } from '../accuracy/oracle.ts';
import { root, vignet } from '../cli/run.ts';
import { readHeader } from '../support/fits.ts';
import { type Served, served } from './datasets/support.ts';

const folder = mkdtempSync(join(tmpdir(), 'vignet-cubes-http-'));
const oracle = new Oracle('cube_oracle.py');
let here: Served;

beforeAll(async () => {
  await oracle.ask('planes', { folder });
  await oracle.ask('large', { folder });
  here = await served([folder]);
});

afterAll(async () => {
  await Promise.all([oracle.close(), here?.close()]);
  rmSync(folder, { recursive: true });
});

const idOf = (name: string) => here.row(name).id;
const url = (name: string, parameters: readonly (readonly [string, string])[] = []) => {
  const query = new URLSearchParams({ ID: idOf(name) });
  for (const [parameter, value] of parameters) query.append(parameter, value);
  return `${here.service.url}/api/cutout/sync?${query}`;
};
const get = async (name: string, ...parameters: (readonly [string, string])[]) => {
  const reply = await fetch(url(name, parameters));
  return { reply, bytes: Buffer.from(await reply.arrayBuffer()) };
};

/** Wavelength of the centre of a channel: FREQ is 230 GHz less 1 GHz for each. */
const channel = (n: number) => String(299792458 / (230e9 - n * 1e9));

/** Lengths of the axes, and the pixels of the first plane. */
function plane(answer: Buffer) {
  const primary = readHeader(answer, 0);
  const { cards, dataOffset } = readHeader(answer, primary.dataOffset);
  const value = (name: string) =>
    Number(/= *(\S+)/.exec(cards.find((card) => card.startsWith(name.padEnd(8))) ?? '')?.[1] ?? Number.NaN);
  const axes = ['NAXIS1', 'NAXIS2', 'NAXIS3', 'NAXIS4'].map(value);
  const count = axes.reduce((product, length) => product * length, 1);
  const pixels = Array.from({ length: count }, (_, n) => answer.readFloatBE(dataOffset + 4 * n));
  return { axes, pixels, value };
}

/** Pixels of `planes.fits`: 9 x 8 of 4 states and 10 channels. */
function wanted(states: readonly number[], channels: readonly number[]): number[] {
  const slice = Array.from({ length: 72 }, (_, n) => n);
  return channels.flatMap((z) => states.flatMap((s) => slice.map((n) => (z * 4 + s) * 72 + n)));
}

it('BAND and POL cut channels of descending frequency on the fourth axis, and states on the third', async () => {
  const { reply, bytes } = await get('planes.fits', ['BAND', channel(3)], ['POL', 'I'], ['POL', 'V']);
  expect(reply.status).toBe(200);
  const { axes, pixels, value } = plane(bytes);
  expect(axes).toEqual([9, 8, 2, 1]);
  expect(pixels).toEqual(wanted([0, 3], [3]));
  expect(['CRPIX3', 'CDELT3', 'CRPIX4', 'CDELT4'].map(value)).toEqual([1, 3, -2, -1e9]);
  const all = plane((await get('planes.fits', ['BAND', `${channel(2)} ${channel(5)}`], ['POL', 'Q'])).bytes);
  expect(all.pixels).toEqual(wanted([1], [2, 3, 4, 5]));
});

it('mask and variance of the shape of the cube are cut with it', async () => {
  const { bytes } = await get(
    'planes.fits',
    ['BAND', channel(9)],
    ['POL', 'U'],
    ['CUTOUTDETAIL', 'MaskedImage'],
  );
  const path = join(folder, 'planes-cut.fits');
  writeFileSync(path, bytes);
  const script = `from astropy.io import fits; import sys
print([[h.name, h.data.shape, int(h.data.flat[0]), int(h.data.flat[-1]), h.header['CRPIX4']] for h in fits.open(sys.argv[1])[1:]])`;
  const said = spawnSync('/usr/bin/python3', ['-c', script, path], { encoding: 'utf8' }).stdout;
  const first = (9 * 4 + 2) * 72;
  const each = `(1, 1, 8, 9), ${first}, ${first + 71}, -8.0]`;
  expect(said.trim()).toBe(`[['IMAGE', ${each}, ['MASK', ${each}, ['VARIANCE', ${each}]`);
});

it.each([
  [['BAND', '1 2'], /BAND is 0\.0013\d+ to 0\.0013\d+ m/],
  [['POL', 'XX'], /I, Q, U, V/],
  [['BAND', 'r'], /not known by name/],
] as const)('%s gives 204 with a reason', async (parameter, reason) => {
  const { reply, bytes } = await get('planes.fits', parameter);
  expect([reply.status, bytes.length]).toEqual([204, 0]);
  expect(reply.headers.get('vignet-reason')).toMatch(reason);
});

it('a picture is of one channel and state', async () => {
  const png = ['RESPONSEFORMAT', 'image/png'] as const;
  const one = await get('planes.fits', png, ['BAND', channel(0)], ['POL', 'I']);
  expect([one.reply.status, one.reply.headers.get('content-type')]).toEqual([200, 'image/png']);
  const more = await get('planes.fits', png, ['POL', 'I']);
  expect([more.reply.status, String(more.bytes)]).toEqual([400, expect.stringContaining('received 10')]);
});

it('ranges of an answer above 8 MiB are those of the whole', async () => {
  for (const name of ['large.fits', 'rows.fits.fz', 'deep.fits.fz']) {
    const { reply, bytes } = await get(name);
    expect(Number((await fetch(url(name), { method: 'HEAD' })).headers.get('content-length'))).toBe(
      bytes.length,
    );
    expect(bytes.length).toBeGreaterThan(8 * 1048576);
    const path = join(folder, 'answer.fits');
    writeFileSync(path, bytes);
    const part = [160, 120, 150].map((length) => [0, length, 1]);
    expect(await oracle.ask('compare', { answer: path, parent: join(folder, 'large.fits'), part })).toBe(
      'equal',
    );
    const etag = reply.headers.get('etag') ?? '';
    for (const [from, to] of [
      [0, 99],
      [4_194_299, 8_388_719],
      [bytes.length - 7, bytes.length - 1],
    ] as const) {
      const headers = { Range: `bytes=${from}-${to}`, 'If-Range': etag };
      const some = await fetch(url(name), { headers });
      expect(some.status).toBe(206);
      expect(Buffer.compare(Buffer.from(await some.arrayBuffer()), bytes.subarray(from, to + 1)), name).toBe(
        0,
      );
    }
  }
});

it('header, layout and preview are of the cube', async () => {
  const of = async (what: string) =>
    (await fetch(`${here.url(here.row('planes.fits'))}/${what}`)) as Response;
  expect(await (await of('layout')).json()).toMatchObject({
    bounds: { pol: ['I', 'Q', 'U', 'V'] },
    planes: [{ depth: [4, 10] }, { depth: [4, 10] }, { depth: [4, 10] }],
  });
  expect(JSON.stringify(await (await of('header')).json())).toContain('"keyword":"NAXIS4","value":10');
  expect((await of('preview')).headers.get('content-type')).toBe('image/png');
});

it('the command line cuts the same', async () => {
  const output = join(folder, 'cut.fits');
  const options = ['--band', channel(3), '--pol', 'I', '--pol', 'V', '-o', output];
  const { code, stderr } = await vignet(['cutout', join(folder, 'planes.fits'), ...options], { cwd: root });
  expect(code, stderr).toBe(0);
  expect(plane(readFileSync(output)).pixels).toEqual(wanted([0, 3], [3]));
  const none = await vignet(['cutout', join(folder, 'planes.fits'), '--pol', 'XX', '-o', output, '--force']);
  expect([none.code === 0, none.stderr]).toEqual([false, expect.stringContaining('I, Q, U, V')]);
});
