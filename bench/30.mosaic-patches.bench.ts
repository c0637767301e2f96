/** mosaic.patches: nine overlapping patches on one grid joined to one image, one plane, file to file; and resampled; beside it Montage's mAdd, which only copies. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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

/** The same patches by SWarp, onto a grid of its own that is not theirs. */
async function resampledBySwarp(folder: string, files: string): Promise<void> {
  const options: Readonly<Record<string, string>> = {
    IMAGEOUT_NAME: join(folder, 'peer.fits'),
    WEIGHTOUT_NAME: join(folder, 'peer_area.fits'),
    RESAMPLING_TYPE: 'LANCZOS3',
    OVERSAMPLING: '1',
    PIXELSCALE_TYPE: 'MANUAL',
    PIXEL_SCALE: '0.2',
    SUBTRACT_BACK: 'N',
    FSCALASTRO_TYPE: 'NONE',
    COMBINE_TYPE: 'AVERAGE',
    NTHREADS: '2',
    WRITE_XML: 'N',
    VERBOSE_TYPE: 'QUIET',
    RESAMPLE_DIR: folder,
  };
  const empty = join(folder, 'empty.swarp');
  writeFileSync(empty, '');
  const images = readdirSync(files)
    .filter((name) => name.endsWith('.fits'))
    .map((name) => join(files, name));
  const flags = Object.entries(options).flatMap(([key, value]) => [`-${key}`, value]);
  await run('SWarp', [...images, '-c', empty, ...flags]);
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
    const output = join(folder, 'ours.fits');
    const peerOutputs = ['peer.fits', 'peer_area.fits'].map((name) => join(folder, name));
    // Whoever replaces a file waits for the disk.
    const fresh = () => {
      for (const path of [output, ...peerOutputs]) rmSync(path, { force: true });
    };
    const command = [
      join(context.root, 'bin/vignet.mjs'),
      'mosaic',
      '--archive',
      archive,
      ...ids,
      '-o',
      output,
    ];
    const mosaic = (...flags: string[]) => {
      fresh();
      return timed(() => run('node', [...command, ...flags]));
    };
    const copying = () => {
      fresh();
      const [table, header] = [join(folder, 'images.tbl'), join(files, 'template.hdr')];
      return timed(() => run('mAdd', ['-n', '-p', files, table, header, peerOutputs[0] ?? '']));
    };
    await mosaic();
    const [ours, peer, turned, swarp]: [number[], number[], number[], number[]] = [[], [], [], []];
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      ours.push(await mosaic());
      peer.push(await copying());
      turned.push(await mosaic('--rotation', '1', '--pixscale', '0.2'));
    }
    fresh();
    swarp.push(await timed(() => resampledBySwarp(folder, files)));
    fresh();
    const mean = (all: readonly number[]) => all.reduce((sum, one) => sum + one, 0) / all.length;
    const times = (all: readonly number[]) => `${mean(all).toFixed(2)} s`;
    return {
      ours: { n: ours.length, seconds: mean(ours), min: Math.min(...ours), max: Math.max(...ours) },
      peer: { n: peer.length, seconds: mean(peer) },
      notes:
        `start of the program included; ${ids.length} patches; turned by 1 degree with lanczos3 ${times(turned)}, ` +
        `SWarp on two threads ${times(swarp)}, ${(mean(swarp) / mean(turned)).toFixed(1)} x`,
    };
  },
};
export default claim;
