// Steps that bring a bare machine to a built checkout. Each looks first and does only what is missing.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const stamps = join(root, '.vignet', 'stamps');

/** Debian's packages for the addon; `vignet build` names the same. */
export const BUILD_PACKAGES = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).systemPackages;
export const TEST_PACKAGES = [
  ...BUILD_PACKAGES,
  'make',
  'doctest-dev',
  'clang-14',
  'clang-format-14',
  'clang-tidy-14',
  'libclang-rt-14-dev',
  'fitsverify',
  'strace',
  'libcfitsio-bin',
  'stilts',
  'adql-java',
  'libbsh-java',
  'libxml2-utils',
  'curl',
  'postgresql-15',
  'python3-astropy',
  'python3-fitsio',
  'python3-healpy',
  'python3-pyvo',
  'python3-pil',
  'python3-scipy',
  'python3-reproject',
  'python3-mpmath',
  'python3-prov',
];

/** Runs a command, its output shown; a failure ends the script with that command's name. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.error) fail(`${command} could not be run: ${result.error.message}`);
  if (result.status !== 0)
    fail(`"${[command, ...args].join(' ')}" ended with ${result.status ?? result.signal}`);
}

export function fail(sentence) {
  console.error(`\nvignet: ${sentence}`);
  process.exit(1);
}

export function say(text) {
  console.log(`\x1b[1m▸ ${text}\x1b[0m`);
}

/** One hash of the names and contents of files and folders, so that a step runs again only when they changed. */
function fingerprint(paths) {
  const hash = createHash('sha256');
  const visit = (path) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) if (name !== 'node_modules') visit(join(path, name));
    } else hash.update(relative(root, path)).update('\0').update(readFileSync(path)).update('\0');
  };
  for (const path of paths) visit(join(root, path));
  return hash.update(process.version).digest('hex');
}

/** Runs `work` unless `inputs` are as they were when it last succeeded and `product` exists. */
export function whenChanged(name, inputs, product, work) {
  const stamp = join(stamps, name);
  const now = fingerprint(inputs);
  if (existsSync(join(root, product)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === now)
    return false;
  rmSync(stamp, { force: true });
  work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, now);
  return true;
}

/** Those of Debian's packages that are not installed; undefined where nobody can say. */
export function missingPackages(packages) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own
  const listed = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status} ${Package}\n', ...packages], {
    encoding: 'utf8',
  });
  if (listed.error) return undefined;
  const installed = new Set(
    listed.stdout
      .split('\n')
      .filter((line) => line.startsWith('installed '))
      .map((line) => line.slice(10)),
  );
  return packages.filter((name) => !installed.has(name));
}

export function systemPackages(packages) {
  const missing = missingPackages(packages);
  if (!missing) {
    console.warn(`vignet: not a Debian machine; it needs the like of: ${packages.join(' ')}`);
    return;
  }
  if (missing.length === 0) return;
  const prefix = becomeRoot();
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...missing];
  if (!prefix) fail(`system packages are missing; please run: sudo ${install.join(' ')}`);
  say(`system packages: ${missing.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = { env, stdio: ['ignore', 'ignore', 'inherit'] };
  run(prefix[0] ?? 'apt-get', [...prefix.slice(1), ...(prefix[0] ? ['apt-get'] : []), '-q', 'update'], quiet);
  run(prefix[0] ?? 'apt-get', [...prefix.slice(1), ...(prefix[0] ? install : install.slice(1))], quiet);
}

/** The words before a command that needs root: none for root, `sudo -n` where it asks nothing, undefined otherwise. */
function becomeRoot() {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true']).status === 0 ? ['sudo', '-n'] : undefined;
}

export function nodePackages() {
  whenChanged('npm', ['package.json', 'package-lock.json'], 'node_modules/.package-lock.json', () => {
    say('npm ci');
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  });
}

export function nativeBuild() {
  const inputs = [
    'native/core',
    'native/binding',
    'native/sources.txt',
    'native/binding-sources.txt',
    'CMakeLists.txt',
    'package-lock.json',
  ];
  whenChanged('native', inputs, 'build/Release/vignet.node', () => {
    say('native build');
    run('npm', ['run', '--silent', 'build:native', '--', '--log-level', 'error']);
  });
}

export function typescriptBuild() {
  whenChanged(
    'typescript',
    ['src', 'scripts/bundle.mjs', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'],
    'dist/bin/main.js',
    () => {
      say('TypeScript build');
      rmSync(join(root, 'dist'), { recursive: true, force: true });
      run('npm', ['run', '--silent', 'build:ts']);
    },
  );
}

export function build(packages = BUILD_PACKAGES) {
  systemPackages(packages);
  nodePackages();
  nativeBuild();
  typescriptBuild();
}
