// `vignet find` lists what meets all options. Oracles: the rows of `ls --json`, filtered here; astropy for the tables; the MOC of the IDs.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ingest } from '../../src/ingest/index.ts';
import { plainImage, wcsKeywords } from '../support/fits.ts';
import { vignet } from './run.ts';

const run = promisify(execFile);
const archive = inject('sample');
const folder = mkdtempSync(join(tmpdir(), 'vignet-find-'));

interface Listed {
  readonly uuid: string;
  readonly type: string;
  readonly band: string | null;
  readonly visit: number | null;
  readonly detector: number | null;
  readonly tract: number | null;
  readonly patch: number | null;
  readonly calib_level: number;
  readonly t_min: number | null;
  readonly t_max: number | null;
  readonly t_exptime: number | null;
  readonly s_resolution: number | null;
  readonly em_min: number | null;
  readonly em_max: number | null;
  readonly s_ra: number;
  readonly s_dec: number;
}
let all: Listed[] = [];

beforeAll(async () => {
  const { stdout } = await vignet(['ls', '--json', '--archive', archive]);
  all = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Listed);
  expect(all.length).toBeGreaterThan(50);
});

afterAll(() => rmSync(folder, { recursive: true }));

async function found(...options: string[]): Promise<string[]> {
  const { stdout, stderr, code } = await vignet(['find', '--archive', archive, '--as', 'jsonl', ...options]);
  expect(code, stderr).toBe(0);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as Listed).uuid)
    .sort();
}

const those = (accept: (row: Listed) => boolean) =>
  all
    .filter(accept)
    .map(({ uuid }) => uuid)
    .sort();
const within = (value: number | null, low: number, high: number) =>
  value !== null && value >= low && value <= high;

describe('find', () => {
  it('lists everything without options', async () => {
    expect(await found()).toEqual(those(() => true));
  });

  it('meets every option, in any of its values', async () => {
    const visit = all.find((row) => row.visit !== null && row.type === 'visit_image')?.visit;
    const patch = all.find((row) => row.patch !== null);
    const seeing = all
      .map((row) => row.s_resolution)
      .filter((value) => value !== null)
      .sort((a, b) => a - b);
    // The sample has seeings: without them the option is not tested.
    expect(seeing.length).toBeGreaterThan(20);
    expect(seeing[0]).toBeGreaterThan(0.3);
    expect(seeing.at(-1)).toBeLessThan(3);
    const middle = seeing[Math.floor(seeing.length / 2)] as number;
    const times = all.map((row) => row.t_min ?? 0).filter((time) => time > 0);
    const [start, end] = [Math.min(...times), Math.min(...times) + 20];
    const cases: [string[], (row: Listed) => boolean][] = [
      [['--band', 'r', 'i'], ({ band }) => band === 'r' || band === 'i'],
      [
        ['--band', '6e-7'],
        ({ em_min, em_max }) => em_min !== null && em_min <= 6e-7 && (em_max ?? 0) >= 6e-7,
      ],
      [
        ['--type', 'visit_image', '--visit', String(visit)],
        (row) => row.type === 'visit_image' && row.visit === visit,
      ],
      [
        ['--tract', String(patch?.tract), '--patch', String(patch?.patch)],
        (row) => row.tract === patch?.tract && row.patch === patch?.patch,
      ],
      [['--calib', '3'], (row) => row.calib_level === 3],
      [['--spatres', `0 ${middle}`], (row) => within(row.s_resolution, 0, middle)],
      [['--exptime', '10 100'], (row) => within(row.t_exptime, 10, 100)],
      [
        ['--time', `${start} ${end}`],
        (row) => row.t_min !== null && row.t_min <= end && (row.t_max ?? 0) >= start,
      ],
      [['--detector', '0', '1'], (row) => row.detector === 0 || row.detector === 1],
      [['--visit', '1'], () => false],
      [
        ['--where', `s_resolution < ${middle} AND lsst_band IN ('r', 'i')`],
        (row) => within(row.s_resolution, 0, middle - 1e-12) && (row.band === 'r' || row.band === 'i'),
      ],
      [
        ['--where', "NOT (dataset_type = 'visit_image')", '--band', 'r'],
        (row) => row.type !== 'visit_image' && row.band === 'r',
      ],
      [['--where', 's_resolution IS NULL'], (row) => row.s_resolution === null],
      [
        ['--where', "MOD(lsst_detector, 2) = 0 OR lsst_detector IS NULL AND UPPER(lsst_band) LIKE '_'"],
        (row) => (row.detector === null ? row.band !== null : row.detector % 2 === 0),
      ],
    ];
    for (const [options, accept] of cases)
      expect(await found(...options), options.join(' ')).toEqual(those(accept));
    expect(those(cases[3]?.[1] ?? (() => true)).length).toBeGreaterThan(0);
  });

  it('takes several regions, and finds what overlaps one of them', async () => {
    const [a, b] = [all[0] as Listed, all.at(-1) as Listed];
    const circles = [a, b].map(({ s_ra, s_dec }) => `CIRCLE ${s_ra} ${s_dec} 1e-5`);
    const each = await Promise.all(circles.map((circle) => found('--pos', circle)));
    expect(await found('--pos', ...circles)).toEqual([...new Set(each.flat())].sort());
    expect(each[0]).toContain(a.uuid);
    expect(await found('--pos', 'CIRCLE 10 -60 0.1')).toEqual([]);
  });

  it('says what there is where nothing meets all options', async () => {
    const { code, stderr, stdout } = await vignet(['find', '--archive', archive, '--visit', '1']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/no dataset meets all options; the archive has: .*deep_coadd/);
    expect(stdout).toBe('0 datasets\n');
  });

  it('refuses what it does not know', async () => {
    const bad = await vignet(['find', '--archive', archive, '--type', 'visit_imag']);
    expect(bad).toMatchObject({ code: 2 });
    expect(bad.stderr).toContain('for DPSUBTYPE, received');
    for (const [where, message] of [
      ['s_ra >', 'expected a value for WHERE at line 1, column 7, received its end'],
      ['s_raa > 1', "received 's_raa'; did you mean s_ra?"],
    ] as const) {
      const refused = await vignet(['find', '--archive', archive, '--where', where]);
      expect(refused).toMatchObject({ code: 2 });
      expect(refused.stderr).toContain(message);
    }
  });
});

describe('the list as a file', () => {
  it('is a VOTable, a FITS table and a CSV file of the same rows', async () => {
    for (const name of ['found.vot', 'found.fits', 'found.csv']) {
      const path = join(folder, name);
      const { code, stderr } = await vignet(['find', '--archive', archive, '--band', 'r', '-o', path]);
      expect(code, stderr).toBe(0);
      const script = [
        'import sys; from astropy.table import Table',
        't = Table.read(sys.argv[1])',
        'print(len(t), t.colnames[0], t["s_ra"].unit, " ".join(sorted(str(u) for u in t["uuid"])[:3]), "path" in t.colnames)',
      ].join('\n');
      const { stdout } = await run('/usr/bin/python3', ['-W', 'ignore', '-c', script, path]);
      const expected = those(({ band }) => band === 'r');
      const unit = name.endsWith('csv') ? 'None' : 'deg';
      expect(stdout.trim()).toBe(
        `${expected.length} obs_publisher_did ${unit} ${expected.slice(0, 3).join(' ')} False`,
      );
    }
  });

  it('is not written to a file whose suffix says something else, or nothing', async () => {
    for (const [name, as] of [
      ['found.moc'],
      ['found'],
      ['found.txt'],
      ['found.csv', 'parquet'],
      ['found.reg', 'moc'],
    ] as const) {
      const path = join(folder, `odd-${name}`);
      const form = as ? ['--as', as] : [];
      const { code, stderr } = await vignet(['find', '--archive', archive, ...form, '-o', path]);
      expect([code, stderr], name).toEqual([
        2,
        expect.stringMatching(/whose suffix is one of \..*odd-found.*--as \[CONTRADICTION\]/),
      ]);
      expect(existsSync(path)).toBe(false);
    }
    // Compressed as a whole: nothing that is written is.
    for (const [name, as] of [['found.csv.gz', 'csv'], ['found.gz'], ['found.vot.bz2', 'votable']] as const) {
      const path = join(folder, name);
      const { code, stderr } = await vignet([
        'find',
        '--archive',
        archive,
        ...(as ? ['--as', as] : []),
        '-o',
        path,
      ]);
      expect([code, stderr], name).toEqual([
        2,
        expect.stringContaining('not compressed as a whole for --output'),
      ]);
      expect(stderr).toContain('compress it afterwards [CONTRADICTION]');
      expect(existsSync(path)).toBe(false);
    }
    const named = join(folder, 'named.moc');
    expect((await vignet(['find', '--archive', archive, '--as', 'moc', '-o', named])).code).toBe(0);
    expect(readFileSync(named).toString('latin1', 0, 6)).toBe('SIMPLE');
  });

  // Oracle: the footprints that the index finds for `ls --near`, which has been compared with astropy; sexagesimal by hand.
  it('takes --at as ls does: degrees or sexagesimal, and no other place beside it', async () => {
    const listed = await vignet(['ls', '--archive', archive, '--json', '--near', '150.2987 2.38812']);
    const there = listed.stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as Listed).uuid)
      .sort();
    expect(there.length).toBeGreaterThan(3);
    expect(there.length).toBeLessThan(all.length);
    expect(await found('--at', '150.2987', '2.38812')).toEqual(there);
    expect(await found('--at', '10:01:11.688 +02:23:17.232')).toEqual(there);
    const same = await vignet(['ls', '--archive', archive, '--json', '--at', '150.2987', '2.38812']);
    expect(same.stdout).toBe(listed.stdout);
    for (const beside of [
      ['find', '--pos', 'CIRCLE 1 2 3'],
      ['ls', '--near', '1 2'],
    ]) {
      const { code, stderr } = await vignet([...beside, '--at', '1 2', '--archive', archive]);
      expect([code, stderr]).toEqual([2, expect.stringContaining('received --at and another')]);
    }
  });

  it('says that there are more rows than MAXREC', async () => {
    const args = ['find', '--archive', archive, '--as', 'votable'];
    const { stdout } = await vignet([...args, '--maxrec', '3']);
    expect(stdout.match(/<TR>/g)).toHaveLength(3);
    expect(stdout).toContain('<INFO name="QUERY_STATUS" value="OVERFLOW"/>');
    const whole = await vignet([...args, '--maxrec', String(all.length)]);
    expect(whole.stdout).not.toContain('OVERFLOW');
  });

  it.each([-1, 0])('says so to people, and only then: MAXREC of all and %i', async (more) => {
    const most = String(all.length + more);
    const { stdout, stderr } = await vignet(['find', '--archive', archive, '--maxrec', most]);
    expect(stdout).toContain(`\n${most} datasets\n`);
    expect(stderr).toBe(more < 0 ? 'there are more datasets than --maxrec\n' : '');
  });

  it('is the footprints for DS9', async () => {
    const path = join(folder, 'found.reg');
    await vignet(['find', '--archive', archive, '--band', 'g', '-o', path]);
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    expect(lines.slice(0, 2)).toEqual(['# Region file format: DS9 version 4.1', 'icrs']);
    expect(lines.length - 2).toBe(those(({ band }) => band === 'g').length);
    for (const line of lines.slice(2))
      expect(line).toMatch(/^polygon\(([\d.e-]+,){7,}[\d.e-]+\) # color=green text=\{[a-z_]+ g [\w -]+\}$/);
  });

  it('is the sky that they cover', async () => {
    const path = join(folder, 'sky.fits');
    const { code, stderr } = await vignet([
      'find',
      '--archive',
      archive,
      '--calib',
      '3',
      '--as',
      'moc',
      '-o',
      path,
    ]);
    expect(code, stderr).toBe(0);
    await run('fitsverify', ['-q', '-e', path]);
    // It is there already: never written over.
    expect((await vignet(['find', '--archive', archive, '-o', path])).code).toBe(2);
  });
});

it('says of datasets without a position why, once for all that share the reason', async () => {
  const [files, plain] = [join(folder, 'without'), join(folder, 'without-archive')];
  mkdirSync(files);
  for (let n = 0; n < 5; n++) writeFileSync(join(files, `${n}.fits`), plainImage(9, 9, {}, wcsKeywords));
  await ingest(plain, [files], { collection: 'Without', repo: 'without' });
  for (const command of ['ls', 'find']) {
    const { stdout } = await vignet([command, '--archive', plain]);
    expect(stdout).toMatch(
      /^5 datasets\n5 without a position, which no search by place finds:\n {2}the header has no celestial WCS: [-0-9a-f]{36}, [-0-9a-f]{36}, [-0-9a-f]{36} and 2 more\n$/m,
    );
  }
});
