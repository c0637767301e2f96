// `vignet mosaic` as a process.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, inject, it } from 'vitest';
import { data, floats, header, imageCards } from '../support/fits.ts';
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

// The oracle is the same request of an archive that holds the files.
it('joins and resamples plain files without an archive, with the pixels that an archive of them gives', async () => {
  const files = join(folder, 'files');
  mkdirSync(files);
  const image = (name: string, x: number) => {
    const cards = imageCards(60, 40, { CRPIX1: x, CRPIX2: 20, BUNIT: 'adu' });
    writeFileSync(join(files, name), Buffer.concat([header(cards), data(floats(2400))]));
    return join(files, name);
  };
  const [left, right] = [image('left.fits', 50), image('right.fits', 10)];
  const archive = join(folder, 'archive');
  expect((await vignet(['ingest', '--archive', archive, files])).code).toBe(0);
  const ids = (await vignet(['ls', '--archive', archive, '--json'])).stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; path: string });
  const idOf = (name: string) => ids.find(({ path }) => path.endsWith(name))?.id ?? '';
  const pixels = ({ bytes, stderr }: Ended) => {
    expect(stderr).toBe('');
    return bytes.subarray(
      bytes.indexOf('XTENSION= '),
      bytes.indexOf('XTENSION= ', bytes.indexOf('XTENSION= ') + 1),
    );
  };
  for (const [words, names] of [
    [
      [left, right],
      ['left.fits', 'right.fits'],
    ],
    [
      [left, '--rotation', '0', '--pixscale', '0.3'],
      ['left.fits', '--rotation', '0', '--pixscale', '0.3'],
    ],
    [
      [right, '--circle', '53 -27 0.001'],
      ['right.fits', '--circle', '53 -27 0.001'],
    ],
  ] as const) {
    const made = pixels(await vignet(['mosaic', ...words, '-o', '-']));
    const named = names.map((name) => (name.endsWith('.fits') ? idOf(name) : name));
    expect(made.length).toBeGreaterThan(2880);
    const same = pixels(await vignet(['mosaic', '--archive', archive, ...named, '-o', '-']));
    // Behind the header, whose CRPIX is written as the file has it that set the grid.
    expect(made.subarray(2880).equals(same.subarray(2880)), words.join(' ')).toBe(true);
  }
  const told = ({ code, stderr }: Ended) => [code, stderr];
  expect(told(await vignet(['mosaic', left, right, '-o', left, '--force']))).toEqual([
    2,
    expect.stringContaining('[OUTPUT_IS_INPUT]'),
  ]);
  expect(told(await vignet(['mosaic', left, idOf('right.fits')]))).toEqual([
    2,
    expect.stringContaining('[CONTRADICTION]'),
  ]);
  const text = join(files, 'text.txt');
  writeFileSync(text, 'no image');
  expect(told(await vignet(['mosaic', text]))).toEqual([
    1,
    expect.stringContaining('text.txt: expected a FITS file'),
  ]);
}, 60_000);
