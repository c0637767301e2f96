// A complete release: its visit images are the raw images corrected with the calibrations that they name, difference images are these
// less the steady sky, co-adds lead to raw images and calibrations; the same bytes every time; and the Butler around it is read by our own
// reader. Oracles: astropy and numpy (release_oracle.py); lsst-daf-butler reads the repository in `npm run test:interop`.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ButlerCandidates } from '../../src/ingest/butler/source.ts';
import { type SimulateOptions, type SimulateResult, simulate } from '../../src/simulate/index.ts';

const scratch = mkdtempSync(join(tmpdir(), 'vignet-release-'));
const out = join(scratch, 'dr1');
const small: SimulateOptions = { out, preset: 'release', label: 'dr1', scale: 0.05, recipe: 'lossless' };
let result: SimulateResult;

beforeAll(async () => {
  result = await simulate({ ...small, workers: 0 });
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function bytesOf(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return new Map(
    names
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
  );
}

interface Found {
  readonly read: number;
  readonly bytes: boolean;
  readonly visits: readonly {
    readonly image: number;
    readonly variance: number;
    readonly defects: boolean;
    readonly masked: boolean;
    readonly sigma: number;
  }[];
  readonly differences: readonly {
    readonly variance: boolean;
    readonly empty: number;
    readonly flux: number;
  }[];
  readonly raws: readonly {
    readonly off_arcsec: number;
    readonly noise: readonly number[];
    readonly level: readonly number[];
  }[];
  readonly chains: readonly string[][];
}

describe('a release', () => {
  let found: Found;

  beforeAll(() => {
    const script = resolve(import.meta.dirname, '../oracles/release_oracle.py');
    found = JSON.parse(execFileSync('/usr/bin/python3', [script, out], { encoding: 'utf8' }));
  });

  it('has every type', () => {
    const types = new Map<string, number>();
    for (const { type } of result.files) types.set(type, (types.get(type) ?? 0) + 1);
    expect(Object.fromEntries(types)).toEqual({
      ...{ raw: 8, visit_image: 8, difference_image: 7, deep_coadd: 8, template_coadd: 8 },
      // Of two detectors: of two times, of all times, and of each filter.
      ...{ bias: 4, dark: 2, defects: 2, flat: 4 },
    });
    expect(found.bytes).toBe(true);
    expect(result.butler).toEqual({ repository: out, collection: 'dr1' });
  });

  it('has visit images that follow from its raw images and calibrations', () => {
    expect(found.visits).toHaveLength(8);
    for (const visit of found.visits) {
      // Single precision, in sigmas of the pixel.
      expect(visit.image).toBeLessThan(1e-5);
      expect(visit.variance).toBeLessThan(1e-5);
      expect([visit.defects, visit.masked]).toEqual([true, true]);
      // The variance is that of the noise: 40,000 pixels, of which sources hold some.
      expect(Math.abs(visit.sigma - 1)).toBeLessThan(0.04);
    }
  });

  it('has raw images with overscans of the level and noise of their amplifiers', () => {
    expect(found.raws).toHaveLength(8);
    for (const raw of found.raws) {
      // The two WCS meet in the middle of the detector, where there is no distortion.
      expect(raw.off_arcsec).toBeLessThan(1e-4);
      // 6,400 pixels: a standard deviation is known to 0.9 %, a mean to 0.05 counts.
      for (const noise of raw.noise) expect(Math.abs(noise - 1)).toBeLessThan(0.05);
      for (const level of raw.level) expect(Math.abs(level)).toBeLessThan(0.25);
    }
  });

  it('has difference images that are the visit images less the steady sky', () => {
    for (const difference of found.differences) {
      expect(difference.variance).toBe(true);
      expect(difference.empty).toBeGreaterThan(0.2);
    }
    // Of the brightest star 5 % is further out than 1.6"; in some images neighbours shine into it.
    const fluxes = found.differences.flatMap(({ flux }) => flux ?? []).sort((a, b) => a - b);
    expect(Math.abs((fluxes[fluxes.length >> 1] ?? 0) - 0.95)).toBeLessThan(0.05);
  });

  it('has co-adds whose inputs lead to raw images and every calibration', () => {
    for (const chain of found.chains)
      expect(chain).toEqual(['bias', 'dark', 'defects', 'flat', 'raw', 'visit_image']);
  });

  it('is the same every time, with any number of workers, and another with another label or seed', async () => {
    const again = join(scratch, 'again');
    await simulate({ ...small, out: again, workers: 2 });
    expect(bytesOf(again)).toEqual(bytesOf(out));
    const ids = new Set(result.files.map(({ id }) => id));
    for (const [name, other] of Object.entries({ label: { label: 'dr2' }, seed: { seed: 2 } })) {
      const tiny = { scale: 0.03, visits: 2, detectors: 1, patches: 1, recipe: 'none' } as const;
      const { files } = await simulate({ ...small, ...tiny, ...other, out: join(scratch, name), workers: 0 });
      expect(files.filter(({ id }) => ids.has(id))).toEqual([]);
    }
  });
});

describe('the Butler around it', () => {
  it('lists every file with its data ID and a region around its pixels', async () => {
    const truth = readFileSync(join(out, 'truth/datasets.ndjson'), 'utf8').trim().split('\n');
    const rows = new Map(truth.map((line) => JSON.parse(line)).map((row) => [row.id, row]));
    const source = await ButlerCandidates.open({ repository: out, collections: ['dr1'] });
    try {
      const paths: string[] = [];
      for await (const found of source.candidates('C')) {
        if ('problem' in found) throw found.problem.error;
        const { path, facts } = found.candidate;
        paths.push(path);
        const row = rows.get(facts?.uuid);
        expect([facts?.type, facts?.run]).toEqual([row.type, row.run]);
        const { visit, exposure, detector, tract, patch, band } = row.dataId;
        expect([facts?.visit, facts?.detector, facts?.tract, facts?.patch]).toEqual([
          visit ?? exposure,
          detector,
          tract,
          patch,
        ]);
        expect(facts?.band).toBe(band);
        expect(facts?.region !== undefined).toBe(row.wcs !== undefined);
      }
      const listed = [...rows.values()].map(({ path }) => join(out, path));
      expect(paths.sort()).toEqual(listed.sort());
    } finally {
      await source.close();
    }
  });

  it('has calibrations that hold before and after the middle of the visits', async () => {
    const source = await ButlerCandidates.open({
      ...{ repository: out, collections: ['dr1/calib'], datasetTypes: ['bias', 'flat'] },
    });
    try {
      const found: [string, string, boolean, boolean][] = [];
      for await (const page of source.datasets())
        for (const { type, run, validity } of page)
          found.push([type.name, run, validity?.begin === null, validity?.end === null]);
      expect(found.filter(([type]) => type === 'bias')).toEqual([
        ['bias', 'dr1/calib/1', true, false],
        ['bias', 'dr1/calib/2', false, true],
        ['bias', 'dr1/calib/1', true, false],
        ['bias', 'dr1/calib/2', false, true],
      ]);
      expect(found.filter(([type]) => type === 'flat')).toHaveLength(4);
    } finally {
      await source.close();
    }
  });
});

it.each<[string, Partial<SimulateOptions>, string]>([
  ['a label of files alone', { preset: 'sample', label: 'dr1' }, 'a label only with the preset release'],
  ['types of a release', { types: ['raw'] }, 'none with the preset release, which has all'],
  ['a label that is no name', { label: '../x' }, 'received ../x'],
])('refuses %s', async (_, options, says) => {
  await expect(simulate({ ...small, ...options })).rejects.toThrow(says);
});
