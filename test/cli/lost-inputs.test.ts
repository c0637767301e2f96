// Commands whose inputs fail: some, a warning that counts them and gives the reasons, exit 0; all, exit 1 with the reasons, whatever the form of
// the answer. Oracle: the files that were removed or damaged, one by one; astropy would read the rest as before.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { realService } from '../service/real.ts';
import { imageAt } from '../support/archive.ts';
import { vignet } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'vignet-lost-inputs-'));
const [files, archive] = [join(folder, 'files'), join(folder, 'archive')];
const names = ['a.fits', 'b.fits', 'c.fits'];

beforeAll(async () => {
  mkdirSync(files);
  for (const [n, name] of names.entries())
    writeFileSync(
      join(files, name),
      imageAt(10, 5, { 'DATE-OBS': `2020-01-0${n + 1}T00:00:00`, EXPTIME: 30, BUNIT: 'nJy', FILTER: 'r' }),
    );
  const made = await vignet([
    'ingest',
    '--archive',
    archive,
    '--collection',
    'lost',
    '--repo',
    'lost',
    files,
  ]);
  expect(made.code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const commands = {
  stack: ['stack', '--at', '10 5', '--size', '9'],
  'stack mef': ['stack', '--at', '10 5', '--size', '9', '--format', 'mef'],
  'film strip': ['stack', '--at', '10 5', '--size', '9', '--grid', 'common', '--format', 'cube'],
  'film strip in a pipe': ['stack', '--at', '10 5', '--size', '9', '--format', 'webp'],
  'contact sheet': ['stack', '--at', '10 5', '--size', '9', '--format', 'png'],
  mosaic: ['mosaic', '--circle', '10 5 0.0005', '--type', 'image'],
  'combined mosaic': ['mosaic', '--circle', '10 5 0.0005', '--type', 'image', '--combine', 'mean'],
  'picture of a mosaic': ['mosaic', '--circle', '10 5 0.0005', '--type', 'image', '--format', 'png'],
};

async function run(name: keyof typeof commands, ...more: string[]) {
  const output = join(folder, 'out');
  const { code, stderr } = await vignet([
    ...commands[name],
    '--archive',
    archive,
    '--force',
    '-o',
    output,
    ...more,
  ]);
  return { code, stderr, bytes: readFileSync(output).length };
}

const each = Object.keys(commands) as (keyof typeof commands)[];

it.each(each)('%s: nothing is said where nothing failed', async (name) => {
  const { code, stderr } = await run(name);
  expect([code, stderr]).toEqual([0, expect.not.stringMatching(/fail|warning/)]);
});

it.each(each)('%s: some failed', async (name) => {
  rmSync(join(files, 'a.fits'), { force: true });
  const { code, stderr, bytes } = await run(name);
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(/warning: 1 of 3 inputs failed: 1 with [A-Z_]+, ivo:.+/),
  ]);
  expect(bytes).toBeGreaterThan(60);
  const { failed } = JSON.parse((await run(name, '--json')).stderr) as { failed: { code: string }[] };
  expect(failed).toHaveLength(1);
});

it.each(each)('%s: all failed', async (name) => {
  rmSync(join(files, 'a.fits'), { force: true });
  rmSync(join(files, 'b.fits'), { force: true });
  truncateSync(join(files, 'c.fits'), 4000);
  const { code, stderr } = await run(name);
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(
      /vignet: all 3 inputs failed: 2 with [A-Z_]+, among them ivo:.+; 1 with [A-Z_]+, ivo:.+ \[ALL_FAILED\]/,
    ),
  ]);
});

it('over HTTP the status is 200, and a header says what is known of lost files before the answer begins', async () => {
  const service = await realService({ VIGNET_ARCHIVE: archive });
  const got = await fetch(`${service.url}/api/stack/sync?RA=10&DEC=5&SIZE=9`);
  expect([got.status, got.headers.get('vignet-warning')]).toEqual([
    200,
    expect.stringMatching(/all 3 inputs failed: 2 with/),
  ]);
  await service.close();
});
