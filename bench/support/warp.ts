/**
 * What the warp claims have in common: an image of 4072 x 4000 floats with a TPV WCS and its weight map, resampled onto a
 * north-up TAN grid of as many pixels, file to file, on one core, start-up included, the two sides in turn.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { openArchive } from '../../src/archive/archive.ts';
import { ingest } from '../../src/ingest/index.ts';
import { type BenchContext, type Pair, program } from './claim.ts';
import { mean } from './turns.ts';

const WIDTH = 4072;
const HEIGHT = 4000;
/** Degrees: DECam's. */
const SCALE = 0.263 / 3600;
/** Degrees between the image's axes and north. */
const TURN = 1;

/** Terms of the size that DECam detectors have (SWarp takes TPV for TAN with PV terms; it ignores SIP). */
const TPV: Readonly<Record<string, number>> = {
  PV1_0: 0,
  PV1_1: 1.0013,
  PV1_2: -0.0072,
  PV1_4: -0.0081,
  PV1_5: 0.0096,
  PV1_6: -0.0035,
  PV1_7: 0.0057,
  PV1_8: -0.0063,
  PV1_9: 0.0044,
  PV1_10: -0.0021,
  PV2_0: 0,
  PV2_1: 1.0011,
  PV2_2: -0.0059,
  PV2_4: -0.0068,
  PV2_5: 0.0077,
  PV2_6: -0.0049,
  PV2_7: 0.0031,
  PV2_8: -0.0045,
  PV2_9: 0.0062,
  PV2_10: -0.0027,
};

type Cards = Readonly<Record<string, string | number | boolean>>;

function cardLines(cards: Cards): string[] {
  const value = (v: string | number | boolean) =>
    typeof v === 'string' ? `'${v.padEnd(8)}'` : (typeof v === 'boolean' ? 'T' : String(v)).padStart(20);
  return Object.entries(cards).map(([key, v]) => `${key.padEnd(8)}= ${value(v)}`.padEnd(80));
}

function cardsOf(projection: string, more: Cards): Cards {
  return {
    SIMPLE: true,
    BITPIX: -32,
    NAXIS: 2,
    NAXIS1: WIDTH,
    NAXIS2: HEIGHT,
    CTYPE1: `RA---${projection}`,
    CTYPE2: `DEC--${projection}`,
    CUNIT1: 'deg',
    CUNIT2: 'deg',
    CRVAL1: 244.8,
    CRVAL2: 12.1,
    EQUINOX: 2000,
    RADESYS: 'ICRS',
    ...more,
  };
}

function writeImage(path: string, cards: Cards, pixel: (random: () => number) => number): void {
  const header = [...cardLines(cards), 'END'.padEnd(80)].join('');
  const start = Math.ceil(header.length / 2880) * 2880;
  const bytes = Buffer.alloc(start + Math.ceil((WIDTH * HEIGHT * 4) / 2880) * 2880);
  bytes.write(header.padEnd(start), 'latin1');
  let state = 1; // Park & Miller: the same pixels in every run
  const random = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  for (let i = 0; i < WIDTH * HEIGHT; i++) bytes.writeFloatBE(pixel(random), start + 4 * i);
  writeFileSync(path, bytes);
}

interface Files {
  readonly folder: string;
  readonly image: string;
  readonly weight: string;
  /** The output's header as text. */
  readonly header: string;
}

function filesOf(context: BenchContext): Files {
  const folder = join(context.root, '.vignet', 'bench-warp');
  const files = {
    folder,
    image: join(folder, 'in.fits'),
    weight: join(folder, 'in.weight.fits'),
    header: join(folder, 'out.head'),
  };
  if (existsSync(files.header)) return files;
  mkdirSync(folder, { recursive: true });
  const [c, s] = [Math.cos((TURN * Math.PI) / 180) * SCALE, Math.sin((TURN * Math.PI) / 180) * SCALE];
  const turned = { CRPIX1: WIDTH / 2, CRPIX2: HEIGHT / 2, CD1_1: -c, CD1_2: s, CD2_1: s, CD2_2: c };
  const tpv = cardsOf('TPV', { ...turned, ...TPV });
  writeImage(files.image, tpv, (random) => 100 + 10 * (random() + random() + random()));
  // One pixel in a thousand is bad.
  writeImage(files.weight, tpv, (random) => (random() < 0.001 ? 0 : 0.03 + 0.02 * random()));
  const straight = { CRPIX1: WIDTH / 2, CRPIX2: HEIGHT / 2, CD1_1: -SCALE, CD1_2: 0, CD2_1: 0, CD2_2: SCALE };
  writeFileSync(files.header, [...cardLines(cardsOf('TAN', straight)), 'END', ''].join('\n'));
  return files;
}

interface InMemory {
  readonly resampling: number;
  readonly ticks: number;
}

/** The resampling alone, by a program on the core. */
function inMemory(context: BenchContext, files: Files, kernel: string): InMemory {
  const outputs = ['ours.fits', 'ours.weight.fits'].map((name) => join(files.folder, name));
  return JSON.parse(
    program(context, 'vignet_warp', [files.image, files.weight, files.header, ...outputs, kernel]),
  ) as InMemory;
}

/** An archive of the image and its weights. Layouts belong to this version of Vignet. */
async function archiveOf(files: Files): Promise<{ archive: string; id: string }> {
  const [archive, inputs] = [join(files.folder, 'archive'), join(files.folder, 'inputs')];
  rmSync(archive, { recursive: true, force: true });
  rmSync(inputs, { recursive: true, force: true });
  mkdirSync(inputs);
  for (const path of [files.image, files.weight]) linkSync(path, join(inputs, basename(path)));
  await ingest(archive, [inputs], { collection: 'bench', repo: 'bench' });
  const opened = await openArchive(archive);
  const ids: string[] = [];
  for await (const rows of opened.as(ANONYMOUS).list()) ids.push(...rows.map(({ id }) => id));
  await opened.close();
  return { archive, id: ids[0] ?? '' };
}

/** Seconds of a program that has one core to itself. */
function onOneCore(command: readonly string[], cwd: string): number {
  const begin = performance.now();
  // Certificates that a machine wants every Node to know are read at its start, for nothing here.
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  execFileSync('taskset', ['-c', '0', ...command], { cwd, env, stdio: 'pipe' });
  return (performance.now() - begin) / 1000;
}

/** Ours: `vignet mosaic`, start of the program included. */
function vignet(
  context: BenchContext,
  files: Files,
  held: { archive: string; id: string },
  kernel: string,
): number {
  const output = join(files.folder, 'mosaic.fits');
  rmSync(output, { force: true });
  const flags: Readonly<Record<string, string>> = {
    archive: held.archive,
    wcs: readFileSync(files.header, 'utf8'),
    detail: 'MaskedImage',
    resample: kernel,
    output,
  };
  const command = [process.execPath, join(context.root, 'bin/vignet.mjs'), 'mosaic', held.id];
  const all = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]);
  return onOneCore([...command, ...all], files.folder);
}

/** SWarp without what is not resampling: no background, no astrometric flux scale, no co-adding. */
function swarp(files: Files, kernel: string): number {
  writeFileSync(join(files.folder, 'empty.swarp'), '');
  const options: Readonly<Record<string, string>> = {
    IMAGEOUT_NAME: 'out.fits', // its grid is that of out.head
    WEIGHTOUT_NAME: 'out.weight.fits',
    WEIGHT_TYPE: 'MAP_WEIGHT',
    WEIGHT_IMAGE: files.weight,
    RESAMPLING_TYPE: kernel.toUpperCase(),
    OVERSAMPLING: '1',
    SUBTRACT_BACK: 'N',
    FSCALASTRO_TYPE: 'NONE',
    COMBINE: 'N',
    NTHREADS: '1',
    WRITE_XML: 'N',
    VERBOSE_TYPE: 'QUIET',
    RESAMPLE_DIR: files.folder,
  };
  const flags = Object.entries(options).flatMap(([key, value]) => [`-${key}`, value]);
  for (const name of ['in.resamp.fits', 'in.resamp.weight.fits'])
    rmSync(join(files.folder, name), { force: true });
  return onOneCore(['SWarp', files.image, '-c', 'empty.swarp', ...flags], files.folder);
}

/** reproject_exact alone, in memory, on a smaller piece of the same pair of grids: seconds for as many pixels as ours. */
function reprojectExact(context: BenchContext, files: Files, quick: boolean): number {
  const side = quick ? 200 : 400;
  const script = join(context.root, 'bench/support/reproject_exact.py');
  const text = execFileSync('/usr/bin/python3', [script, files.image, files.header, String(side)], {
    encoding: 'utf8',
  });
  return (JSON.parse(text) as { seconds_per_pixel: number }).seconds_per_pixel * WIDTH * HEIGHT;
}

export const SWARP = 'SWarp on one core, no background, no co-adding';
export const REPROJECT = 'reproject_exact on a piece, one thread, without files and weights';

export async function warp(context: BenchContext, quick: boolean, kernel: string): Promise<Pair> {
  const files = filesOf(context);
  const held = await archiveOf(files);
  const other = () => (kernel === 'exact' ? reprojectExact(context, files, quick) : swarp(files, kernel));
  vignet(context, files, held, kernel);
  const [ours, peer]: [number[], number[]] = [[], []];
  for (let i = 0; i < (quick ? 2 : 5); i++) {
    peer.push(other());
    ours.push(vignet(context, files, held, kernel));
  }
  const alone = Array.from({ length: 3 }, () => inMemory(context, files, kernel));
  const resampling = Math.min(...alone.map((run) => run.resampling));
  const ticks = Math.min(...alone.map((run) => run.ticks));
  const rate = (s: number) => `${((WIDTH * HEIGHT) / s / 1e6).toFixed(1)} Mpix/s`;
  return {
    ours: { n: ours.length, seconds: mean(ours), min: Math.min(...ours), max: Math.max(...ours) },
    peer: { n: peer.length, seconds: mean(peer) },
    notes:
      `file to file ${rate(mean(ours))}, the peer ${rate(mean(peer))}; in memory ${rate(resampling)}, ` +
      `${ticks.toFixed(0)} time-stamp ticks a pixel of image and variance`,
  };
}
