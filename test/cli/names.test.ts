// What people type: datasets by UUID, its beginning, file name or position; positions in degrees or sexagesimal, unquoted.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { withOptions } from '../../src/cli/parameter-options.ts';
import { inDegrees, position } from '../../src/cli/sexagesimal.ts';
import { joinNumbers } from '../../src/cli/unquoted.ts';
import { mosaicParameters } from '../../src/vo/mosaic/parameters.ts';
import { vignet } from './run.ts';

describe('sexagesimal positions', () => {
  // Degrees by astropy: SkyCoord(text, unit='hourangle, deg') of the same texts.
  it.each([
    ['10:00:42.3 +02:12:21', 150.17624999999998, 2.2058333333333335],
    ['10h00m42.3s -02d12m21s', 150.17624999999998, -2.2058333333333335],
    ['00:00:00.5 -00:30:00', 0.002083333333333333, -0.5],
    ['23:59:59.99,+89:59:59.9', 359.9999583333333, 89.99997222222223],
    ['150.1 -2.2', 150.1, -2.2],
  ])('%s', (text, ra, dec) => {
    const [a, b] = position(text, '--at');
    expect(Math.abs(a - ra)).toBeLessThan(1e-11);
    expect(Math.abs(b - dec)).toBeLessThan(1e-11);
  });

  it('stand in regions, each number for what it is', () => {
    expect(inDegrees('10:00:00 +02:30:00 0.01', '--circle')).toBe('150 2.5 0.01');
    expect(inDegrees('CIRCLE 10:00:00 -02:30:00 0.01', '--pos')).toBe('CIRCLE 150 -2.5 0.01');
    expect(inDegrees('RANGE 10:00:00 11:00:00 -02:30:00 3', '--pos')).toBe('RANGE 150 165 -2.5 3');
    expect(inDegrees('+02:30:00', '--dec', 'latitude')).toBe('2.5');
    expect(inDegrees('CIRCLE 1 2 3', '--pos')).toBe('CIRCLE 1 2 3');
  });

  it.each([
    '24:00:00 +02:00:00',
    '10:60:00 +02:00:00',
    '10:00:60 02:00:00',
    '-10:00:00 2',
    '1 2 3',
    '1 91',
    '10h 2',
  ])('refuses %s', (text) => {
    expect(() => position(text, '--at')).toThrow(/for --at, received/);
  });
});

describe('notes of products', () => {
  it.each([
    ['keep values; CONSERVE=flux keeps fluxes', 'keep values; --conserve flux keeps fluxes'],
    ['give DPSUBTYPE, or RESPONSEFORMAT=image', 'give --type, or --format image'],
    ['WITHOUT any, TIME=', 'WITHOUT any, --time='],
  ])('%s', (sentence, said) => {
    expect(withOptions(sentence, Object.values(mosaicParameters))).toBe(said);
  });
});

describe('the same position', () => {
  const at = ['--at', '10:01:00 +02:27:00'];
  const degrees = inDegrees('10:01:00 +02:27:00', '--at');
  const [ra = '', dec = ''] = degrees.split(' ');
  it.each([
    [
      ['stack', '--band', 'r', '--size', '9', '--format', 'votable'],
      ['--ra', ra, '--dec', dec],
    ],
    [
      ['mosaic', '--band', 'r', '--type', 'deep_coadd', '--plan'],
      ['--circle', `${degrees} 0.005`],
    ],
    [
      ['mosaic', '--band', 'r', '--type', 'deep_coadd', '--plan', '--size', '31'],
      ['--ra', ra, '--dec', dec],
    ],
  ])('of %j is taken by --at as by %j', async (words, place) => {
    const to = ['--archive', inject('sample'), '-o', '-'];
    const [one, other] = await Promise.all([at, place].map((where) => vignet([...words, ...where, ...to])));
    expect(one?.stdout.length).toBeGreaterThan(100);
    expect(one?.stdout).toBe(other?.stdout);
    expect((await vignet([...words, ...at, ...place, ...to])).stderr).toContain('[CONTRADICTION]');
  });
});

describe('unquoted numbers', () => {
  it.each([
    ['--circle 1 -2.5 0.01 -o x', '--circle|1 -2.5 0.01|-o|x'],
    ['--circle 10:00:42.3 +02:12:21 1e-3', '--circle|10:00:42.3 +02:12:21 1e-3'],
    ['--circle=1 2 3 4', '--circle=1 2 3|4'],
    ['--pos CIRCLE 1 2 3 --json', '--pos|CIRCLE 1 2 3|--json'],
    ['--box 1 2 3 4 image.fits', '--box|1 2 3 4|image.fits'],
    ['--near 1, 2', '--near|1, 2'],
    ['--circle', '--circle'],
    ['--pos circle 150.2906 2.41162 .001 02771d46', '--pos|circle 150.2906 2.41162 .001|02771d46'],
    ['--pos range 1 2 3 4 5', '--pos|range 1 2 3 4|5'],
    ['--size 5 02771d46', '--size|5|02771d46'],
    ['--size 5 02771e46', '--size|5|02771e46'],
    ['--size 5 02771946', '--size|5|02771946'],
    ['--polygon 1 2 3 4 5 6 02771e46', '--polygon|1 2 3 4 5 6|02771e46'],
    ['--at 10h00m42.3s +02d12m21s r', '--at|10h00m42.3s +02d12m21s|r'],
    ['--ra 1 2 --json', '--ra|1|2|--json'],
  ])('%s', (line, joined) => {
    expect(joinNumbers(line.split(' ')).join('|')).toBe(joined);
  });

  it('leaves quoted values alone', () => {
    expect(joinNumbers(['--circle', '1 2 3', '4'])).toEqual(['--circle', '1 2 3', '4']);
    expect(joinNumbers(['--pos', 'circle 1 2 .001', '02771946'])).toEqual([
      '--pos',
      'circle 1 2 .001',
      '02771946',
    ]);
  });
});

describe('datasets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vignet-names-'));
  const how = { env: { VIGNET_ARCHIVE: inject('sample') }, cwd: folder };
  const circle = ['--circle', '150.2987', '2.38812', '0.0005'];
  let row: { uuid: string; path: string };

  beforeAll(async () => {
    const chosen = ['--type', 'deep_coadd', '--band', 'r', '--near', '150.2987', '2.38812', '--json'];
    row = JSON.parse((await vignet(['ls', ...chosen], how)).stdout.split('\n', 1)[0] ?? '');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are taken by UUID, its beginning and file name, and found by a position', async () => {
    const name = row.path.slice(row.path.lastIndexOf('/') + 1);
    const ways = [
      [row.uuid, ...circle],
      [row.uuid.slice(0, 8).toUpperCase(), ...circle],
      [name, ...circle],
      [name.replace('.fits', ''), ...circle],
      [
        '--at',
        '10:01:11.688',
        '+02:23:17.232',
        '--band',
        'r',
        '--circle',
        '10:01:11.688',
        '+02:23:17.232',
        '0.0005',
      ],
    ];
    const answers = await Promise.all(
      ways.map(async (words, n) => {
        const { code, stderr } = await vignet(['cutout', ...words, '-o', `${n}.fits`], how);
        expect([code, stderr], words.join(' ')).toEqual([0, expect.stringContaining(`${n}.fits: `)]);
        return readFileSync(join(folder, `${n}.fits`));
      }),
    );
    for (const answer of answers) expect(answer.equals(answers[0] ?? Buffer.alloc(0))).toBe(true);
  });

  it('are taken so by info, mosaic and stack', async () => {
    const beginning = row.uuid.slice(0, 8);
    const info = await vignet(['info', beginning], how);
    expect(info).toMatchObject({ code: 0, stdout: expect.stringContaining('survey: lsst-afw') });
    // What the catalog has stands below what the file has.
    expect(info.stdout).toMatch(
      /\ndataset: ivo:\/\/\S+\n {2}dataset_type +\w+\n(?: {2}.*\n)* {2}s_ra +[\d.]+ deg\n/,
    );
    expect(info.stdout).not.toMatch(/pack_offset|stamps/);
    const json = JSON.parse((await vignet(['info', beginning, '--json'], how)).stdout) as {
      catalog: { uuid: string; dataset_type: string };
    };
    expect(json.catalog.uuid.startsWith(beginning)).toBe(true);
    const mosaic = await vignet(
      ['mosaic', beginning, '--circle', '150.2906', '2.41162', '0.001', '-o', 'mosaic.fits'],
      how,
    );
    expect(mosaic).toMatchObject({ code: 0, stderr: expect.stringMatching(/ pixels of 1 dataset, /) });
    const stack = [
      'stack',
      '--ra',
      '10:01:11.688',
      '--dec',
      '+02:23:17.232',
      '--id',
      beginning,
      '-o',
      'stack.fits',
    ];
    expect(await vignet(stack, how)).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/: 1 observation, /),
    });
    expect(existsSync(join(folder, 'stack.fits'))).toBe(true);
  });

  // Wavelengths: those of LSST's filters, of which no two of g, r and i share one of these.
  it.each([
    ['470e-9', 'g'],
    ['620e-9', 'r'],
    ['700e-9 800e-9', 'i'],
  ])('wavelengths %s choose the coadd of band %s at a position', async (metres, band) => {
    const where = ['--at', '150.2987', '2.38812', '--type', 'deep_coadd', '--band', metres];
    const { code, stderr } = await vignet(['cutout', ...where, '-o', `${band}.fits`], how);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(`^deep_coadd ${band} .*\\.fits\n${band}\\.fits: `),
    ]);
  });

  it.each([
    [['cutout', '0-'], 2, /expected a file, or the ID, UUID or file name .* received '0-'/],
    [
      ['cutout', 'nothing.fits', '--archive', 'none'],
      2,
      /'nothing.fits'; check the path, or name an archive with --archive/,
    ],
    [['cutout'], 2, /expected a file, the name of a dataset, or --at/],
    [
      ['cutout', '--at', '150.2987', '2.38812', '--band', 'q'],
      2,
      /no image of band q covers .*; there: .*deep_coadd .*r 1/,
    ],
    [
      ['cutout', '--at', '150.2987', '2.38812', '--band', '2e-6'],
      2,
      /no image of 0.000002 to 0.000002 m covers .*; there: .*deep_coadd .*r 1/,
    ],
    [
      ['cutout', '--at', '150.2987', '2.38812', '--pol', 'Q'],
      2,
      /no image of polarization Q covers .*; there: /,
    ],
    [['cutout', '--at', '10', '20'], 2, /no image covers 10 20; nothing does/],
    [['cutout', '0', '--band', 'g', ...circle], 2, /they need --at and no dataset.*CONTRADICTION/],
    [['cutout', 'file.fits', '--type', 'image'], 2, /they need --at and no dataset.*CONTRADICTION/],
    [['cutout', '0', '--at', '10', '20', ...circle], 2, /--at chooses a dataset.*'0' is one.*CONTRADICTION/],
    [['cutout', '--at', '10', '20', '--hdu', '1'], 2, /--hdu and --describe need a file.*CONTRADICTION/],
  ] as const)('%j is refused in words', async (words, code, sentence) => {
    const ended = await vignet(words, how);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(sentence);
  });
});
