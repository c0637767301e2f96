/**
 * Kill -9 at random moments of ingest, publication and merging, with both databases. Oracles: `checkArchive`, and what the killed process had
 * said was published. 20 kills in all, 500 in the long form; VIGNET_KILLS sets another number.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { openArchive } from '../../src/archive/archive.ts';
import { checkArchive } from '../../src/archive/check.ts';
import { ingest } from '../../src/ingest/ingest.ts';
import { folder, imageAt } from '../support/archive.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const KILLS = Number(process.env.VIGNET_KILLS ?? (process.env.VIGNET_LONG ? 500 : 20)) / 2;
const MINUTES = 60_000;

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

/** Images that files are copies of. */
const IMAGES = 100;

interface Place {
  readonly images: string;
  readonly archive: string;
  readonly root: string;
  readonly catalog?: string;
}

/** Few rows are enough for a delta, and a few more for a merge. */
const options = ({ catalog }: Place) => ({
  ...{ collection: 'Test', repo: 'test', publishEveryMs: 1, merging: { leastRows: 12, share: 0.6 } },
  ...(catalog !== undefined && { catalog }),
});

/** Ingests new files and changed ones, again and again, and says after each time how many files are published. */
function writer(place: Place) {
  const built = new URL('../../dist/ingest/ingest.js', import.meta.url).href;
  const script = `
    import { copyFileSync, renameSync, writeSync, readdirSync } from 'node:fs';
    import { join } from 'node:path';
    import { ingest } from ${JSON.stringify(built)};
    const root = ${JSON.stringify(place.root)};
    const images = ${JSON.stringify(place.images)};
    const write = (n) => {
      copyFileSync(join(images, Math.floor(${IMAGES} * Math.random()) + '.fits'), join(images, 'next'));
      renameSync(join(images, 'next'), join(root, String(n).padStart(6, '0') + '.fits'));
    };
    writeSync(1, 'ready\\n');
    for (let files = readdirSync(root).length; ; ) {
      const next = files + 1 + Math.floor(7 * Math.random());
      for (let n = files; n < next; n++) write(n);
      for (let k = 0; k < 3 && files > 0; k++) write(Math.floor(files * Math.random()));
      await ingest(${JSON.stringify(place.archive)}, [root], ${JSON.stringify(options(place))});
      files = next;
      writeSync(1, 'published ' + files + '\\n');
    }`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** What the archive holds: every dataset that is listed is found by its ID and at its place, once. */
async function held(archive: string): Promise<number> {
  const faults: string[] = [];
  for await (const { part, error } of checkArchive(archive)) faults.push(`${part}: ${error.message}`);
  expect(faults).toEqual([]);
  const open = await openArchive(archive);
  const view = open.as(ANONYMOUS);
  const ids: string[] = [];
  for await (const batch of view.list()) ids.push(...batch.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
  const everywhere = await view.find({ shape: 'circle', values: [0, 0, 180] });
  expect(everywhere.map(({ id }) => id).sort()).toEqual(ids.sort());
  await open.close();
  return ids.length;
}

it.each(['files', 'PostgreSQL'])(
  'what was published is there, once, after each of many kills: the catalog in %s',
  async (kind) => {
    const place: Place = {
      images: folder(),
      archive: folder(),
      root: folder(),
      ...(kind === 'PostgreSQL' && { catalog: server.database() }),
    };
    for (let n = 0; n < IMAGES; n++) writeFileSync(join(place.images, `${n}.fits`), imageAt(3.6 * n, n - 50));
    let published = 0;
    const seen = { deltas: 0, wholes: 0 };
    for (let kill = 0; kill < KILLS; kill++) {
      const child = writer(place);
      const lines = createInterface({ input: child.stdout });
      let last = performance.now();
      let cycle = 0;
      lines.on('line', (line) => {
        const [word, count] = line.split(' ');
        if (word === 'published') published = Number(count);
        cycle = performance.now() - last;
        last += cycle;
      });
      // At any moment of the first to the third ingest: these take as long as the machine needs.
      for (let n = Math.ceil(3 * Math.random()); n > 0; n--) await once(lines, 'line');
      await delay(cycle * Math.random());
      child.kill('SIGKILL');
      await once(lines, 'close');
      if (published === 0) continue;
      const files = readdirSync(place.root).length;
      const there = await held(place.archive);
      expect(there, `kill ${kill}`).toBeGreaterThanOrEqual(published);
      expect(there, `kill ${kill}`).toBeLessThanOrEqual(files);
      const generation = Math.max(
        ...readdirSync(join(place.archive, 'generations')).map(Number).filter(Number.isInteger),
      );
      const names = readdirSync(join(place.archive, 'generations', String(generation)));
      if (names.includes('index.base.vgi')) seen.deltas++;
      else seen.wholes++;
    }
    // The last run that is not killed leaves all files, and nothing of those that were.
    await ingest(place.archive, [place.root], options(place));
    const names = readdirSync(place.root);
    expect(await held(place.archive)).toBe(names.length);
    expect(readdirSync(join(place.archive, 'generations')).every((name) => /^\d+$/.test(name))).toBe(true);
    // Of few kills, all may come before the archive is large enough for a delta.
    if (KILLS >= 10) expect(seen.deltas, JSON.stringify(seen)).toBeGreaterThan(0);
  },
  (KILLS / 4 + 5) * MINUTES,
);
