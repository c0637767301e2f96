// No command writes over a file that it was not told to write over, and none over a file that it reads.
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { plainImage } from '../support/fits.ts';
import { vignet } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'vignet-output-'));
const file = join(folder, 'image.fits');
const before = plainImage();

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(file, before);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const untouched = () => expect(readFileSync(file).equals(Buffer.from(before))).toBe(true);

describe('cutout of a file', () => {
  it('without --output in its own folder leaves the input as it is', async () => {
    const { code, stderr } = await vignet(['cutout', 'image.fits'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toMatch(/expected a file other than the inputs for --output, received image.fits/);
    untouched();
    expect(readdirSync(folder)).toEqual(['image.fits']);
  });

  it('does not write over its input by another path, a link or a second name, with --force neither', async () => {
    symlinkSync(file, join(folder, 'link.fits'));
    linkSync(file, join(folder, 'second.fits'));
    for (const output of [
      './image.fits',
      'link.fits',
      'second.fits',
      `${folder}/../${folder.split('/').pop()}/image.fits`,
    ]) {
      const { code, stderr } = await vignet(['cutout', file, '-o', output, '--force'], { cwd: folder });
      expect(code, output).toBe(2);
      expect(stderr).toMatch(/which is read/);
      untouched();
    }
  });

  it('writes over another file with --force alone, and leaves no other file behind', async () => {
    const output = join(folder, 'out.fits');
    writeFileSync(output, 'mine');
    writeFileSync(`${output}.part`, 'mine too');
    const refused = await vignet(['cutout', file, '-o', output]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/--force/);
    expect(readFileSync(output, 'utf8')).toBe('mine');
    expect((await vignet(['cutout', file, '-o', output, '--force'])).code).toBe(0);
    expect(readFileSync(output).length % 2880).toBe(0);
    expect(readFileSync(`${output}.part`, 'utf8')).toBe('mine too');
    expect(readdirSync(folder).sort()).toEqual(['image.fits', 'out.fits', 'out.fits.part']);
  });
});

describe('an output that is no file', () => {
  it('stays what it is, with --force too', async () => {
    writeFileSync(join(folder, 'other.fits'), 'mine');
    symlinkSync('other.fits', join(folder, 'link.fits'));
    symlinkSync('nowhere.fits', join(folder, 'dangling.fits'));
    mkdirSync(join(folder, 'folder.fits'));
    execFileSync('mkfifo', [join(folder, 'pipe.fits')]);
    const names = readdirSync(folder);
    for (const [output, what] of [
      ['link.fits', 'a symbolic link'],
      ['dangling.fits', 'a symbolic link'],
      ['folder.fits', 'a folder'],
      ['pipe.fits', 'a device'],
    ] as const) {
      const { code, stderr } = await vignet(['cutout', file, '-o', output, '--force'], { cwd: folder });
      expect(code, output).toBe(2);
      expect(stderr).toContain(`received ${what} (${output})`);
    }
    expect(readdirSync(folder)).toEqual(names);
    expect(readFileSync(join(folder, 'other.fits'), 'utf8')).toBe('mine');
    expect(lstatSync(join(folder, 'link.fits')).isSymbolicLink()).toBe(true);
  });
});

describe('datasets of an archive', () => {
  it('are not written over, with --force neither', async () => {
    const files = join(folder, 'files');
    const archive = join(folder, 'archive');
    mkdirSync(files);
    const listed = await vignet(['ls', '--json', '--archive', inject('sample')]);
    const { path } = JSON.parse(listed.stdout.split('\n', 1)[0] ?? '') as { path: string };
    const mine = join(files, 'mine.fits');
    copyFileSync(path, mine);
    const text = readFileSync(mine);
    expect((await vignet(['ingest', files, '--archive', archive, '--collection', 'mine'])).code).toBe(0);
    const own = await vignet(['ls', '--json', '--archive', archive]);
    const { id } = JSON.parse(own.stdout.split('\n', 1)[0] ?? '') as { id: string };
    for (const command of [
      ['cutout', id],
      ['mosaic', id],
    ]) {
      const { code, stderr } = await vignet([...command, '--archive', archive, '-o', mine, '--force']);
      expect(code, command[0]).toBe(2);
      expect(stderr).toMatch(/which is read/);
    }
    expect(readFileSync(mine).equals(text)).toBe(true);
  });
});
