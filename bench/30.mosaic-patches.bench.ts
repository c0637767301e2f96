/** mosaic.patches: nine overlapping patches on one grid joined to one image, one plane, file to file; and resampled; beside it Montage's mAdd, which only copies. */

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ANONYMOUS } from '../src/access/principal.ts';
import { openArchive } from '../src/archive/archive.ts';
import { ingest } from '../src/ingest/index.ts';
import { type BenchContext, type Claim, peerProgram } from './support/claim.ts';
import { run } from './support/patches.ts';
import { mean, timed } from './support/turns.ts';

interface Grid {
  readonly folder: string;
  readonly files: string;
  readonly archive: string;
  readonly ids: readonly string[];
}

/** Patches of one plane or three, mAdd's table and header for those of one, and an archive of them. */
async function prepared(context: BenchContext, quick: boolean, planes: 1 | 3): Promise<Grid> {
  const side = quick ? 840 : 4200;
  const folder = join(context.root, `.vignet/bench/grid-${side}-${planes}`);
  const files = join(folder, 'files');
  if (!existsSync(folder)) {
    const partial = `${folder}.part`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(join(partial, 'files'), { recursive: true });
    const script = join(context.root, 'bench/support/montage_patches.py');
    const sizes = [side, side / 42, planes].map(String);
    await run('/usr/bin/python3', [script, join(partial, 'files'), ...sizes]);
    renameSync(partial, folder);
  }
  if (planes === 1) await run('mImgtbl', [files, join(folder, 'images.tbl')]);
  const archive = join(folder, 'archive');
  rmSync(archive, { recursive: true, force: true });
  await ingest(archive, [files], { collection: 'bench', repo: 'bench' });
  const opened = await openArchive(archive);
  const ids: string[] = [];
  for await (const rows of opened.as(ANONYMOUS).list()) ids.push(...rows.map(({ id }) => id));
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

const times = (all: readonly number[]) => `${mean(all).toFixed(2)} s`;
const TURNED = ['--rotation', '1', '--pixscale', '0.2'];

const claim: Claim = {
  name: 'mosaic.patches',
  peerName: 'Montage mAdd -n',
  pair: async (context, quick) => {
    const [one, three] = [await prepared(context, quick, 1), await prepared(context, quick, 3)];
    const { folder, files } = one;
    const output = join(folder, 'ours.fits');
    const peerOutputs = ['peer.fits', 'peer_area.fits'].map((name) => join(folder, name));
    // Whoever replaces a file waits for the disk.
    const fresh = () => {
      for (const path of [output, ...peerOutputs]) rmSync(path, { force: true });
    };
    const command = ({ archive, ids }: Grid, ...flags: string[]) => {
      const vignet = [join(context.root, 'bin/vignet.mjs'), 'mosaic', '--archive', archive];
      return [process.execPath, ...vignet, ...ids, '-o', output, ...flags];
    };
    const started = ([program = '', ...args]: readonly string[]) => {
      fresh();
      return timed(() => run(program, args));
    };
    const ours = (...flags: string[]) => started(command(one, ...flags));
    const planes = (...flags: string[]) => started(command(three, '--detail', 'MaskedImage', ...flags));
    const onOneCore = () => started(['taskset', '-c', '0', ...command(one, ...TURNED)]);
    const copying = () => {
      const [table, header] = [join(folder, 'images.tbl'), join(files, 'template.hdr')];
      return started(['mAdd', '-n', '-p', files, table, header, peerOutputs[0] ?? '']);
    };
    const control = (threads: number) => peerProgram(context, 'control_loop', [threads]).seconds;
    await ours();
    await planes();
    const all: Record<string, number[]> = {};
    const note = (what: string, seconds: number) => {
      all[what] = [...(all[what] ?? []), seconds];
    };
    const of = (what: string) => all[what] ?? [];
    const rounds = quick ? 1 : 3;
    for (let round = 0; round < rounds; round++) {
      note('ours', await ours());
      note('peer', await copying());
      note('three planes', await planes());
      note('three planes turned', await planes(...TURNED));
    }
    // Memory that a large file has just given back costs more to take than other: nothing else goes between these.
    await ours(...TURNED);
    for (let round = 0; round < 2 * rounds; round++) {
      const both = [
        async () => note('turned', await ours(...TURNED)),
        async () => note('turned on one core', await onOneCore()),
      ];
      for (const run of round % 2 ? both : both.reverse()) await run();
      note('control', control(2));
      note('control on one core', control(1));
    }
    fresh();
    const swarp = await timed(() => resampledBySwarp(folder, files));
    fresh();
    const gain = (what: string) => mean(of(`${what} on one core`)) / mean(of(what));
    const [mosaic, loop] = [gain('turned'), gain('control')];
    return {
      ours: {
        n: of('ours').length,
        seconds: mean(of('ours')),
        min: Math.min(...of('ours')),
        max: Math.max(...of('ours')),
      },
      peer: { n: of('peer').length, seconds: mean(of('peer')) },
      notes:
        `start of the program included; ${one.ids.length} patches; turned by 1 degree with lanczos3 ${times(of('turned'))}, ` +
        `SWarp on two threads ${times([swarp])}, ${(swarp / mean(of('turned'))).toFixed(1)} x; ` +
        `two cores do it ${mosaic.toFixed(2)} times as fast as one, a loop that computes and copies ${loop.toFixed(2)} times ` +
        `(${Math.round((100 * mosaic) / loop)} %); three planes ${times(of('three planes'))}, turned ${times(of('three planes turned'))}`,
    };
  },
};
export default claim;
