// What was written is what the truth says: asked of cfitsio, astropy, erfa and numpy.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulateOptions, simulate } from '../../src/simulate/index.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'vignet-simulate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const small: Omit<SimulateOptions, 'out'> = {
  visits: 6,
  detectors: 2,
  fullSize: 0,
  patches: 2,
  differences: 1,
  coaddBands: ['g', 'i'],
  workers: 0,
};

interface Found {
  readonly id: string;
  readonly type: string;
  readonly bytes: number;
  readonly opens: number[][];
  readonly row: {
    readonly path: string;
    readonly width: number;
    readonly height: number;
    readonly run: string;
    readonly bytes: number;
    readonly image_step: number;
    readonly variance_step: number;
  };
  readonly header: {
    readonly names: string[];
    readonly types: string[];
    readonly shape: number[];
    readonly units: string[];
    readonly butler: string[];
    readonly data_id_agrees: boolean;
    readonly seed: number[];
    readonly expected_seed: number;
    readonly codecs: string[];
    readonly dither: string[];
    readonly tile: number[];
    readonly step: number[];
    readonly parent: boolean[];
    readonly archive: string[][];
    readonly calibration: number;
    readonly time_s?: number;
    readonly ut1_s?: number;
    readonly era_deg?: number;
    readonly altaz_deg?: number;
  };
  readonly pixels: {
    readonly nan_is_no_data: boolean;
    readonly no_data: number;
    readonly pull: number;
    readonly image_sigma: number;
    readonly variance_sigma: number;
    readonly planes: Record<string, number>;
    readonly set: Record<string, number>;
    readonly stray: number;
  };
  readonly wcs: {
    truth_deg: number;
    ctype: string[];
    scale: number;
    sip_px?: number;
    distortion_px?: number;
  };
  readonly stars?: { chi: number[]; ratio: number[]; dx: number[]; dy: number[] };
}

const ask = (where: string): Found[] =>
  JSON.parse(
    execFileSync('/usr/bin/python3', [join(root, 'test/oracles/simulate_oracle.py'), where], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    }),
  ) as Found[];

const fitsIn = (where: string): string[] =>
  readdirSync(where, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.fits'))
    .sort();

const digests = (where: string): string[] =>
  readdirSync(where, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.\w+$/.test(name))
    .sort()
    .map(
      (name) =>
        `${name} ${createHash('sha1')
          .update(readFileSync(join(where, name)))
          .digest('hex')}`,
    );

describe('a small survey in the lossy16 recipe', () => {
  let found: Found[] = [];
  const where = join(folder, 'lossy');
  beforeAll(async () => {
    const seen: number[] = [];
    const result = await simulate({ ...small, out: where }, ({ done, total }) => seen.push(done / total));
    expect(seen.at(-1)).toBe(1);
    expect(result.files).toHaveLength(6 * 2 + 2 + 2 * 2 * 2);
    found = ask(where);
    expect(found.map((f) => [f.id, f.row.path, f.bytes])).toEqual(
      result.files.map((f) => [f.id, f.path, f.bytes]),
    );
  });

  it('passes fitsverify', () => {
    for (const name of fitsIn(where)) {
      const { stdout } = spawnSync('fitsverify', [join(where, name)], { encoding: 'utf8' });
      // The warnings are of afw's own column names, `cat.archive` and `cat.persistable`.
      expect(stdout).toContain('and 0 error(s)');
    }
  });

  it('has the afw layout, the recipe and the Butler cards', () => {
    for (const { id, header, row, type, opens } of found) {
      expect(header.names).toEqual([
        '',
        'IMAGE',
        'MASK',
        'VARIANCE',
        '',
        'PhotoCalib',
        'FilterLabel',
        'KernelPsf',
        'FixedKernel',
        'ApCorrMap',
        'ChebyshevBoundedField',
      ]);
      expect(header.types.slice(1, 6)).toEqual([
        'IMAGE',
        'MASK',
        'VARIANCE',
        'ARCHIVE_INDEX',
        'ARCHIVE_DATA',
      ]);
      expect(header.shape).toEqual([row.height, row.width]);
      expect(opens).toEqual([header.shape, header.shape, header.shape]);
      expect(header.units).toEqual(['nJy', 'nJy**2']);
      expect(header.butler).toEqual([id, type, row.run]);
      expect(header.data_id_agrees).toBe(true);
      expect(header.seed).toEqual([header.expected_seed, header.expected_seed]);
      // RICE_ONE is how cfitsio spells RICE_1 with the second dithering method.
      expect(header.codecs).toEqual(['RICE_ONE', 'GZIP_2', 'RICE_ONE']);
      expect(header.dither).toEqual(['SUBTRACTIVE_DITHER_2', 'SUBTRACTIVE_DITHER_2']);
      expect(header.tile).toEqual([row.width, 1]);
      expect(header.step).toEqual([row.image_step, row.image_step, row.image_step]);
      expect(header.parent).toEqual([true, true, true, true]);
      const names = [
        'PhotoCalib',
        'FilterLabel',
        'KernelPsf',
        'FixedKernel',
        'ApCorrMap',
        'ChebyshevBoundedField',
      ];
      expect(header.archive).toEqual([names, names]);
      expect(header.calibration).toBe(1);
    }
  });

  it('tells its times and directions rightly', () => {
    for (const { header, type } of found) {
      if (type === 'deep_coadd') continue;
      expect(header.time_s).toBeLessThan(1e-5);
      expect(header.ut1_s).toBeLessThan(1e-3);
      expect(header.era_deg).toBeLessThan(1e-6);
      // Ours is without precession and nutation.
      expect(header.altaz_deg).toBeLessThan(0.5);
    }
  });

  it('has coordinates that astropy reads as the truth says, with a consistent inverse', () => {
    for (const { wcs, type } of found) {
      expect(wcs.truth_deg).toBe(0);
      expect(wcs.scale).toBeGreaterThan(0.1995);
      expect(wcs.scale).toBeLessThan(0.2005);
      if (type === 'deep_coadd') expect(wcs.ctype).toEqual(['RA---TAN', 'DEC--TAN']);
      else {
        expect(wcs.ctype).toEqual(['RA---TAN-SIP', 'DEC--TAN-SIP']);
        expect(wcs.sip_px).toBeLessThan(1e-3);
        expect(wcs.distortion_px).toBeGreaterThan(0.1);
      }
    }
  });

  it('has noise as its variance says, NaN where there is no data, and dictionaries that differ', () => {
    const dictionaries = new Set<string>();
    for (const { pixels, row } of found) {
      expect(pixels.nan_is_no_data).toBe(true);
      // Undetected galaxies add a little.
      expect(pixels.pull).toBeGreaterThan(0.99);
      expect(pixels.pull).toBeLessThan(1.03);
      expect(row.image_step / (pixels.image_sigma / 16)).toBeCloseTo(1, 2);
      expect(row.variance_step / (pixels.variance_sigma / 16)).toBeCloseTo(1, 2);
      expect(pixels.stray).toBe(0);
      dictionaries.add(JSON.stringify(pixels.planes));
    }
    expect(dictionaries.size).toBe(4);
    const visits = found.filter((f) => f.type === 'visit_image');
    for (const name of ['BAD', 'INTRP', 'CR', 'EDGE', 'DETECTED']) {
      for (const { pixels } of visits) expect(pixels.set[name], name).toBeGreaterThan(0);
    }
    for (const name of ['NO_DATA', 'SAT', 'SUSPECT']) {
      expect(Math.max(...visits.map((f) => f.pixels.set[name] ?? 0)), name).toBeGreaterThan(0);
    }
  });

  it('holds its stars: fluxes within the noise, places to a twentieth of a pixel', () => {
    const stars = found.flatMap((f) => (f.stars ? [f.stars] : []));
    const chi = stars.flatMap((s) => s.chi);
    expect(chi.length).toBeGreaterThan(40);
    const mean = chi.reduce((sum, c) => sum + c, 0) / chi.length;
    const spread = Math.sqrt(chi.reduce((sum, c) => sum + c * c, 0) / chi.length);
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(chi.length));
    expect(spread).toBeGreaterThan(0.6);
    expect(spread).toBeLessThan(1.4);
    expect(Math.max(...chi.map(Math.abs))).toBeLessThan(5);
    const shifts = stars.flatMap((s) => [...s.dx, ...s.dy]);
    expect(shifts.length).toBeGreaterThan(40);
    const sorted = shifts.map(Math.abs).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(0.01);
    expect(sorted[Math.floor(sorted.length * 0.95)]).toBeLessThan(0.05);
    expect(Math.abs(shifts.reduce((sum, s) => sum + s, 0) / shifts.length)).toBeLessThan(0.01);
  });
});

describe('again', () => {
  const few = { ...small, visits: 2, patches: 1, scale: 0.1, coaddBands: ['r'] };

  it('the same bytes come out, with any number of workers', async () => {
    await simulate({ ...few, out: join(folder, 'one') });
    const compiled = (await import(join(root, 'dist/simulate/index.js'))) as { simulate: typeof simulate };
    await compiled.simulate({ ...few, out: join(folder, 'two'), workers: 2 });
    const one = digests(join(folder, 'one'));
    expect(one.length).toBeGreaterThan(8);
    expect(digests(join(folder, 'two'))).toEqual(one);
    await simulate({ ...few, seed: 9, out: join(folder, 'three') });
    expect(digests(join(folder, 'three'))).not.toEqual(one);
  });

  it.each([
    ['lossless', 'square', 'GZIP_2'],
    ['lossy16', 'square', 'RICE_ONE'],
    ['none', 'row', undefined],
  ] as const)('recipe %s in %s tiles, and raws', async (recipe, tile, codec) => {
    const where = join(folder, `${recipe}-${tile}`);
    await simulate({ ...few, recipe, tile, types: ['visit_image', 'raw'], out: where });
    for (const name of fitsIn(where)) {
      expect(spawnSync('fitsverify', [join(where, name)], { encoding: 'utf8' }).stdout).toContain(
        'and 0 error(s)',
      );
    }
    const found = ask(where);
    expect(found.filter((f) => f.type === 'raw')).toHaveLength(4);
    for (const { header, pixels, type } of found) {
      if (type === 'raw') continue;
      expect(header.codecs[0]).toBe(codec ?? null);
      if (tile === 'square') expect(header.tile).toEqual([256, 256]);
      expect(pixels.nan_is_no_data).toBe(true);
      expect(pixels.pull).toBeGreaterThan(0.97);
      expect(pixels.pull).toBeLessThan(1.03);
    }
  });

  it('a folder that cannot be made is a clear error', async () => {
    const occupied = join(folder, 'occupied');
    writeFileSync(occupied, '');
    await expect(simulate({ ...few, out: occupied })).rejects.toMatchObject({ code: 'CANNOT_WRITE' });
  });

  it('so is a file that cannot be, from threads too, and nothing half-written stays', async () => {
    const compiled = (await import(join(root, 'dist/simulate/index.js'))) as { simulate: typeof simulate };
    for (const [run, workers] of [
      [simulate, 0],
      [compiled.simulate, 2],
    ] as const) {
      const where = join(folder, `blocked-${workers}`);
      const { files } = await run({ ...few, workers, out: where });
      const target = join(where, files[0]?.path ?? '');
      rmSync(target);
      mkdirSync(join(target, 'x'), { recursive: true });
      await expect(run({ ...few, workers, out: where })).rejects.toMatchObject({
        kind: 'transient',
        code: 'CANNOT_WRITE',
      });
      expect(readdirSync(join(target, '..')).filter((name) => name.endsWith('.part'))).toEqual([]);
    }
  });

  it('a second simulation in the same process has its own sky', async () => {
    const seeds = [1, 9].map((seed) => ({
      ...few,
      seed,
      types: ['deep_coadd'],
      out: join(folder, `seed-${seed}`),
    }));
    for (const options of seeds) await simulate(options);
    await simulate({ ...seeds[1], out: join(folder, 'seed-again') } as SimulateOptions);
    const nine = digests(join(folder, 'seed-9'));
    const one = digests(join(folder, 'seed-1'));
    const shared = nine.filter((line) => one.includes(line)).map((line) => line.split(' ')[0]);
    expect(shared).toEqual(['truth/lightcurves.csv', 'truth/skymap.json']); // no visits, so no curves
    expect(digests(join(folder, 'seed-again'))).toEqual(nine);
  });
});
