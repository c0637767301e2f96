// Help, and what is said, with which exit code, when something is wrong: 2 for usage, 1 for what failed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { plainImage } from '../support/fits.ts';
import { bin, vignet } from './run.ts';

const archive = inject('sample');
const folder = mkdtempSync(join(tmpdir(), 'vignet-usage-'));
const at = (name: string) => join(folder, name);
writeFileSync(at('image.fits'), plainImage());
writeFileSync(at('text.fits'), 'this is no FITS file');
writeFileSync(at('short.fits'), plainImage().subarray(0, 4000));
const noSky = [
  'CTYPE1',
  'CTYPE2',
  'CRVAL1',
  'CRVAL2',
  'CRPIX1',
  'CRPIX2',
  'CD1_1',
  'CD1_2',
  'CD2_1',
  'CD2_2',
];
writeFileSync(at('no-sky.fits'), plainImage(40, 30, {}, noSky));

afterAll(() => rmSync(folder, { recursive: true }));

const commands = [
  ...['serve', 'ingest', 'simulate', 'ls', 'find', 'check', 'archive', 'info'],
  ...['cutout', 'stack', 'mosaic'],
];

describe('help', () => {
  it('lists all commands', async () => {
    const { code, stdout, stderr } = await vignet(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    const listed = [...stdout.matchAll(/^ {2}([a-z]+) (?:\[| +[A-Z])/gm)].map(([, name]) => name);
    expect(listed).toEqual(['build', ...commands, 'help']);
  });

  it.each(commands)('of %s', async (command) => {
    const { code, stdout, stderr } = await vignet([command, '--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^Usage: vignet ${command} `));
    expect(stdout).toMatch(/-h, --help/);
    // `simulate` makes no archive, and `archive` has the option in its own commands.
    const others: Readonly<Record<string, RegExp>> = { simulate: /<folder>/, archive: /drop .*<release>/ };
    expect(stdout).toMatch(others[command] ?? /--archive <dir>/);
  });

  it.each(['', 'build', ...commands])('of "%s" is at most 100 columns wide', async (command) => {
    const { stdout } = await vignet([...(command ? [command] : []), '--help']);
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  it.each([80, 55])('stays within a terminal of %s columns', (columns) => {
    // A pseudo-terminal of this width, by Python; words that cannot be broken may be longer.
    const script = `import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, ${columns}, 0, 0))
    os.execvp(sys.argv[1], sys.argv[1:])
while True:
    try:
        data = os.read(fd, 65536)
    except OSError:
        break
    if not data:
        break
    sys.stdout.buffer.write(data)
os.waitpid(pid, 0)`;
    for (const command of [[], ['serve'], ['mosaic'], ['timeseries']]) {
      const words = ['-c', script, process.execPath, bin, ...command, '--help'];
      const lines = execFileSync('/usr/bin/python3', words, { encoding: 'utf8' }).split(/\r?\n/);
      expect(lines.length).toBeGreaterThan(10);
      const long = lines.filter((line) => line.length > columns && /\S\s+\S/.test(line.trim()));
      expect(long).toEqual([]);
    }
  });

  it('of the environment is in serve', async () => {
    const { stdout } = await vignet(['serve', '--help']);
    for (const name of ['PORT', 'VIGNET_ARCHIVE', 'VIGNET_BASE_URL', 'VIGNET_THREADS', 'LOG_LEVEL'])
      expect(stdout).toContain(name);
  });

  it('comes with the version', async () => {
    expect((await vignet(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

const box = (value: string) => ['cutout', at('image.fits'), '--box', value, '-o', at('out.fits')];
const inArchive = (...args: string[]) => [...args, '--archive', archive];

/** Arguments, exit code, what stderr says. */
const wrong: [string, string[], 1 | 2, RegExp][] = [
  ['nothing', [], 2, /^Usage: vignet/],
  ['an unknown command', ['frobnicate'], 2, /unknown command 'frobnicate'.*--help/s],
  ['an unknown option', ['ls', '--frobnicate'], 2, /unknown option '--frobnicate'.*--help/s],
  ['an option without its value', ['ls', '--archive'], 2, /--archive <dir>' argument missing/],
  ['too many arguments', ['layout', 'a.fits', 'b.fits'], 2, /too many arguments/],
  ['no archive', ['ls', '--archive', at('none')], 2, /no archive .*'vignet ingest' creates one/],
  [
    'three numbers for a position',
    inArchive('ls', '--at', '1 2 3'),
    2,
    /"ra dec" \(ICRS.* for --at, received '1 2 3'/,
  ],
  [
    'a position beyond the pole',
    inArchive('ls', '--near', '1 91'),
    2,
    /"ra dec" \(ICRS.* for --near, received '1 91'/,
  ],
  ['layout of nothing', ['layout'], 2, /missing required argument 'file or dataset'/],
  [
    'layout of a file that is not there',
    ['layout', at('none.fits')],
    2,
    /expected a readable file or a dataset ID, received '/,
  ],
  ['layout of no FITS file', ['layout', at('text.fits')], 1, /expected a FITS file, received one/],
  ['cutout of no FITS file', ['cutout', at('text.fits')], 1, /expected a FITS file, received one/],
  ['cutout of half a file', ['cutout', at('short.fits')], 1, /HDU 0: expected 4800 bytes for .*, received/],
  ['a box of three numbers', box('1 2 3'), 2, /expected x0 y0 x1 y1 .* for BOX, received '1 2 3'/],
  ['a box inside out', box('5 5 2 2'), 2, /x0 < x1.* for BOX, received '5 5 2 2'/],
  ['a box beyond the image', box('0 0 41 2'), 2, /expected pixels within the image of 40 x 30 for the box/],
  ['a box of no numbers', box('a b c d'), 2, /for BOX, received 'a b c d'/],
  [
    'a box and a circle',
    [...box('0 0 2 2'), '--circle', '1 2 3'],
    2,
    /expected one region, received several: .*; BOX/,
  ],
  [
    'two numbers for a circle',
    ['cutout', at('image.fits'), '--circle', '1 2'],
    2,
    /for CIRCLE, received '1 2': 2 numbers/,
  ],
  [
    'a circle elsewhere',
    ['cutout', at('image.fits'), '--circle', '200 80 0.01'],
    2,
    /have no pixel in common/,
  ],
  [
    'an unknown detail',
    ['cutout', at('image.fits'), '--detail', 'Everything'],
    2,
    /one of Image, .* for CUTOUTDETAIL, received 'Everything'/,
  ],
  ['an unknown format', ['cutout', at('image.fits'), '--format', 'image/gif'], 2, /RESPONSEFORMAT/],
  ['an unknown compression', ['cutout', at('image.fits'), '--compress', 'zip'], 2, /COMPRESS/],
  [
    'a sky that is not there',
    ['cutout', at('no-sky.fits'), '--circle', '1 2 3'],
    1,
    /expected a celestial WCS/,
  ],
  ['an HDU that is not there', ['cutout', at('image.fits'), '--hdu', '7'], 2, /for --hdu .*, received 7/],
  [
    'a folder that is not there',
    ['cutout', at('image.fits'), '-o', at('none/x.fits')],
    1,
    /cannot be written/,
  ],
  [
    'an ID with a mistake',
    inArchive('cutout', 'ivo://x/y?repo=sim'),
    2,
    /id is missing; percent-encode.*: ID=/,
  ],
  [
    'an unknown ID',
    inArchive('cutout', 'butler://sim/00000000-0000-4000-8000-000000000000'),
    2,
    /has no dataset with ID/,
  ],
  ['ingest of nothing', ['ingest', '--archive', at('a')], 2, /at least one file or folder/],
  [
    'ingest of what is not there',
    ['ingest', at('none'), '--archive', at('a')],
    2,
    /expected a readable file or folder, received '/,
  ],
  [
    'ingest of bad files only',
    ['ingest', at('text.fits'), '--archive', at('a')],
    1,
    /expected a FITS file, received one/,
  ],
  [
    'ingest into a file',
    ['ingest', at('image.fits'), '--archive', at('text.fits')],
    2,
    /expected a folder for the archive, received '.*text.fits', which is a file.*NO_ARCHIVE/,
  ],
  ['a list of a file', ['ls', '--archive', at('text.fits')], 2, /expected a folder for the archive/],
  ['a check of a file', ['check', '--archive', at('text.fits')], 2, /expected a folder for the archive/],
  ['a check of nothing', ['check', '--archive', at('none')], 2, /no archive .*'vignet ingest' creates one/],
  ['ingest with 0 jobs', ['ingest', folder, '--jobs', '0', '--archive', at('a')], 2, /--jobs .*1 to 256/],
  ['unknown rights', ['ingest', folder, '--data-rights', 'mine', '--archive', at('a')], 2, /Allowed choices/],
  ['archive without a command', ['archive'], 2, /Usage: vignet archive/],
  [
    'a release that is not there',
    inArchive('archive', 'drop', 'dr9'),
    2,
    /expected the label of a release of the archive, received 'dr9'; there: /,
  ],
  ['simulate without a folder', ['simulate'], 2, /missing required argument 'folder'/],
  [
    'simulate with a word for a number',
    ['simulate', at('s'), '--scale', 'x'],
    2,
    /--scale .*must be a number/,
  ],
  [
    'simulate beyond its range',
    ['simulate', at('s'), '--scale', '-1'],
    2,
    /expected a number from 0.02 to 1 for scale, received -1/,
  ],
  ['serve on a port that is none', inArchive('serve', '--port', 'x'), 2, /PORT must be integer/],
  ['serve without an archive', ['serve', '--archive', at('none'), '--port', '0'], 2, /no archive/],
  [
    'serve under a path that is none',
    inArchive('serve', '--prefix', 'a b'),
    2,
    /expected a path .* for VIGNET_PATH_PREFIX, received 'a b'/,
  ],
  ['serve with a base URL that is none', inArchive('serve', '--base-url', 'x'), 2, /VIGNET_BASE_URL/],
];

describe('exit codes', () => {
  it.each(wrong)('%s', async (_name, args, code, says) => {
    const ended = await vignet(args);
    expect(ended.stderr).toMatch(says);
    expect(ended.code).toBe(code);
    expect(ended.stderr).not.toMatch(/^ {4}at /m);
  });
});
