// Seek points by the command: the pool makes them, and `vignet layout` shows them.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { vignet } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'vignet-seek-'));
const [files, archive] = [join(folder, 'files'), join(folder, 'archive')];
afterAll(() => rmSync(folder, { recursive: true }));

const ingest = async (...flags: string[]) => {
  const { stdout } = await vignet(['ingest', '--json', '--archive', archive, ...flags, files]);
  return JSON.parse(stdout) as unknown;
};

const layout = async (id: string, ...flags: string[]) =>
  (await vignet(['layout', '--archive', archive, ...flags, id])).stdout;

it('ingest leaves seek points out or adds them; layout shows them; a cutout is the same', async () => {
  const only = ['--visits', '1', '--detectors', '1', '--full-size', '0', '--types', 'visit_image'];
  await vignet(['simulate', '--scale', '0.2', ...only, files]);
  expect(await ingest('--no-seek')).toMatchObject({ ingested: 1 });
  const listed = await vignet(['ls', '--json', '--archive', archive]);
  const { id } = JSON.parse(listed.stdout) as { id: string };
  const cut = async (name: string) => {
    const out = join(folder, name);
    const what = ['--box', '400 300 451 351', '--detail', 'MaskedImage'];
    expect(await vignet(['cutout', '--archive', archive, ...what, '-o', out, id])).toMatchObject({ code: 0 });
    return readFileSync(out);
  };
  const plain = await cut('plain.fits');
  expect(await layout(id, '--json')).toContain('"seekBytes":0,');

  expect(await ingest('--seek')).toMatchObject({ replaced: 1 });
  expect(await layout(id)).toMatch(/^seek points: \d{4,} bytes, \d\.\d% of the files$/m);
  expect((await cut('points.fits')).equals(plain)).toBe(true);
});
