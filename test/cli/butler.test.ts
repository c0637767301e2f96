// `vignet ingest --butler` on the real repository of DP2: what it says, and what other commands then find. Wrong usage of its options ends
// with 2 and one sentence. Oracles: the registry's own values; the whole image by astropy for the pixels of the cutout.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder } from '../support/archive.ts';
import { newButler } from '../support/butler.ts';
import { vignet } from './run.ts';

const real = process.env.VIGNET_REAL_DATA ?? resolve(import.meta.dirname, '../../../shared/data');
const dp2 = join(real, 'butler-dp2');

describe.skipIf(!existsSync(dp2))('the Butler of DP2', () => {
  it('is ingested, listed by type and band, and cut by the beginning of its UUID', async () => {
    const scratch = folder();
    const archive = ['--archive', join(scratch, 'archive')];
    const butler = ['ingest', '--butler', dp2, '--repo', 'dp2', '--obs-collection', 'LSST.DP2', ...archive];
    const first = await vignet([...butler, '--collection', 'LSSTCam/runs/DRP/*', '--dataset-type', '*coadd']);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^1 dataset ingested, 0 replaced, 0 unchanged, 2 failures/);
    expect(first.stderr).toContain('deep_coadd {band: i, skymap: lsst_cells_v2, tract: 5428, patch: 76}');
    expect(first.stderr).toContain('[NO_ARTIFACT]');
    const again = await vignet([...butler, '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ ingested: 0, unchanged: 1, gone: 0, failed: 2 });
    const listed = await vignet(['ls', '--json', '--type', 'deep_coadd', '--band', 'g', ...archive]);
    const row = JSON.parse(listed.stdout);
    expect(row).toMatchObject({
      ...{ id: 'ivo://vignet.example/dp2?repo=dp2&id=019ebd79-2ccb-7caf-bace-45028e943146' },
      ...{ collection: 'LSST.DP2', tract: 5428, patch: 76 },
    });
    const piece = join(scratch, 'piece.fits');
    const cut = await vignet(['cutout', '019ebd79', '--box', '3', '5', '33', '45', '-o', piece, ...archive]);
    expect(cut.code).toBe(0);
    const script = `
import sys, numpy
from astropy.io import fits
piece, whole = (fits.getdata(path, 1).astype('>f4') for path in sys.argv[1:])
print(piece.shape, numpy.array_equal(piece, whole[5:45, 3:33], equal_nan=True))`;
    const said = execFileSync('/usr/bin/python3', ['-c', script, piece, row.path], { encoding: 'utf8' });
    expect(said.trim()).toBe('(40, 30) True');
  });
});

describe('ingest from a Butler', () => {
  it.each<[string, string[], string]>([
    ['files beside it', ['--butler', 'REPO', 'image.fits'], 'expected --butler or files, received both'],
    ['a root beside it', ['--butler', 'REPO', '--root', '.'], 'expected --butler or --root'],
    ['a dataset type without it', ['--dataset-type', 'raw', '.'], 'expected --butler with --dataset-type'],
    ['an allowed host without it', ['--allow-host', 'a', '.'], 'expected --butler with --allow-host'],
    ['two collections without it', ['--collection', 'a', '--collection', 'b', '.'], 'several collections'],
    ['no repository', ['--butler', '/nonexistent'], 'expected a folder with butler.yaml'],
    ['an unknown collection', ['--butler', 'REPO', '--collection', 'z'], "received 'z'; there: run"],
    ['a folder that is not there', ['--butler', 'REPO', '--allow-root', '/nonexistent'], 'for --allow-root'],
  ])('refuses %s', async (_, args, says) => {
    const repository = folder();
    const butler = await newButler(repository);
    await butler.collection('run', 'run');
    await butler.registry.close();
    const archive = ['--archive', join(folder(), 'archive')];
    const given = args.map((arg) => (arg === 'REPO' ? repository : arg));
    const { code, stderr } = await vignet(['ingest', ...given, ...archive]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
  });
});
