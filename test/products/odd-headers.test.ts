// Headers that readers do not agree on, or that no header may be: a cutout means one thing to astropy and to cfitsio,
// has cfitsio's pixels, the sky of its parent, and passes fitsverify. Oracle: astropy, fitsio (cfitsio), fitsverify.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const cases = process.env.VIGNET_CASES ?? resolve(import.meta.dirname, '../../../shared/cases');
const oracle = resolve(import.meta.dirname, '../oracles/header_oracle.py');
const vignet = resolve(import.meta.dirname, '../../bin/vignet.mjs');
const scratch = mkdtempSync(join(tmpdir(), 'vignet-headers-'));

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const names = [
  'repeated_crpix.fits',
  'no_space_after_equals_crpix.fits',
  'no_space_after_equals_bscale.fits',
  'bytes_in_a_table_behind.fits',
  'bytes_latin1_observer.fits',
  'bytes_newline.fits',
  'bytes_nul_cards.fits',
  'bytes_utf8_history.fits',
  'dss_plate_solution_only.fits',
  'radesys_gaia_crf3.fits',
];
const parentOf = (name: string) => join(cases, name);
const answerOf = (name: string) => join(scratch, name);

beforeAll(() => {
  for (const name of names)
    execFileSync(
      process.execPath,
      [vignet, 'cutout', parentOf(name), '--box', '10 10 40 40', '-o', answerOf(name)],
      { stdio: 'pipe' },
    );
});

it('a cutout has the pixels of cfitsio for both readers, and the sky of the parent to 1e-6 arcsec', () => {
  const pairs = names.flatMap((name) => [parentOf(name), answerOf(name)]);
  const lines = execFileSync('/usr/bin/python3', [oracle, '10', '10', ...pairs], { encoding: 'utf8' })
    .trim()
    .split('\n');
  expect(lines).toHaveLength(names.length);
  names.forEach((name, n) => {
    const [cfitsio, astropy, separation, text] = lines[n]?.split(' ') ?? [];
    expect([cfitsio, astropy, text], name).toEqual(['pixels', 'pixels', 'text']);
    expect(Number(separation), name).toBeLessThan(1e-6);
  });
});

it('fitsverify finds no fault in them', () => {
  // The date of a plate is written as before 2000, and the standard does not list GAIA-CRF3: the parents' own warnings.
  for (const name of names.filter((one) => !/^(?:dss|radesys)_/.test(one)))
    expect(spawnSync('fitsverify', ['-q', answerOf(name)], { encoding: 'utf8' }).stdout).toContain(
      'verification OK',
    );
});

it('the cutout itself says what was corrected', () => {
  const cards = (name: string) => readFileSync(answerOf(name), 'latin1');
  expect(cards('repeated_crpix.fits')).toContain('HISTORY Vignet: repeated, the last counts: CRPIX1, CRPIX2');
  expect(cards('no_space_after_equals_bscale.fits')).toContain(
    'no blank after =, read as values: BSCALE, BZERO',
  );
  expect(cards('bytes_latin1_observer.fits')).toContain('bytes that are not text replaced in cards: 1');
});

it('PV2_1 = 0 on TAN is plain TAN, as wcslib and astropy read it: a circle is found by it', () => {
  const parent = join(cases, 'tan_pv2_1_zero.fits');
  const answer = join(scratch, 'tan.fits');
  // Centre and scale by astropy.
  const script =
    "import sys, warnings; warnings.simplefilter('ignore'); from astropy.io import fits; from astropy.wcs import WCS; h = fits.getheader(sys.argv[1]); w = WCS(h); print(*w.all_pix2world(30, 20, 0), abs(w.wcs.cd[0][0]) if w.wcs.has_cd() else abs(w.wcs.cdelt[0]))";
  const [ra, dec, scale] = execFileSync('/usr/bin/python3', ['-c', script, parent], { encoding: 'utf8' })
    .trim()
    .split(' ')
    .map(Number) as [number, number, number];
  const circle = `${ra} ${dec} ${5 * scale}`;
  execFileSync(process.execPath, [vignet, 'cutout', parent, '--circle', circle, '-o', answer], {
    stdio: 'pipe',
  });
  const shape =
    'import sys; from astropy.io import fits; print(*next(h.data.shape for h in fits.open(sys.argv[1]) if h.data is not None))';
  const sides = execFileSync('/usr/bin/python3', ['-c', shape, answer], { encoding: 'utf8' })
    .trim()
    .split(' ')
    .map(Number);
  // A circle of 5 pixels: 11 or 12 on a side, by where its edge falls.
  for (const side of sides) expect(Math.abs(side - 11)).toBeLessThanOrEqual(1);
});

/** What a command prints, and whether it ended well. */
function run(...words: string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [vignet, ...words], { encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

it('a circle is found by a plate solution alone, and in GAIA-CRF3, which is ICRS', () => {
  // Positions of pixel (30, 20) by astropy.
  const script =
    "import sys, warnings; warnings.simplefilter('ignore'); from astropy.io import fits; from astropy.wcs import WCS; from astropy.coordinates import SkyCoord; h = fits.getheader(sys.argv[1]); w = WCS(h); c = SkyCoord(*w.all_pix2world(30, 20, 0), unit='deg', frame='icrs' if 'RADESYS' in h else 'fk5').icrs; print(c.ra.deg, c.dec.deg)";
  const shape =
    'import sys; from astropy.io import fits; d = next(h for h in fits.open(sys.argv[1]) if h.data is not None); print(*d.data.shape, int(d.data[d.data.shape[0] // 2, d.data.shape[1] // 2]))';
  for (const name of ['dss_plate_solution_only.fits', 'radesys_gaia_crf3.fits']) {
    const centre = execFileSync('/usr/bin/python3', ['-c', script, parentOf(name)], {
      encoding: 'utf8',
    }).trim();
    const answer = join(scratch, `circle-${name}`);
    const asked = run('cutout', parentOf(name), '--circle', `${centre} 1e-7`, '-o', answer);
    expect(asked, name).toMatchObject({ status: 0 });
    const [height, width, value] = execFileSync('/usr/bin/python3', ['-c', shape, answer], {
      encoding: 'utf8',
    })
      .trim()
      .split(' ')
      .map(Number);
    // A circle within one pixel is that pixel; its value by astropy.
    const pixel = 'import sys; from astropy.io import fits; print(int(fits.getdata(sys.argv[1])[20, 30]))';
    const expected = execFileSync('/usr/bin/python3', ['-c', pixel, parentOf(name)], { encoding: 'utf8' });
    expect([height, width, value], name).toEqual([1, 1, Number(expected)]);
  }
});

it('a frame that nobody defines is named; pixels can be had', () => {
  const name = 'radesys_gsc1.fits';
  expect(run('info', parentOf(name)).said).toContain(
    "expected ICRS, FK5 or FK4 for RADESYS, received 'GSC1'",
  );
  const circle = run('cutout', parentOf(name), '--circle', '150 2 0.001', '-o', join(scratch, 'gsc1.fits'));
  expect(circle.status).not.toBe(0);
  expect(circle.said).toContain("received 'GSC1'");
  const box = run('cutout', parentOf(name), '--box', '1 1 5 5', '-o', join(scratch, 'gsc1-box.fits'));
  expect(box.status).toBe(0);
});

it.each([
  ['bscale_is_text.fits', 'expected a number for BSCALE'],
  ['blank_is_text.fits', 'expected an integer for BLANK'],
])('%s is refused in words', (name, sentence) => {
  const { status, said } = run('cutout', parentOf(name), '--box', '1 1 5 5', '-o', join(scratch, name));
  expect(status).toBe(1);
  expect(said).toContain(sentence);
});

it('bytes behind a gzip stream are passed over, with a note', () => {
  const name = 'gzip_trailing_garbage.fits.gz';
  const answer = join(scratch, 'gzip.fits');
  expect(run('info', parentOf(name)).said).toContain('8 bytes after the gzip stream are ignored');
  expect(run('cutout', parentOf(name), '--box', '10 10 40 40', '-o', answer).status).toBe(0);
  // Python's zlib takes the first member.
  const script =
    "import io, sys, zlib, numpy as np; from astropy.io import fits; whole = zlib.decompressobj(31).decompress(open(sys.argv[1], 'rb').read()); a = fits.getdata(io.BytesIO(whole)); b = next(h.data for h in fits.open(sys.argv[2]) if h.data is not None); print(np.array_equal(a[10:40, 10:40], b))";
  const same = execFileSync('/usr/bin/python3', ['-c', script, parentOf(name), answer], { encoding: 'utf8' });
  expect(same.trim()).toBe('True');
});
