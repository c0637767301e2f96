// The suffix of --output is a format too. The oracle of what a file holds are the first bytes of each format (PNG, RFC 2083;
// JPEG, JFIF; RIFF of WebP; FITS 4.0; VOTable 1.5).
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { plainImage } from '../support/fits.ts';
import { vignet } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'vignet-format-'));
const how = { cwd: folder, env: { VIGNET_ARCHIVE: inject('sample') } };
writeFileSync(join(folder, 'image.fits'), plainImage());
afterAll(() => rmSync(folder, { recursive: true }));

const begins = { png: '\x89PNG', jpeg: '\xff\xd8\xff', webp: 'RIFF', fits: 'SIMPLE  =', votable: '<?xml' };
const cutout = ['cutout', 'image.fits'];
const stack = ['stack', '--ra', '150.2987', '--dec', '2.38812', '--band', 'r', '--size', '9'];
const mosaic = ['mosaic', 'image.fits', '--pixscale', '0.5'];

describe('a file whose suffix is a format', () => {
  it.each([
    [cutout, 'a.png', 'png'],
    [cutout, 'b.JPG', 'jpeg'],
    [[...cutout, '--format', 'jpg'], 'c.jpeg', 'jpeg'],
    [[...cutout, '--format', 'png'], 'd.dat', 'png'],
    [cutout, 'e.fit', 'fits'],
    [stack, 'f.png', 'png'],
    [stack, 'g.vot', 'votable'],
    [[...stack, '--format', 'tpf'], 'h.fits', 'fits'],
    [mosaic, 'i.webp', 'webp'],
    [mosaic, 'j', 'fits'],
  ] as const)('%j -o %s is %s', async (words, output, format) => {
    const { code, stderr } = await vignet([...words, '-o', output], how);
    expect([code, stderr]).toEqual([0, expect.stringContaining(`${output}: `)]);
    expect(readFileSync(join(folder, output), 'latin1').startsWith(begins[format])).toBe(true);
  });

  it.each([
    [[...cutout, '--format', 'fits'], 'x.png', 'the format (fits), received x.png'],
    [[...cutout, '--format', 'image/png'], 'x.fits', 'the format (png), received x.fits'],
    [[...stack, '--format', 'tpf'], 'x.webp', 'the format (tpf), received x.webp'],
    [stack, 'x.jpg', '(one of fits, mef, votable, cube, tpf, png, webp), received x.jpg'],
    [cutout, 'x.fits.gz', 'not compressed as a whole for --output, received x.fits.gz'],
    [stack, 'x.fits.bz2', 'not compressed as a whole'],
    [[...mosaic, '--format', 'jpg'], 'x.png', 'the format (jpeg), received x.png'],
  ])('%j -o %s is refused, with --force too', async (words, output, sentence) => {
    const { code, stderr } = await vignet([...words, '-o', output, '--force'], how);
    expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)]);
    expect(stderr).toContain('[CONTRADICTION]');
    expect(existsSync(join(folder, output))).toBe(false);
  });
});
