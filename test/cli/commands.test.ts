// Every command does what it says, as a process.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { plainImage } from '../support/fits.ts';
import { bin, root, run, vignet } from './run.ts';

interface Row {
  readonly id: string;
  readonly path: string;
  readonly s_ra: number;
  readonly s_dec: number;
}

const archive = inject('sample');
const folder = mkdtempSync(join(tmpdir(), 'vignet-cli-'));
const file = join(folder, 'image.fits');
let row: Row;

beforeAll(async () => {
  writeFileSync(file, plainImage());
  const listed = await vignet(['ls', '--json', '--archive', archive]);
  row = JSON.parse(listed.stdout.split('\n', 1)[0] ?? '') as Row;
});

afterAll(() => rmSync(folder, { recursive: true }));

/** NAXIS1 and NAXIS2 of the image extensions of a FITS file. */
function shapes(bytes: Buffer): string[] {
  const text = bytes.toString('latin1');
  return [...text.matchAll(/XTENSION= 'IMAGE.*?NAXIS1 {2}= +(\d+).*?NAXIS2 {2}= +(\d+)/gs)].map(
    ([, x, y]) => `${x}x${y}`,
  );
}

async function fitsverified(path: string): Promise<void> {
  expect(await run('fitsverify', ['-q', '-e', path])).toMatchObject({ code: 0 });
}

describe('ls', () => {
  it('gives one object a line with all that the contract names', async () => {
    const { code, stdout } = await vignet(['ls', '--json', '--archive', archive]);
    expect(code).toBe(0);
    const rows = stdout.trimEnd().split('\n');
    expect(rows.length).toBeGreaterThan(50);
    const names = 'id path type collection band visit detector tract patch t_min s_ra s_dec s_region'.split(
      ' ',
    );
    for (const line of rows) {
      const one = JSON.parse(line) as Record<string, unknown>;
      expect(Object.keys(one)).toEqual(expect.arrayContaining(names));
      expect(one.id).toMatch(/^ivo:\/\/[^?]+\?repo=sim&id=[0-9a-f-]{36}$/);
      expect(existsSync(String(one.path))).toBe(true);
      expect(one.collection).toBe('Vignet.Sample');
    }
  });

  it('chooses by type, band and position, and shows a table', async () => {
    const near = `${row.s_ra} ${row.s_dec}`;
    const chosen = ['--type', 'visit_image', '--band', 'r', '--near', near];
    const { code, stdout } = await vignet(['ls', ...chosen, '--archive', archive]);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines.slice(1, -1)) expect(line).toMatch(/^Vignet\.Sample +visit_image +r /);
    expect(lines.at(-1)).toBe(`${lines.length - 2} datasets`);
  });

  it('takes the archive from the environment', async () => {
    const { code, stdout } = await vignet(['ls', '--band', 'nothing'], { env: { VIGNET_ARCHIVE: archive } });
    expect([code, stdout]).toEqual([0, '0 datasets\n']);
  });

  // Oracle of the numbers: the list itself, counted here.
  it.each([
    ['--band q', 'no dataset of band q; there: '],
    ['--type nothing --band r --near', 'no nothing of band r covers '],
    ['--collection nothing --ids', 'no dataset of collection nothing; there: '],
  ])('%s: says what there is where nothing matches', async (words, begin) => {
    const near = words.endsWith('--near') ? [`${row.s_ra} ${row.s_dec}`] : [];
    const { code, stdout, stderr } = await vignet(['ls', ...words.split(' '), ...near, '--archive', archive]);
    expect([code, stdout]).toEqual([0, words.endsWith('--ids') ? '' : '0 datasets\n']);
    expect(stderr.startsWith(begin)).toBe(true);
    const of = (text: string) => /there: (.*?)(?: \(|$)/m.exec(text)?.[1] ?? '';
    const here = near.length > 0 ? ['--near', ...near] : [];
    const all = await vignet(['ls', '--json', ...here, '--archive', archive]);
    const counts: Record<string, number> = {};
    for (const line of all.stdout.trimEnd().split('\n')) {
      const { type, band } = JSON.parse(line) as { type: string; band: string };
      counts[`${type} ${band}`] = (counts[`${type} ${band}`] ?? 0) + 1;
    }
    const said: Record<string, number> = {};
    for (const part of of(stderr).split('; ')) {
      const [type = '', ...bands] = part.split(/,? /);
      for (let n = 0; n < bands.length; n += 2) said[`${type} ${bands[n]}`] = Number(bands[n + 1]);
    }
    expect(said).toEqual(counts);
    if (words.includes('--collection')) expect(stderr).toContain('(collections Vignet.Sample of release ');
  });

  it('says that a position has nothing', async () => {
    const { code, stderr } = await vignet(['ls', '--near', '10 20', '--archive', archive]);
    expect([code, stderr]).toEqual([0, 'no dataset covers 10 20; nothing does\n']);
  });
});

describe('layout', () => {
  it('describes a file', async () => {
    const { code, stdout } = await vignet(['layout', file]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^survey: general .*\nplane +hdu .*\nimage +0 .*40x30 /);
  });

  it('describes a dataset as JSON', async () => {
    const { code, stdout } = await vignet(['layout', row.id, '--json', '--archive', archive]);
    expect(code).toBe(0);
    const info = JSON.parse(stdout) as { planes: { kind: string }[]; bytes: number };
    expect(info.planes.map(({ kind }) => kind)).toEqual(['image', 'mask', 'variance']);
    expect(info.bytes).toBeGreaterThan(100);
  });
});

describe('cutout', () => {
  it('of an ID, by circle, into a file', async () => {
    const output = join(folder, 'circle.fits');
    const circle = ['--circle', `${row.s_ra} ${row.s_dec} 0.002`, '--detail', 'MaskedImage'];
    const { code, stderr } = await vignet(['cutout', row.id, ...circle, '-o', output, '--archive', archive]);
    const [shape = '', ...others] = shapes(readFileSync(output));
    expect(others).toEqual([shape, shape]);
    const pixels = `${shape.replace('x', ' x ')} pixels`;
    expect([code, stderr]).toEqual([0, `${output}: ${pixels}, ${statSync(output).size} bytes\n`]);
    await fitsverified(output);
  });

  it('of a file, by box, to standard output: the bytes of the file that -o writes', async () => {
    const output = join(folder, 'box.fits');
    const box = ['--box', '3 4 13 9'];
    const toFile = await vignet(['cutout', file, ...box, '-o', output, '--json']);
    expect(toFile.code).toBe(0);
    expect(JSON.parse(toFile.stderr)).toEqual({
      output,
      bytes: statSync(output).size,
      box: { x0: 3, y0: 4, x1: 13, y1: 9 },
      missingPlanes: [],
    });
    const toPipe = await vignet(['cutout', file, ...box, '-o', '-']);
    expect([toPipe.code, toPipe.stderr]).toEqual([0, '']);
    expect(toPipe.bytes.equals(readFileSync(output))).toBe(true);
    const oneCore = ['-c', '0', process.execPath, bin, 'cutout', file, ...box, '-o', '-'];
    expect((await run('taskset', oneCore)).bytes.equals(toPipe.bytes)).toBe(true);
    expect(shapes(toPipe.bytes)).toEqual(['10x5']);
    await fitsverified(output);
  });

  // Oracle: numpy counts the columns and rows of the answer, as astropy reads it, that have no pixel of the image (NaN).
  it('says its pixels, and how many of them lie outside the image', async () => {
    const output = join(folder, 'padded.fits');
    const box = ['--box', '-5 29 46 40', '--edge', 'pad'];
    const { code, stderr } = await vignet(['cutout', file, ...box, '-o', output]);
    const script = `import sys, numpy as np; from astropy.io import fits
seen = ~np.isnan([hdu.data for hdu in fits.open(sys.argv[1]) if hdu.data is not None][0])
height, width = seen.shape
print(f"{width} x {height} pixels, {(~seen.any(axis=0)).sum()} columns and {(~seen.any(axis=1)).sum()} rows")`;
    const { stdout } = await run('/usr/bin/python3', ['-c', script, output]);
    expect(stdout).toBe('51 x 11 pixels, 11 columns and 10 rows\n');
    const said = `${output}: ${stdout.trim()} outside the image, ${statSync(output).size} bytes\n`;
    expect([code, stderr]).toEqual([0, said]);
    const picture = await vignet(['cutout', file, '-o', join(folder, 'plain.png')]);
    expect(picture.stderr).toMatch(/plain.png: 40 x 30 pixels drawn, \d+ bytes/);
  });

  it('of a whole file, named after it, saying what it lacks', async () => {
    // In the file's own folder that name is taken by the file itself.
    const cwd = mkdtempSync(join(folder, 'elsewhere-'));
    const { code, stderr } = await vignet(['cutout', file, '--detail', 'MaskedImage'], { cwd });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^image.*\.fits: 40 x 30 pixels, \d+ bytes\nthe dataset has no MASK, VARIANCE\n$/);
    const [name = ''] = stderr.split(':', 1);
    expect(shapes(readFileSync(join(cwd, name)))).toEqual(['40x30']);
  });

  it.each(['gzip', 'rice'])('compressed by %s', async (compress) => {
    const output = join(folder, `${compress}.fits.fz`);
    const { code } = await vignet(
      ['cutout', row.id, '--box', '0 0 64 64', '--compress', compress].concat([
        '-o',
        output,
        '--archive',
        archive,
      ]),
    );
    expect(code).toBe(0);
    await fitsverified(output);
  });

  it.each([
    ['image/png', '\x89PNG'],
    ['image/jpeg', '\xff\xd8\xff'],
    ['webp', 'RIFF'],
  ])('as a picture: %s', async (format, magic) => {
    const { code, bytes } = await vignet(['cutout', file, '--format', format, '-o', '-']);
    expect([code, bytes.toString('latin1').startsWith(magic)]).toEqual([0, true]);
  });

  it('leaves no half file where it fails', async () => {
    const output = join(folder, 'none.fits');
    expect((await vignet(['cutout', file, '--box', '0 0 99 9', '-o', output])).code).toBe(2);
    expect(readdirSync(folder).filter((name) => name.startsWith('none'))).toEqual([]);
  });
});

describe('ingest', () => {
  it('again changes nothing, and its bad file is named', async () => {
    const files = mkdtempSync(join(folder, 'files-'));
    for (const name of ['a', 'b', 'c']) writeFileSync(join(files, `${name}.fits`), plainImage());
    writeFileSync(join(files, 'bad.fits'), 'SIMPLE  = no');
    const own = join(folder, 'own');
    const args = ['ingest', files, '--archive', own, '--json'];
    const ids = async () => (await vignet(['ls', '--json', '--archive', own])).stdout;
    const first = await vignet(args);
    expect(first.code).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({ ingested: 3, replaced: 0, unchanged: 0, failed: 1 });
    const before = await ids();
    const second = await vignet(args);
    expect(JSON.parse(second.stdout)).toMatchObject({ ingested: 0, replaced: 0, unchanged: 3, failed: 1 });
    expect(await ids()).toBe(before);
    const strict = await vignet(['ingest', files, '--archive', own, '--strict']);
    expect(strict.code).toBe(1);
    expect(strict.stdout).toMatch(/^0 datasets ingested, 0 replaced, 3 unchanged, 1 failure \(/);
    expect(strict.stderr).toMatch(/bad\.fits: .* \[\w+\]/);
  });
});

describe('simulate', () => {
  const tiny = '--scale 0.03 --visits 1 --detectors 1 --full-size 0 --bands r --types visit_image'.split(' ');

  it('makes the same tiny sky twice, and it is ingested', async () => {
    const [one, two] = [join(folder, 'sky-1'), join(folder, 'sky-2')];
    const made = await vignet(['simulate', one, ...tiny, '--json']);
    expect(made.code).toBe(0);
    const { files } = JSON.parse(made.stdout) as { files: { path: string }[] };
    expect(files.length).toBeGreaterThan(0);
    expect((await vignet(['simulate', two, ...tiny, '--workers', '1'])).stdout).toMatch(/^\d+ files?, /);
    for (const { path } of files)
      expect(readFileSync(join(two, path)).equals(readFileSync(join(one, path))), path).toBe(true);
    const { code, stdout } = await vignet(['ingest', one, '--archive', join(folder, 'sky')]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(`^${files.length} datasets? ingested`)]);
  });
});

it('npx vignet works in a checkout', async () => {
  const { code, stdout } = await run('npx', ['--no-install', 'vignet', '--help'], { cwd: root });
  expect([code, stdout]).toEqual([0, expect.stringContaining('Usage: vignet')]);
});
