// `npm test`: everything, on a bare machine. `--long` adds what takes hours elsewhere.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fuzz } from './lib/fuzz.mjs';
import { sampleArchive } from './lib/sample.mjs';
import { soak } from './lib/soak.mjs';
import { build, fail, root, say, TEST_PACKAGES } from './lib/steps.mjs';

const long = process.argv.includes('--long');
const started = Date.now();
const results = [];
const work = join(root, '.vignet', 'test');
mkdirSync(work, { recursive: true });

/** Runs one stage, its output shown and kept; `count` reads how many tests passed and failed from it. */
function stage(name, command, args, options = {}) {
  const { count, ...spawnOptions } = options;
  say(name);
  const begun = Date.now();
  const child = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
    ...spawnOptions,
    env: { ...process.env, FORCE_COLOR: '0', ...spawnOptions.env },
  });
  const output = `${child.stdout ?? ''}${child.stderr ?? ''}${child.error ?? ''}`;
  process.stdout.write(output);
  const ok = child.status === 0;
  const counted = count?.(output);
  const passed = counted?.passed ?? (ok ? 1 : 0);
  const failed = ok ? 0 : Math.max(1, counted?.failed ?? 1);
  results.push({ name, passed, failed, notRun: counted?.notRun ?? 0, seconds: (Date.now() - begun) / 1000 });
  return ok;
}

const doctest = (output) => {
  const match = /test cases:\s*(\d+)\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed/.exec(output);
  const notRun = (output.match(/REAL DATA NOT RUN/g) ?? []).length;
  return match
    ? { passed: Number(match[2]), failed: Number(match[3]), notRun }
    : { passed: 0, failed: 1, notRun };
};

const vitestReport = join(work, 'vitest.json');
const vitest = (output) => {
  if (!existsSync(vitestReport)) return { passed: 0, failed: 1 };
  const report = JSON.parse(readFileSync(vitestReport, 'utf8'));
  const notRun =
    (output.match(/REAL DATA NOT RUN/g) ?? []).length + report.numPendingTests + report.numTodoTests;
  return { passed: report.numPassedTests, failed: report.numFailedTests, notRun };
};

function coreTests(name, folder, definitions, env) {
  const configured = stage(`${name}: configure`, 'cmake', [
    '-S',
    '.',
    '-B',
    folder,
    '-G',
    'Ninja',
    '-DVIGNET_TESTS=ON',
    ...definitions,
  ]);
  if (!configured || !stage(`${name}: build`, 'cmake', ['--build', folder])) return;
  stage(name, join(root, folder, 'native/test/vignet_core_tests'), [], { count: doctest, env });
}

build(TEST_PACKAGES);
sampleArchive();

stage('format and lint', 'npx', ['biome', 'check', '.']);
stage('types', 'npx', ['tsc', '-p', 'tsconfig.json']);
coreTests('core', 'build/tests', ['-DCMAKE_BUILD_TYPE=Release']);
coreTests(
  'core under ASan and UBSan',
  'build/tests-asan',
  ['-DCMAKE_BUILD_TYPE=RelWithDebInfo', '-DVIGNET_SANITIZE=ON'],
  {
    ASAN_OPTIONS: 'allocator_may_return_null=1:detect_leaks=1',
  },
);
stage('clang-tidy', 'sh', ['scripts/tidy.sh']);

const headers = resolve(dirname(process.execPath), '..');
if (existsSync(join(headers, 'include/node/common.gypi'))) {
  stage('binding.gyp builds the same addon', 'sh', ['scripts/gyp-build.sh', headers]);
} else {
  results.push({
    name: 'binding.gyp builds the same addon (this Node came without its headers)',
    passed: 0,
    failed: 0,
    notRun: 1,
    seconds: 0,
  });
}

stage(
  'service, archive, protocols',
  'npx',
  [
    'vitest',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${vitestReport}`,
    ...(cpus().length > 2 ? [] : ['--maxWorkers=2']),
  ],
  { count: vitest },
);

for (const item of await fuzz({ seconds: long ? 1800 : 25 })) results.push(item);
results.push(await soak({ seconds: long ? 1800 : 60 }));

const total = (key) => results.reduce((sum, item) => sum + item[key], 0);
console.log('');
for (const item of results) {
  const verdict = item.failed ? 'FAILED' : item.notRun ? 'partly' : 'ok';
  console.log(
    `${verdict.padEnd(7)} ${String(item.passed).padStart(5)} passed ${String(item.failed).padStart(3)} failed ${item.seconds.toFixed(1).padStart(7)} s  ${item.name}`,
  );
}
const real = process.env.VIGNET_REAL_DATA ?? join(root, '../shared/data');
if (!existsSync(real))
  console.log(`\n${total('notRun')} real-file tests NOT RUN (no files at VIGNET_REAL_DATA)`);
else if (total('notRun')) console.log(`\n${total('notRun')} tests NOT RUN`);
console.log(`\n${((Date.now() - started) / 60000).toFixed(1)} minutes`);
console.log(`${total('passed')} passed, ${total('failed')} failed, ${total('notRun')} skipped`);
if (total('failed')) fail('some tests failed');
if (total('notRun') && process.env.CI) fail('CI runs everything or fails');
