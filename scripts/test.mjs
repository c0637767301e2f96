// `npm test`: everything, on a bare machine. `--long` adds what takes hours elsewhere.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { coreTests, RELEASE, releaseTests, SANITIZED, sanitizedTests } from './lib/core-builds.mjs';
import { fuzz } from './lib/fuzz.mjs';
import { lanes } from './lib/lanes.mjs';
import { sampleArchive } from './lib/sample.mjs';
import { notRun, stage, summary } from './lib/stages.mjs';
import { build, fail, root, TEST_PACKAGES } from './lib/steps.mjs';

const long = process.argv.includes('--long');
const started = Date.now();
const work = join(root, '.vignet', 'test');
mkdirSync(work, { recursive: true });

const unseen = (output) => (output.match(/REAL DATA NOT RUN/g) ?? []).length;

const doctest = (output) => {
  const match = /test cases:\s*(\d+)\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed/.exec(output);
  return { passed: Number(match?.[2] ?? 0), failed: Number(match?.[3] ?? 1), notRun: unseen(output) };
};

const vitestReport = join(work, 'vitest.json');
const vitest = (output) => {
  if (!existsSync(vitestReport)) return { passed: 0, failed: 1, notRun: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
    readFileSync(vitestReport, 'utf8'),
  );
  return {
    passed: numPassedTests,
    failed: numFailedTests,
    notRun: unseen(output) + numPendingTests + numTodoTests,
  };
};

const soaked = (output) => ({ name: /^soak: \d+ answers.*$/m.exec(output)?.[0] ?? 'soak' });

// Long comparisons with oracles, of code that others of the same files run through: not repeated under sanitizers but in the long form.
const oraclesAlone = [
  '--test-case-exclude=*brute force*,*in every shape of tiles,variances are what*,interpolated positions*,boxes hold every pixel centre*,overlaps are*,*double precision*,*reproject*,*changes a bit*',
];
const asan = { ASAN_OPTIONS: 'allocator_may_return_null=1:detect_leaks=1' };

const lane = lanes(2);
/** A stage in a lane of its own, those of smaller rank first: what others wait for, then what takes long. */
const ranked = (rank, ...one) => lane(() => stage(...one), rank);

const coreBuild = async (rank, name, [configure, build]) =>
  (await ranked(rank, `${name}: configure`, 'cmake', configure)) &&
  (await ranked(rank, `${name}: build`, 'cmake', build));

/** Runs the core's tests that were built in a folder. */
const core = (rank, name, folder, args, env) =>
  ranked(rank, name, coreTests(folder), args, { count: doctest, env });

async function gyp(rank) {
  const name = 'binding.gyp builds the same addon';
  const node = resolve(dirname(process.execPath), '..');
  if (existsSync(join(node, 'include/node/common.gypi')))
    await ranked(rank, name, 'node', ['scripts/lib/gyp.mjs', ...(long ? ['--alone'] : [])]);
  else notRun(name, 'this Node came without its headers');
}

build(TEST_PACKAGES);
sampleArchive();

// No test looks at the clock, so that all may run beside each other: two at a time, as the usual machine has cores.
const sanitizing = coreBuild(0, 'core under ASan and UBSan', sanitizedTests);
const serving = ranked(
  1,
  'service, archive, protocols',
  'npx',
  ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`],
  { count: vitest, env: long ? { VIGNET_LONG: '1' } : {} },
);

async function sanitizedCore() {
  const name = 'core under ASan and UBSan';
  if (await sanitizing) await core(2, name, SANITIZED, long ? [] : oraclesAlone, asan);
}

async function releasedCore() {
  if (await coreBuild(3, 'core', releaseTests)) await core(3, 'core', RELEASE, []);
}

/** What needs both: the files that the service was tested with, once more through the core; they are seeds of fuzzing, too. */
async function hostile() {
  await serving;
  if (!(await sanitizing)) return;
  const name = 'hostile files under ASan and UBSan';
  const env = { ...asan, VIGNET_HOSTILE_DIR: join(work, 'hostile') };
  const tested = core(5, name, SANITIZED, ['--test-case=*hostile files*'], env);
  const seconds = long ? 1800 : 8;
  await Promise.all([tested, fuzz({ seconds, lane, rank: 6 })]);
}

await Promise.all([
  sanitizedCore(),
  releasedCore(),
  hostile(),
  ranked(4, 'soak', 'node', ['scripts/lib/soak.mjs', long ? '1800' : '60'], { count: soaked }),
  ranked(4, 'clang-tidy', 'node', ['scripts/lib/tidy.mjs', ...(long ? ['--deep'] : [])]),
  gyp(4),
  ranked(4, 'documentation site', 'node', ['scripts/docs.mjs']),
  ranked(4, 'types', 'npx', ['tsc', '-p', 'tsconfig.json']),
  ranked(4, 'format and lint', 'npm', ['run', '--silent', 'lint']),
]);

const { passed, failed, notRun: missed } = summary();
const real = process.env.VIGNET_REAL_DATA ?? join(root, '../shared/data');
if (!existsSync(real)) console.log(`\n${missed} real-file tests NOT RUN (no files at VIGNET_REAL_DATA)`);
else if (missed) console.log(`\n${missed} tests NOT RUN`);
console.log(`\n${((Date.now() - started) / 60000).toFixed(1)} minutes`);
console.log(`${passed} passed, ${failed} failed, ${missed} skipped`);
if (failed) fail('some tests failed');
if (missed && process.env.CI) fail('CI runs everything or fails');
