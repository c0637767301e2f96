/** mosaic.patches: nine overlapping patches on one grid joined to one image, one plane, file to file; beside it Montage's mAdd, which only copies. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ingest, openArchive } from '../src/archive/index.ts';
import type { BenchContext, Claim } from './support/claim.ts';
import { run } from './support/patches.ts';

/** The files, mAdd's table and header, and an archive of them. */
async function prepared(context: BenchContext, quick: boolean) {
  const side = quick ? 840 : 4200;
  const folder = join(context.root, `.vignet/bench/grid-${side}`);
  const files = join(folder, 'files');
  if (!existsSync(join(folder, 'images.tbl'))) {
    mkdirSync(files, { recursive: true });
    const script = join(context.root, 'bench/support/montage_patches.py');
    await run('/usr/bin/python3', [script, files, String(side), String(side / 42)]);
    await run('mImgtbl', [files, join(folder, 'images.tbl')]);
  }
  const archive = join(folder, 'archive');
  rmSync(archive, { recursive: true, force: true });
  await ingest(archive, [files], { collection: 'bench', repo: 'bench' });
  const opened = await openArchive(archive);
  const ids: string[] = [];
  for await (const rows of opened.list()) ids.push(...rows.map(({ id }) => id));
  await opened.close();
  return { folder, files, archive, ids };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

const claim: Claim = {
  name: 'mosaic.patches',
  peerName: 'Montage mAdd -n',
  pair: async (context, quick) => {
    const { folder, files, archive, ids } = await prepared(context, quick);
    const ours: number[] = [];
    const peer: number[] = [];
    const vignet = join(context.root, 'bin/vignet.mjs');
    for (let round = 0; round < (quick ? 2 : 4); round++) {
      const seconds = [
        await timed(() =>
          run('node', [vignet, 'mosaic', '--archive', archive, ...ids, '-o', join(folder, 'ours.fits')]),
        ),
        await timed(() =>
          run('mAdd', [
            '-n',
            '-p',
            files,
            join(folder, 'images.tbl'),
            join(files, 'template.hdr'),
            join(folder, 'peer.fits'),
          ]),
        ),
      ] as const;
      // The first round warms the caches.
      if (round > 0) {
        ours.push(seconds[0]);
        peer.push(seconds[1]);
      }
    }
    const mean = (all: readonly number[]) => all.reduce((sum, one) => sum + one, 0) / all.length;
    return {
      ours: { n: ours.length, seconds: mean(ours), min: Math.min(...ours), max: Math.max(...ours) },
      peer: { n: peer.length, seconds: mean(peer) },
      notes: `start of the program included; ${ids.length} patches`,
    };
  },
};
export default claim;
