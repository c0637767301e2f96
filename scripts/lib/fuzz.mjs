// Builds the libFuzzer targets and lets each run for a while, seeded with small real, simulated and hostile files.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fuzzers, program, SANITIZED } from './core-builds.mjs';
import { lanes } from './lanes.mjs';
import { stage, summary } from './stages.mjs';
import { root } from './steps.mjs';

const MOST_SEED_BYTES = 190_000;

/** What `fuzz_cutout` does with a file (native/fuzz/cutout.cc): the eight bytes before it. */
const CHOICES = [
  [0, 1, 40, 40, 0, 0, 200, 200], // a box of image, mask and variance
  [1 | 4, 128 | 64, 0, 0, 0, 0, 0, 0], // the whole image, quantised
  [2 | 4, 2, 0, 0, 0, 0, 60, 0], // a circle of the exposure, compressed
];

/** Small files below a folder: what a fuzzer can change quickly. */
function smallFiles(top) {
  if (!existsSync(top)) return [];
  return readdirSync(top, { recursive: true, encoding: 'utf8' })
    .map((name) => join(top, name))
    .filter((path) => /\.(fits|fz)$/.test(path))
    .filter((path) => statSync(path).isFile() && statSync(path).size < MOST_SEED_BYTES);
}

/** A tiny image of every codec, by cfitsio, and a tiny simulated visit and coadd. */
function makeSeeds(top) {
  rmSync(top, { recursive: true, force: true });
  mkdirSync(top, { recursive: true });
  const flat = ['R', 'G', 'H 20,15', 'R 20,15; q 8', 'G; q 8', 'H 20,15; qz 4', 'P'];
  const deep = ['R', 'R 7,3,4', 'G 10,8,2', 'R 5,4,6; q 8', 'P 10,2,2'];
  for (const [name, bitpix, sides, ways] of [
    ['short', 16, [40, 30], flat],
    ['float', -32, [40, 30], flat],
    ['shortcube', 16, [10, 8, 15], deep],
    ['floatcube', -32, [10, 8, 15], deep],
  ]) {
    const plain = join(top, `${name}.fits`);
    writeFileSync(plain, tinyImage(bitpix, sides));
    for (const how of ways)
      if (bitpix > 0 ? !how.includes('q') : !how.startsWith('P'))
        spawnSync('imcopy', [
          plain,
          `${join(top, `${name}-${how.replaceAll(/\W/g, '')}.fits`)}[compress ${how}]`,
        ]);
  }
  const tiny = '--scale 0.02 --visits 1 --detectors 1 --tracts 1 --patches 1 --coadd-bands r --differences 0';
  for (const recipe of ['lossy16', 'lossless']) {
    const args = ['simulate', ...tiny.split(' '), '--full-size', '0', '--workers', '0', '--recipe', recipe];
    spawnSync(process.execPath, [join(root, 'bin/vignet.mjs'), ...args, join(top, recipe)]);
  }
}

/** An image or a cube of 1,200 pixels with a TAN WCS and channels of frequency. */
function tinyImage(bitpix, sides) {
  const cards = [
    ['SIMPLE', 'T'],
    ['BITPIX', bitpix],
    ['NAXIS', sides.length],
    ...sides.map((side, n) => [`NAXIS${n + 1}`, side]),
    ...(sides.length > 2
      ? [
          ['CTYPE3', "'FREQ'"],
          ['CRVAL3', 1e9],
          ['CDELT3', 1e6],
        ]
      : []),
    ['CTYPE1', "'RA---TAN'"],
    ['CTYPE2', "'DEC--TAN'"],
    ['CRPIX1', 20.5],
    ['CRPIX2', 15.5],
    ['CRVAL1', 53],
    ['CRVAL2', -27],
    ['CD1_1', -0.001],
    ['CD2_2', 0.001],
  ].map(([keyword, value]) => `${keyword.padEnd(8)}= ${`${value}`.padStart(20)}`.padEnd(80));
  const head = `${cards.join('')}END`.padEnd(2880);
  const size = Math.abs(bitpix) / 8;
  const file = Buffer.alloc(2880 + Math.ceil((1200 * size) / 2880) * 2880);
  file.write(head, 'latin1');
  for (let i = 0; i < 1200; i++) {
    const value = (i * 7919) % 97;
    if (bitpix > 0) file.writeInt16BE(value, 2880 + i * size);
    else file.writeFloatBE(value / 3, 2880 + i * size);
  }
  return file;
}

function seed(target, corpus) {
  const real = process.env.VIGNET_REAL_DATA ?? join(root, '../shared/data');
  const tops = [join(root, '.vignet/fuzz/seeds'), join(root, '.vignet/test/hostile'), real];
  tops.flatMap(smallFiles).forEach((path, i) => {
    const file = readFileSync(path);
    if (target === 'fuzz_layout') writeFileSync(join(corpus, `seed-${i}`), file);
    else
      CHOICES.forEach((choice, c) => {
        writeFileSync(join(corpus, `seed-${i}-${c}`), Buffer.concat([Buffer.from(choice), file]));
      });
  });
}

function runTarget(target, seconds) {
  const corpus = join(root, '.vignet/fuzz', target);
  mkdirSync(corpus, { recursive: true });
  const files = /layout|cutout/.test(target);
  if (files) seed(target, corpus);
  const args = [
    `-max_total_time=${seconds}`,
    '-rss_limit_mb=2048',
    // Nothing a small file says may make us allocate much.
    '-malloc_limit_mb=256',
    '-timeout=20',
    '-max_len=200000',
    '-print_final_stats=1',
    `-artifact_prefix=${corpus}-crash-`,
    ...(files ? [`-dict=${join(root, 'native/fuzz/fits.dict')}`] : []),
    corpus,
  ];
  return stage(target, program(SANITIZED, `native/fuzz/${target}`), args, {
    quiet: true,
    count: (output) => ({
      name: `${target}, ${/number_of_executed_units:\s*(\d+)/.exec(output)?.[1] ?? '?'} runs`,
    }),
  });
}

/** Builds the targets; resolves to whether that went well. */
export async function buildFuzzers() {
  const [configure, build] = fuzzers;
  return (
    (await stage('fuzz targets: configure', 'cmake', configure)) &&
    (await stage('fuzz targets: build', 'cmake', build))
  );
}

/** Runs every built target for `seconds`, as lanes are free; `only` names some of them. */
export async function fuzz({ seconds, only, lane, rank }) {
  makeSeeds(join(root, '.vignet/fuzz/seeds'));
  const targets = readdirSync(program(SANITIZED, 'native/fuzz')).filter(
    (name) => /^fuzz_\w+$/.test(name) && (!only || only.includes(name.slice(5))),
  );
  await Promise.all(targets.map((target) => lane(() => runTarget(target, seconds), rank)));
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [seconds = '60', ...only] = process.argv.slice(2);
  if (await buildFuzzers())
    await fuzz({ seconds: Number(seconds), lane: lanes(2), ...(only.length ? { only } : {}) });
  if (summary().failed) process.exit(1);
}
