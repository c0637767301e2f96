// `vignet archive drop` as a process: without a terminal it asks nothing and says what it dropped; on one it asks. Oracle: `vignet ls`.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dropRelease, ingest } from '../../src/ingest/index.ts';
import { folder, imageAt } from '../support/archive.ts';
import { bin, vignet } from './run.ts';

async function twoReleases(): Promise<string> {
  const archive = folder();
  for (const [n, repo] of ['dr1', 'dr2'].entries()) {
    const files = folder();
    for (let k = 0; k <= n; k++) writeFileSync(join(files, `${k}.fits`), imageAt(10 + n, k));
    await ingest(archive, [files], { collection: repo.toUpperCase(), repo, seek: false });
  }
  return archive;
}

const listed = async (archive: string) =>
  (await vignet(['ls', '--json', '--archive', archive])).stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).collection);

it('drops a release and says what', async () => {
  const archive = await twoReleases();
  const dropped = await vignet(['archive', 'drop', 'dr2', '--archive', archive]);
  expect([dropped.code, dropped.stderr]).toEqual([0, '']);
  expect(dropped.stdout).toBe('  DR2 image: 2\n2 datasets of dr2 dropped (generation 3)\n');
  expect(await listed(archive)).toEqual(['DR1']);
});

it('says it as JSON', async () => {
  const archive = await twoReleases();
  const { stdout } = await vignet(['archive', 'drop', 'DR1', '--json', '--archive', archive]);
  const types = [{ collection: 'DR1', type: 'image', datasets: 1 }];
  expect(JSON.parse(stdout)).toEqual({ release: 'dr1', types, datasets: 1, generation: 3 });
});

it.each([
  ['n', ['DR1', 'DR2', 'DR2'], /nothing was dropped/],
  ['y', ['DR1'], /2 datasets of dr2 dropped/],
])('asks on a terminal, and takes %s for an answer', async (answer, left, says) => {
  const archive = await twoReleases();
  // A pseudo-terminal, by Python, whose user waits for the question.
  const script = `import os, pty, sys
said = b""
def read(fd):
    global said
    data = os.read(fd, 1024)
    isAsked = b"[y/N]" in said
    said += data
    if b"[y/N]" in said and not isAsked:
        data += b" locked" if os.path.exists(sys.argv[-1] + "/ingest.lock") else b" open"
        os.write(fd, b"${answer}\\n")
    return data
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:], read)))`;
  const words = [process.execPath, bin, 'archive', 'drop', 'dr2', '--archive', archive];
  const said = execFileSync('/usr/bin/python3', ['-c', script, ...words], { encoding: 'utf8', input: '' });
  expect(said).toMatch(/DR2 image: 2\r?\nDrop 2 datasets of dr2\?/);
  expect([said.includes(' open'), said.includes(' locked')]).toEqual([true, false]);
  expect(said).toMatch(says);
  expect(await listed(archive)).toEqual(left);
});

it('drops nothing that an ingest has changed while it asked', async () => {
  const archive = await twoReleases();
  const more = folder();
  writeFileSync(join(more, 'more.fits'), imageAt(50, 5));
  const labels = { collection: 'DR2', repo: 'dr2', seek: false };
  const dropped = dropRelease(archive, 'dr2', async ({ datasets }) => {
    expect(datasets).toBe(2);
    expect((await ingest(archive, [more], labels)).ingested).toBe(1);
    return true;
  });
  await expect(dropped).rejects.toMatchObject({ kind: 'transient', code: 'RELEASE_CHANGED' });
  expect(await listed(archive)).toEqual(['DR1', 'DR2', 'DR2', 'DR2']);
});
