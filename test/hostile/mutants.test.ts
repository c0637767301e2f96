// Mutants of good files through the whole house: ingest, cutouts, stacks, film strips and mosaics. Each has an answer or an error of ours, never
// a fault, and the process lives. The parsers and decoders have fuzzers of their own (`scripts/lib/fuzz.mjs`); this is about what lies between.
// Seed and path are printed when it fails. In the long form thousands, other ones each time.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { ANONYMOUS as principal } from '../../src/access/principal.ts';
import { VignetError } from '../../src/base/errors.ts';
import { parseMosaic, stackRequest, Vignet } from '../../src/index.ts';
import { ingest } from '../../src/ingest/index.ts';
import { simulate } from '../../src/simulate/index.ts';
import { byCfitsio } from '../support/compressed.ts';
import { plainImage } from '../support/fits.ts';
import { mutantsOf } from './mutants.ts';

const top = mkdtempSync(join(tmpdir(), 'vignet-mutants-'));
const long = Boolean(process.env.VIGNET_LONG);
const BATCH = 20;
const limits = { maxBytes: 2 ** 24, maxWholeBytes: 2 ** 24, maxMosaicBytes: 2 ** 24 };
afterAll(() => rmSync(top, { recursive: true, force: true }));

async function seeds(): Promise<Buffer[]> {
  const out = join(top, 'simulated');
  const sky = { out, scale: 0.02, visits: 1, detectors: 1, tracts: 1, patches: 1, fullSize: 0, workers: 0 };
  await simulate({ ...sky, bands: ['r'], types: ['visit_image', 'deep_coadd'] });
  const simulated = readdirSync(out, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.fits'))
    .map((name) => readFileSync(join(out, name)))
    .filter(({ length }) => length < 400_000);
  expect(simulated.length).toBeGreaterThan(0);
  return [
    plainImage(),
    plainImage(60, 50, { BITPIX: -32, BUNIT: 'nJy', 'MJD-OBS': 60_000.5, EXPTIME: 30 }),
    ...['R', 'G', 'H 20,15', 'P'].map((how) => byCfitsio(16, how)),
    ...['R 20,15; q 8', 'G; q 8', 'H 20,15; q 4'].map((how) => byCfitsio(-32, how)),
    ...simulated,
  ];
}

/** What is no fault: an answer, nothing, or an error of ours that says what is wrong with the file or the question. */
async function outcome(ask: () => Promise<{ bytes(): Promise<Uint8Array> } | undefined>): Promise<string> {
  try {
    await (await ask())?.bytes();
    return 'answered';
  } catch (error) {
    if (error instanceof VignetError && error.kind !== 'fatal') return error.code;
    return `FAULT ${(error as Error).stack}`;
  }
}

it('no mutant is a fault', async () => {
  const batches = fc.array(mutantsOf(await seeds()), { minLength: BATCH, maxLength: BATCH });
  const seen = new Map<string, number>();
  const batch = async (files: readonly Buffer[]) => {
    const folder = join(top, 'files');
    const archive = join(top, 'archive');
    for (const path of [folder, archive]) rmSync(path, { recursive: true, force: true });
    mkdirSync(folder);
    for (const [n, bytes] of files.entries()) writeFileSync(join(folder, `${n}.fits`), bytes);
    const { failures } = await ingest(archive, [folder], {
      collection: 'Mutants',
      repo: 'mutants',
      jobs: 1,
      type: 'image',
    });
    expect(failures.filter(({ code }) => code === 'INTERNAL')).toEqual([]);
    const vignet = await Vignet.open(archive, { engine: { threads: 0, deadlineMs: 60_000 }, limits });
    for await (const piece of vignet.archive.as(principal).list())
      for (const { id, uuid, path, s_ra, s_dec } of piece) {
        const [ra, dec] = [s_ra ?? 53, s_dec ?? -27];
        const stencil = { shape: 'circle', values: [ra, dec, 0.001] } as const;
        const target = { kind: 'fixed', ra, dec } as const;
        const one = { target, ids: [{ repo: 'mutants', uuid }], edge: true, detail: 'MaskedImage' } as const;
        const grid: [string, string][] = [
          ['ID', id],
          ['CIRCLE', `${ra} ${dec} 0.002`],
          ['PROJECTION', 'TAN'],
          ['CUTOUTDETAIL', 'MaskedImage'],
        ];
        const asked = {
          whole: () => vignet.cutout(id, { detail: 'Exposure' }, { principal }),
          circle: () => vignet.cutout(id, { stencil, detail: 'MaskedImage' }, { principal }),
          picture: () => vignet.cutout(id, { format: 'png' }, { principal }),
          rice: () => vignet.cutout(id, { compress: 'rice' }, { principal }),
          stack: () => vignet.stack(stackRequest({ ...one, size: 15 }), { principal }),
          film: () => vignet.stack(stackRequest({ ...one, size: 9, format: 'cube' }), { principal }),
          mosaic: () => vignet.mosaic(parseMosaic(grid), { principal }),
        };
        for (const [what, ask] of Object.entries(asked)) {
          const how = await outcome(ask);
          expect(how, `${what} of ${basename(path)}`).not.toMatch(/^FAULT/);
          seen.set(how, (seen.get(how) ?? 0) + 1);
        }
      }
    await vignet.close();
  };
  await fc.assert(fc.asyncProperty(batches, batch), {
    numRuns: long ? 150 : 2,
    ...(!long && { seed: 12 }),
    // A file that fails is found by its number; to make smaller ones of it takes too long.
    endOnFailure: true,
  });
  // It is about files that are used, too.
  expect(seen.get('answered')).toBeGreaterThan(10);
});
