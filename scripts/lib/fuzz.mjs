// Builds the libFuzzer targets and lets each run for a while, seeded with small real and simulated files.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root, say } from './steps.mjs';

const folder = 'build/fuzz';

/** Small files below a folder: what a fuzzer can mutate quickly. */
function smallFiles(top) {
  if (!existsSync(top)) return [];
  return readdirSync(top, { recursive: true, encoding: 'utf8' })
    .map((name) => join(top, name))
    .filter((path) => /\.(fits|fz)$/.test(path) && statSync(path).size < 120_000);
}

function runTarget(target, seconds) {
  const corpus = join(root, '.vignet/fuzz', target);
  mkdirSync(corpus, { recursive: true });
  const real = process.env.VIGNET_REAL_DATA ?? join(root, '../shared/data');
  if (/layout|cutout/.test(target)) {
    smallFiles(real).forEach((path, i) => {
      copyFileSync(path, join(corpus, `seed-${i}`));
    });
  }
  const args = [
    `-max_total_time=${seconds}`,
    '-rss_limit_mb=2048',
    '-timeout=20',
    '-max_len=200000',
    '-print_final_stats=1',
    `-artifact_prefix=${corpus}-crash-`,
    corpus,
  ];
  return new Promise((resolve) => {
    const begun = Date.now();
    let output = '';
    const child = spawn(join(root, folder, 'native/fuzz', target), args, {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (chunk) => {
      output = (output + chunk).slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('close', (code) => {
      const runs = /number_of_executed_units:\s*(\d+)/.exec(output)?.[1] ?? '?';
      if (code !== 0) console.log(output);
      console.log(`${target}: ${runs} runs, ${code === 0 ? 'clean' : `ended with ${code}`}`);
      resolve({
        name: `${target}, ${runs} runs`,
        passed: code === 0 ? 1 : 0,
        failed: code === 0 ? 0 : 1,
        notRun: 0,
        seconds: (Date.now() - begun) / 1000,
      });
    });
  });
}

/** Runs every target for `seconds`, two at a time; `only` names some of them. */
export async function fuzz({ seconds, only }) {
  say(`fuzzing, ${seconds} s a target`);
  const configure = spawnSync(
    'cmake',
    [
      '-S',
      '.',
      '-B',
      folder,
      '-G',
      'Ninja',
      '-DVIGNET_FUZZ=ON',
      '-DVIGNET_SANITIZE=ON',
      '-DCMAKE_BUILD_TYPE=RelWithDebInfo',
      '-DCMAKE_CXX_COMPILER=clang++-14',
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const built =
    configure.status === 0 &&
    spawnSync('cmake', ['--build', folder], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] }).status ===
      0;
  if (!built) return [{ name: 'fuzz targets build', passed: 0, failed: 1, notRun: 0, seconds: 0 }];
  const targets = readdirSync(join(root, folder, 'native/fuzz')).filter(
    (name) => /^fuzz_\w+$/.test(name) && (!only || only.includes(name.slice(5))),
  );
  const results = [];
  const next = async () => {
    for (let target = targets.shift(); target; target = targets.shift())
      results.push(await runTarget(target, seconds));
  };
  await Promise.all([next(), next()]);
  return results;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [seconds = '60', ...only] = process.argv.slice(2);
  const results = await fuzz({ seconds: Number(seconds), ...(only.length ? { only } : {}) });
  if (results.some((item) => item.failed)) process.exit(1);
}
