// `vignet mosaic` as a process.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, inject, it } from 'vitest';
import { type Ended, run, vignet } from './run.ts';

const archive = inject('sample');
const folder = mkdtempSync(join(tmpdir(), 'vignet-cli-mosaic-'));
const output = join(folder, 'mosaic.fits');
afterAll(() => rmSync(folder, { recursive: true }));

const here = ['--circle', '150.2987 2.38812 0.01', '--band', 'r'];
const mosaic = (...args: string[]) => vignet(['mosaic', '--archive', archive, ...args]);

it('says what it would make and makes it: a file that fitsverify accepts', async () => {
  const planned = await mosaic(...here, '--detail', 'MaskedImage', '--plan');
  expect(planned.code).toBe(0);
  const plan = JSON.parse(planned.stdout) as { bytes: number };
  expect(plan).toMatchObject({ planes: ['image', 'mask', 'variance'] });
  const made = await mosaic(...here, '--detail', 'MaskedImage', '-o', output, '--json');
  expect(made.code).toBe(0);
  expect(JSON.parse(made.stderr)).toMatchObject({ ...plan, output });
  expect(readFileSync(output).length).toBe(plan.bytes);
  expect(await run('fitsverify', ['-q', '-e', output])).toMatchObject({ code: 0 });
  const piped = await mosaic(...here, '--detail', 'MaskedImage', '-o', '-');
  expect(piped.bytes.equals(readFileSync(output))).toBe(true);
});

it('takes coadds where nothing else is named, and says so where there are none', async () => {
  const told = ({ code, stderr }: Ended) => [code, stderr];
  const away = ['--circle', '10 -80 0.01', '-o', join(folder, 'none.fits')];
  expect(told(await mosaic(...away))).toEqual([
    2,
    expect.stringContaining(
      'no coadd overlaps the region; nothing does; select other images by --type or by their IDs',
    ),
  ]);
  expect(told(await mosaic(...away, '--type', 'visit_image'))).toEqual([
    2,
    expect.stringContaining('no visit_image overlaps the region; nothing does'),
  ]);
  expect(existsSync(join(folder, 'none.fits'))).toBe(false);
});

it('leaves no half file where it fails', async () => {
  const { code, stderr } = await mosaic(...here, '--pixscale', '0', '-o', join(folder, 'half.fits'));
  expect([code, stderr]).toEqual([2, expect.stringMatching(/PIXSCALE|pixscale/)]);
  expect(readdirSync(folder)).toEqual(['mosaic.fits']);
});
