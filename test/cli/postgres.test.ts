// The URL of a catalog in PostgreSQL is given once: every command, and the service, finds it in the archive. Oracle: the same files in an
// archive whose catalog is in files.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serve } from '../service/process.ts';
import { folder, imageAt } from '../support/archive.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { vignet } from './run.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

/** Files are read side by side: the order of their records in a pack is chance. */
const placeless = (text?: string) => text?.replaceAll(/"pack_offset":\d+/g, '"pack_offset":0');

it('commands need no --catalog but the first ingest', async () => {
  const [one, two] = [folder(), folder()];
  for (const ra of [10, 11]) writeFileSync(join(one, `${ra}.fits`), imageAt(ra, 5, { FILTER: 'r' }));
  writeFileSync(join(two, '12.fits'), imageAt(12, 5, { FILTER: 'g' }));
  const archives = [folder(), folder()];
  const both = async (...words: readonly string[]) => {
    const [there, here] = await Promise.all(
      archives.map((archive) => vignet([...words, '--archive', archive])),
    );
    expect(there?.stderr).toBe(here?.stderr);
    return [there?.code, placeless(there?.stdout), here?.code, placeless(here?.stdout)] as const;
  };
  const [first = '', second = ''] = archives;
  const labels = ['--repo', 'dr1', '--obs-collection', 'DR1'];
  const begun = await vignet(['ingest', '--archive', first, '--catalog', server.database(), ...labels, one]);
  expect(begun.code).toBe(0);
  expect((await vignet(['ingest', '--archive', second, ...labels, one])).code).toBe(0);
  for (const archive of archives)
    expect((await vignet(['ingest', '--archive', archive, '--repo', 'dr2', two])).code).toBe(0);
  for (const words of [
    ['ls', '--json'],
    ['ls', '--tables'],
    ['find', '--as', 'csv', '--band', 'r', '--pos', 'CIRCLE 10 5 0.1'],
    ['info', one.concat('/10.fits')],
    ['check', '--files'],
    ['archive', 'drop', 'dr2'],
    ['find', '--as', 'csv'],
  ]) {
    const [code, said, alike, other] = await both(...words);
    expect([code, said], words.join(' ')).toEqual([0, other]);
    expect([alike, said?.length ?? 0], words.join(' ')).toEqual([0, expect.any(Number)]);
    expect(said, words.join(' ')).not.toBe('');
  }
  const serving = await serve(first);
  try {
    const coverage = await fetch(`${serving.base}/api/moc?BAND=r&RESPONSEFORMAT=json`);
    expect([coverage.status, await coverage.text()]).toEqual([200, expect.stringMatching(/^\{"\d+":/)]);
  } finally {
    expect(await serving.stop()).toBe(0);
  }
});
