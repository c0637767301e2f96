// A Butler repository is checked without an archive: each fault that is made here is said once, with its code, and nothing else is.
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ButlerCheckOptions, type ButlerSelection, checkButler } from '../../../src/ingest/index.ts';
import { vignet } from '../../cli/run.ts';
import { folder, imageAt } from '../../support/archive.ts';
import { newButler, putFile, type TestButler, uuidOf } from '../../support/butler.ts';
import { plainImage, wcsKeywords } from '../../support/fits.ts';

const SPAN = [1_767_225_637_000_000_000n, 1_767_225_667_000_000_000n] as const;
const dashed = (n: number) => uuidOf(n).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
const VISIT = { instrument: 'Cam', detector: 7, visit: 100 };

/** Images of one visit, a raw image, a bias, and their files. */
async function made(): Promise<{ repository: string; butler: TestButler }> {
  const repository = folder();
  const butler = await newButler(repository);
  const { registry } = butler;
  await butler.collection('run', 'run');
  await butler.type('calexp', 'ExposureF', 'instrument:text detector:int visit:int');
  await butler.type('raw', 'Exposure', 'instrument:text detector:int exposure:int');
  await butler.type('bias', 'ExposureF', 'instrument:text detector:int');
  const common = { instrument: 'Cam', physical_filter: 'r_57', timespan: SPAN };
  await registry.insert('visit', [{ ...common, id: 100, name: 'V100', exposure_time: 30 }]);
  await registry.insert('exposure', [
    { ...common, id: 100, obs_id: 'E100', observation_type: 'science' },
    { ...common, id: 200, obs_id: 'E200', observation_type: 'dark' },
  ]);
  for (let n = 0; n < 4; n++) {
    // Each with its own pixels.
    const image = Buffer.from(imageAt(10 + n, 5));
    image.writeFloatBE(n + 0.5, image.length - 2880);
    putFile(repository, `run/${n}.fits`, image);
    await butler.dataset('calexp', 'run', uuidOf(n), { ...VISIT, detector: n }, [
      { path: `run/${n}.fits`, file_size: image.length },
    ]);
  }
  putFile(repository, 'raw.fits', imageAt(20, 5, { EXPTIME: 30 }));
  await butler.dataset(
    'raw',
    'run',
    uuidOf(10),
    { instrument: 'Cam', detector: 7, exposure: 100 },
    'raw.fits',
  );
  putFile(repository, 'dark.fits', plainImage(8, 8, {}, wcsKeywords));
  await butler.dataset(
    'raw',
    'run',
    uuidOf(11),
    { instrument: 'Cam', detector: 7, exposure: 200 },
    'dark.fits',
  );
  putFile(repository, 'bias.fits', plainImage(9, 9, {}, wcsKeywords));
  await butler.dataset('bias', 'run', uuidOf(12), { instrument: 'Cam', detector: 7 }, 'bias.fits');
  return { repository, butler };
}

async function faults(selection: ButlerSelection, options: ButlerCheckOptions = {}) {
  const found: string[] = [];
  for await (const { part, uuid, path, error } of checkButler(selection, options))
    found.push(`${part} ${uuid ?? ''} ${path?.split('/').at(-1) ?? ''} ${error.code}`);
  return found.sort();
}

describe('a Butler repository', () => {
  it('that is whole has no fault, also where calibrations have no WCS', async () => {
    const { repository, butler } = await made();
    await butler.registry.close();
    const done: number[] = [];
    expect(await faults({ repository }, { pixels: true, onProgress: (count) => done.push(count) })).toEqual(
      [],
    );
    expect(done.at(-1)).toBe(7);
    const { code, stdout } = await vignet(['check', '--butler', repository]);
    expect([code, stdout]).toEqual([0, 'the repository is whole\n']);
  });

  it('has every fault said once, with what it is of', async () => {
    const { repository, butler } = await made();
    const { registry } = butler;
    const at = (name: string) => join(repository, name);
    rmSync(at('run/0.fits'));
    truncateSync(at('run/1.fits'), 4000);
    await registry.run(`UPDATE file_datastore_records SET file_size = -1 WHERE dataset_id = '${uuidOf(1)}'`);
    writeFileSync(at('run/2.fits'), readFileSync(at('run/3.fits')));
    writeFileSync(at('bias.fits'), 'no FITS at all');
    writeFileSync(at('raw.fits'), plainImage(8, 8, {}, wcsKeywords));
    await registry.run('UPDATE visit SET timespan_begin = NULL, timespan_end = NULL');
    const put = (n: number, path: string) =>
      butler.dataset('calexp', 'run', uuidOf(n), { ...VISIT, detector: n }, path);
    await put(20, 'run/3.fits');
    await put(21, '/etc/passwd');
    await put(22, 's3://bucket/a.fits');
    await put(23, '');
    await butler.dataset('calexp', 'run', uuidOf(24), { ...VISIT, detector: 24 });
    await registry.run(
      'CREATE TABLE t AS SELECT * FROM dataset_tags_00000001; DROP TABLE dataset_tags_00000001; ALTER TABLE t RENAME TO dataset_tags_00000001',
    );
    await butler.datasets('calexp', 'run', [{ uuid: uuidOf(25), dataId: { ...VISIT, detector: 3 } }]);
    await registry.close();
    const found = await faults({ repository }, { pixels: true });
    const wanted = [
      `${dashed(0)} 0.fits FILE_GONE`,
      `${dashed(1)} 1.fits TRUNCATED`,
      // One of the two has the pixels of the other.
      `${dashed(3)} 3.fits DUPLICATE_DATASET`,
      ...[2, 3, 20].map((n) => `${dashed(n)} ${n === 2 ? 2 : 3}.fits NO_TIME`),
      `${dashed(20)} 3.fits DUPLICATE_DATASET`,
      `${dashed(20)} 3.fits DUPLICATE_DATASET`,
      `${dashed(10)} raw.fits NO_WCS`,
    ];
    for (const one of wanted) expect(found).toContain(`dataset ${one}`);
    const codes = found.map((one) => one.split(' ').at(-1));
    const counts = (code: string) => codes.filter((one) => one === code).length;
    expect([counts('NO_TIME'), counts('NO_WCS'), counts('FILE_GONE'), counts('REMOTE_FILE')]).toEqual([
      3, 1, 1, 1,
    ]);
    expect([counts('OUTSIDE_ROOT'), counts('NO_ARTIFACT'), counts('NOT_FITS')]).toEqual([1, 3, 1]);
    // The twin of detector 3, the pixels of 2 in 3, the file and pixels of 20, and the pixels of the raw image in the dark.
    expect(counts('DUPLICATE_DATASET')).toBe(5);
    expect(found).toHaveLength(17);

    const { code, stdout } = await vignet(['check', '--butler', repository, '--json']);
    expect(code).toBe(1);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { code: string; message: string });
    // Without --pixels three less.
    expect(lines).toHaveLength(14);
    for (const { message } of lines) expect(message).not.toContain(repository);
  });

  it.each<[string, (repository: string, butler: TestButler) => unknown, string]>([
    [
      'a cyclic chain',
      async (_, butler) => {
        await butler.collection('a', 'chained');
        await butler.collection('b', 'chained', ['a']);
        await butler.chain('a', ['b']);
      },
      'BAD_BUTLER',
    ],
    [
      'an unknown universe',
      (_, butler) => butler.registry.run(`UPDATE butler_attributes SET value = '{"version": 99}'`),
      'BAD_BUTLER',
    ],
    [
      'a registry that is cut off',
      (repository) => truncateSync(join(repository, 'gen3.sqlite3'), 5000),
      'BAD_BUTLER_DATABASE',
    ],
    ['no registry', (repository) => rmSync(join(repository, 'gen3.sqlite3')), 'BAD_BUTLER_DATABASE'],
    [
      'a configuration that is none',
      (repository) => writeFileSync(join(repository, 'butler.yaml'), 'a: ['),
      'BAD_BUTLER',
    ],
  ])('with %s is a fault of its own', async (_, breakIt, code) => {
    const { repository, butler } = await made();
    await breakIt(repository, butler);
    await butler.registry.close();
    expect(await faults({ repository })).toEqual([`repository   ${code}`]);
    const ended = await vignet(['check', '--butler', repository]);
    expect([ended.code, ended.stdout]).toEqual([1, expect.stringContaining(code)]);
  });

  it('on a host that is not allowed, or that is none, is an error of usage', async () => {
    const repository = folder();
    writeFileSync(join(repository, 'butler.yaml'), 'registry: {db: "postgresql://db.example.org/butler"}');
    await expect(faults({ repository })).rejects.toMatchObject({ kind: 'usage', code: 'HOST_NOT_ALLOWED' });
    await expect(faults({ repository: folder() })).rejects.toMatchObject({
      kind: 'usage',
      code: 'NO_BUTLER',
    });
    const both = await vignet(['check', '--butler', repository, '--files']);
    expect(both.stderr).toContain('CONTRADICTION');
  });
});
