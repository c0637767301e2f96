// What cubes mean and what BAND and POL cut of them. Wavelengths: astropy.units' spectral and Doppler equivalencies, and Edlen's formula
// for air (test/oracles/cube_oracle.py), to a relative 1e-12 (1e-8 for air); the channels of a band are found among these edges one by one. Polarization
// states are written from FITS 4.0, table 29. Where a header does not allow a wavelength, there is none.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { ingest } from '../../src/ingest/index.ts';
import type { CutoutRequest } from '../../src/products/cutout/cutout.ts';
import { Vignet } from '../../src/products/vignet.ts';
import { parseMosaic } from '../../src/vo/mosaic/request.ts';
import { parseStack } from '../../src/vo/stack/request.ts';
import { Oracle } from '../accuracy/oracle.ts';
import { data, header, type Value } from '../support/fits.ts';

const scratch = mkdtempSync(join(tmpdir(), 'vignet-cube-axes-'));
const files = join(scratch, 'files');
const oracle = new Oracle('cube_oracle.py');
const caller = { principal: ANONYMOUS };

interface Spectrum {
  readonly name: string;
  readonly edges?: readonly number[];
  readonly why?: string;
}
interface Meaning {
  readonly em_min: number | null;
  readonly em_max: number | null;
  readonly em_xel: bigint | number;
  readonly dataproduct_type: string;
  readonly wcs_note: string;
}
let spectra: readonly Spectrum[];
let vignet: Vignet;
const rows = new Map<string, { readonly id: string } & Readonly<Record<string, unknown>>>();

/** A cube of 8 x 8 pixels as ALMA's pipeline writes it; pixel (x, y) of channel z and state t has the value 100 t + z. */
function cube(
  name: string,
  channels: number,
  states: readonly [crval: number, cdelt: number, count: number],
) {
  const [crval, cdelt, count] = states;
  const sky = { CTYPE1: 'RA---SIN', CRVAL1: 266.4168, CRPIX1: 4, CDELT1: -0.001 };
  const cards: Record<string, Value> = {
    ...{ SIMPLE: true, BITPIX: -32, NAXIS: 4, NAXIS1: 8, NAXIS2: 8, NAXIS3: channels, NAXIS4: count },
    ...{ ...sky, CTYPE2: 'DEC--SIN', CRVAL2: -29.0078, CRPIX2: 4, CDELT2: 0.001, RADESYS: 'ICRS' },
    ...{ CTYPE3: 'FREQ', CRVAL3: 230e9, CRPIX3: 1, CDELT3: 1e9, CUNIT3: 'Hz', SPECSYS: 'LSRK' },
    ...{ CTYPE4: 'STOKES', CRVAL4: crval, CRPIX4: 1, CDELT4: cdelt, BUNIT: 'Jy/beam', CASAMBM: true },
    ...{ 'DATE-OBS': '2020-01-01T00:00:00', EXPTIME: 60 },
  };
  const pixels = Buffer.alloc(4 * 64 * channels * count);
  for (let n = 0; n < 64 * channels * count; n++) {
    const slice = Math.floor(n / 64);
    pixels.writeFloatBE(100 * Math.floor(slice / channels) + (slice % channels), 4 * n);
  }
  writeFileSync(join(files, `${name}.fits`), Buffer.concat([header(Object.entries(cards)), data(pixels)]));
}

beforeAll(async () => {
  mkdirSync(files);
  spectra = await oracle.ask<Spectrum[]>('spectra', { folder: files });
  cube('stokes', 10, [1, 1, 4]);
  cube('circular', 1, [-1, -1, 4]);
  cube('strange', 1, [0, 1, 3]);
  cube('continuum', 1, [1, 1, 1]);
  const archive = join(scratch, 'archive');
  const report = await ingest(archive, [files], { collection: 'cubes', repo: 'cubes' });
  expect(report.failures).toEqual([]);
  vignet = await Vignet.open(archive, { engine: { threads: 1 } });
  for await (const piece of vignet.archive.as(ANONYMOUS).list())
    for (const row of piece) rows.set(row.path.replace('.fits', ''), row as never);
});

afterAll(async () => {
  await Promise.all([oracle.close(), vignet?.close()]);
  rmSync(scratch, { recursive: true, force: true });
});

const row = (name: string) => rows.get(name) ?? { id: '' };
const plan = (name: string, request: CutoutRequest) => vignet.cutout(row(name).id, request, caller);
const here = { shape: 'circle', values: [266.4168, -29.0078, 0.0015] } as const;

it('the catalog has the wavelengths of a spectral axis, and none where the header does not allow them', () => {
  for (const { name, edges, why } of spectra) {
    const { em_min, em_max, em_xel, dataproduct_type, wcs_note } = row(name) as unknown as Meaning;
    expect(dataproduct_type, name).toBe('cube');
    if (edges) {
      const [min, max] = [Math.min(...edges), Math.max(...edges)];
      // wcslib takes the refraction of air at the wavelength in air, Edlen at that in vacuum.
      const tolerance = name === 'awav' ? 1e-8 : 1e-12;
      expect(Math.abs((em_min ?? 0) / min - 1), name).toBeLessThan(tolerance);
      expect(Math.abs((em_max ?? 0) / max - 1), name).toBeLessThan(tolerance);
      expect(Number(em_xel), name).toBe(6);
    } else {
      expect([em_min, em_max], name).toEqual([null, null]);
      expect(wcs_note, name).toContain(why);
    }
  }
  expect(row('vrad').wcs_note).toContain('LSRK');
  expect(row('freq').wcs_note).toContain('SPECSYS');
  // Optical or radio velocities: 12 m/s apart, in channels of 824 m/s.
  expect(row('cgps').wcs_note).toContain('less than a channel');
  expect(row('aipsradio').wcs_note).toContain('VELREF = 257 is read as VRAD');
});

it('the catalog has the states of a STOKES axis, and none that no table has', () => {
  const of = (name: string) => [row(name).pol_states, Number(row(name).pol_xel), row(name).dataproduct_type];
  expect(of('stokes')).toEqual(['/I/Q/U/V/', 4, 'cube']);
  expect(of('circular')).toEqual(['/RR/LL/RL/LR/', 4, 'cube']);
  expect(of('continuum')).toEqual(['/I/', 1, 'image']);
  expect(of('strange')).toEqual([null, 0, 'cube']);
  expect(row('strange').wcs_note).toContain('table 29');
  expect(of('freq')).toEqual([null, 0, 'cube']);
});

it('BAND gives the channels that overlap it', async () => {
  for (const { name, edges } of spectra) {
    if (!edges) continue;
    const at = (edge: number) => {
      const low = Math.floor(edge);
      const [a = 0, b = a] = [edges[low], edges[low + 1]];
      return a + (edge - low) * (b - a);
    };
    for (const [from, to] of [
      [0.3, 0.6],
      [1.5, 3.5],
      [2.9, 4.1],
      [5.5, 5.9],
      [0.01, 5.99],
      [0, 1.5],
      [4.5, 6],
    ] as const) {
      const band = { min: Math.min(at(from), at(to)), max: Math.max(at(from), at(to)) };
      const cut = await plan(name, { band });
      const first = Math.floor(from);
      expect(cut?.depth?.axis3, `${name} ${from} to ${to}`).toEqual({
        from: first,
        count: Math.min(Math.floor(to), 5) - first + 1,
        step: 1,
      });
    }
    expect(await plan(name, { band: { min: 2 * Math.max(...edges), max: 1 } }), name).toBeUndefined();
    expect((await plan(name, { band: { min: 0, max: Number.POSITIVE_INFINITY } }))?.depth?.axis3).toEqual({
      ...{ from: 0, count: 6, step: 1 },
    });
  }
  // Without wavelengths no BAND overlaps.
  expect(await plan('norest', { band: { min: 0, max: 1 } })).toBeUndefined();
  expect(await vignet.whyNoCutout(row('norest').id, { band: { min: 0, max: 1 } }, caller)).toContain(
    'not known',
  );
});

it('POL gives the states in the order of the file, with their place on the axis', async () => {
  const values = async (pol: readonly string[]) => {
    const bytes = await (await plan('stokes', { stencil: here, pol }))?.bytes();
    const text = Buffer.from(bytes ?? []).toString('latin1');
    const card = (name: string) => Number(new RegExp(`${name} *= *([^ /]+)`).exec(text)?.[1]);
    const [x, y, z, t] = ['NAXIS1', 'NAXIS2', 'NAXIS3', 'NAXIS4'].map(card) as [
      number,
      number,
      number,
      number,
    ];
    const view = new DataView(bytes?.buffer ?? new ArrayBuffer(0), bytes?.byteOffset);
    const start = text.indexOf("XTENSION= 'IMAGE") + 2880 * 1;
    const slice = (n: number) => view.getFloat32(start + 4 * x * y * z * n) / 100;
    const states = Array.from(
      { length: t },
      (_, n) => card('CRVAL4') + (n + 1 - card('CRPIX4')) * card('CDELT4'),
    );
    return { states, slices: Array.from({ length: t }, (_, n) => slice(n)), beams: text.includes('CASAMBM') };
  };
  expect(await values(['V', 'Q'])).toEqual({ states: [2, 4], slices: [1, 3], beams: false });
  expect(await values(['I', 'V'])).toEqual({ states: [1, 4], slices: [0, 3], beams: false });
  expect(await values(['U', 'XX'])).toEqual({ states: [3], slices: [2], beams: false });
  await expect(plan('stokes', { pol: ['I', 'Q', 'V'] })).rejects.toMatchObject({ code: 'UNEVEN_STATES' });
  expect(await plan('stokes', { pol: ['XX'] })).toBeUndefined();
  expect(await vignet.whyNoCutout(row('stokes').id, { pol: ['XX'] }, caller)).toContain('I, Q, U, V');
});

it('an image with axes of one pixel is tested by BAND and POL, and is an image to stacks and mosaics', async () => {
  const metres = 299792458 / 230e9;
  const request = { stencil: here, band: { min: metres, max: metres }, pol: ['I'] };
  expect((await plan('continuum', request))?.depth).toEqual({
    axis3: { from: 0, count: 1, step: 1 },
    axis4: { from: 0, count: 1, step: 1 },
  });
  expect(await plan('continuum', { ...request, band: { min: 1, max: 2 } })).toBeUndefined();
  expect((await plan('continuum', { ...request, format: 'png' }))?.contentType).toBe('image/png');
  const id = row('continuum').id;
  const mosaic = await vignet.mosaic(
    parseMosaic(Object.entries({ ID: id, CIRCLE: '266.4168 -29.0078 0.0015' })),
    caller,
  );
  expect((await mosaic?.bytes())?.length).toBeGreaterThan(2880);
  const stack = await vignet.stack(
    parseStack(Object.entries({ ID: id, RA: '266.4168', DEC: '-29.0078', SIZE: '3' })),
    caller,
  );
  expect(Buffer.from(await stack.bytes()).toString('latin1')).not.toContain('CUBE');
});

it('a cube is no picture, and no input of stacks and mosaics; the answer says so', async () => {
  await expect(plan('stokes', { stencil: here, format: 'png' })).rejects.toMatchObject({
    code: 'CONTRADICTION',
  });
  const id = row('stokes').id;
  const region = { ID: id, CIRCLE: '266.4168 -29.0078 0.0015' };
  await expect(vignet.mosaic(parseMosaic(Object.entries(region)), caller)).rejects.toMatchObject({
    code: 'CUBE',
  });
  const stack = await vignet.stack(
    parseStack(Object.entries({ ID: id, RA: '266.4168', DEC: '-29.0078', SIZE: '3' })),
    caller,
  );
  expect(Buffer.from(await stack.bytes()).toString('latin1')).toContain('a cube of 8 x 8 x 10 x 4 pixels');
});

const textOf = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('latin1');

it('a cube beside an image is a missing input of a mosaic, and a row without pixels of a stack', async () => {
  const ids = [row('stokes').id, row('continuum').id].map((id) => ['ID', id] as const);
  const mosaic = await vignet.mosaic(parseMosaic([...ids, ['CIRCLE', '266.4168 -29.0078 0.0015']]), caller);
  expect(textOf(await mosaic?.bytes())).toContain('a cube of 8 x 8 x 10 x 4 pixels');
  const sized = [
    ['RA', '266.4168'],
    ['DEC', '-29.0078'],
    ['SIZE', '3'],
  ] as const;
  const both = textOf(await (await vignet.stack(parseStack([...ids, ...sized]), caller)).bytes());
  expect(both.split('a cube of').length - 1).toBe(1);
});

it('a cut of channels moves the axis though WCSAXES, 2, leaves it out: readers take the highest axis that has cards', async () => {
  const edges = spectra.find(({ name }) => name === 'fewer')?.edges ?? [];
  const middle = ((edges[4] ?? 0) + (edges[5] ?? 0)) / 2;
  const cut = await plan('fewer', { band: { min: middle, max: middle } });
  expect(cut?.depth?.axis3).toEqual({ from: 4, count: 1, step: 1 });
  // CRPIX3 of the cube is 2.
  expect(textOf(await cut?.bytes())).toMatch(/CRPIX3 *= *-2(\.0)? /);
});
