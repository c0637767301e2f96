// `npm test`: everything, on a bare machine. `--long` adds what takes hours elsewhere.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { coreTests, RELEASE, releaseTests, SANITIZED, sanitizedTests } from './lib/core-builds.mjs';
import { fuzz } from './lib/fuzz.mjs';
import { sampleArchive } from './lib/sample.mjs';
import { soak } from './lib/soak.mjs';
import { notRun, results, stage, summary } from './lib/stages.mjs';
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

// Long comparisons with oracles, of code that others of the same files run through: not repeated under sanitizers but in the long form.
const oraclesAlone = [
  '--test-case-exclude=*brute force*,boxes hold every pixel centre*,overlaps are*,*double precision*,*reproject*,*changes a bit*',
];
const asan = { ASAN_OPTIONS: 'allocator_may_return_null=1:detect_leaks=1' };

const coreBuild = async (name, [configure, build]) =>
  (await stage(`${name}: configure`, 'cmake', configure)) && (await stage(`${name}: build`, 'cmake', build));

async function gyp() {
  const name = 'binding.gyp builds the same addon';
  const node = resolve(dirname(process.execPath), '..');
  if (existsSync(join(node, 'include/node/common.gypi'))) {
    await stage(name, 'nice', ['-n', '19', 'sh', 'scripts/gyp-build.sh', node]);
  } else notRun(name, 'this Node came without its headers');
}

build(TEST_PACKAGES);
sampleArchive();

// Builds and tests that keep no time run two beside each other; those that do, alone.
await Promise.all([
  stage('format and lint', 'npm', ['run', '--silent', 'lint']),
  stage('types', 'npx', ['tsc', '-p', 'tsconfig.json']),
  stage('documentation site', 'node', ['scripts/docs.mjs']),
]);
const released = await coreBuild('core', releaseTests);
const [, sanitized] = await Promise.all([
  released && stage('core', coreTests(RELEASE), [], { count: doctest }),
  coreBuild('core under ASan and UBSan', sanitizedTests),
]);
await Promise.all([
  sanitized &&
    stage('core under ASan and UBSan', coreTests(SANITIZED), long ? [] : oraclesAlone, {
      count: doctest,
      env: asan,
    }),
  stage('clang-tidy', 'node', ['scripts/lib/tidy.mjs']),
]);

// Only compiling that gives way to everything else may run beside tests that keep time.
const tested = stage(
  'service, archive, protocols',
  'npx',
  ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`],
  { count: vitest },
);
await Promise.all([tested, gyp()]);
if (sanitized) {
  // The files that the service was tested with, once more through the core.
  const env = { ...asan, VIGNET_HOSTILE_DIR: join(work, 'hostile') };
  const name = 'hostile files under ASan and UBSan';
  await stage(name, coreTests(SANITIZED), ['--test-case=*hostile files*'], { count: doctest, env });
}

results.push(...(await fuzz({ seconds: long ? 1800 : 8 })));
results.push(await soak({ seconds: long ? 1800 : 60 }));

const { passed, failed, notRun: missed } = summary();
const real = process.env.VIGNET_REAL_DATA ?? join(root, '../shared/data');
if (!existsSync(real)) console.log(`\n${missed} real-file tests NOT RUN (no files at VIGNET_REAL_DATA)`);
else if (missed) console.log(`\n${missed} tests NOT RUN`);
console.log(`\n${((Date.now() - started) / 60000).toFixed(1)} minutes`);
console.log(`${passed} passed, ${failed} failed, ${missed} skipped`);
if (failed) fail('some tests failed');
if (missed && process.env.CI) fail('CI runs everything or fails');
