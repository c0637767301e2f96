// What is built of the core besides the addon: its tests and the benches' programs, on the addon's own objects; the same tests and the
// fuzzers once more under sanitizers.
import { join } from 'node:path';
import { root } from './steps.mjs';

/** cmake-js has configured this folder. */
export const RELEASE = 'build';
export const SANITIZED = 'build/sanitized';

const sanitized = [
  '-DVIGNET_TESTS=ON',
  '-DVIGNET_FUZZ=ON',
  '-DVIGNET_SANITIZE=ON',
  '-DCMAKE_BUILD_TYPE=RelWithDebInfo',
  '-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1 -g1',
  '-DCMAKE_CXX_COMPILER=clang++-14',
];

/** Arguments of the two calls of cmake that configure a folder and build targets there. */
const commands = (folder, targets, definitions) => [
  ['-S', '.', '-B', folder, '-G', 'Ninja', ...definitions],
  ['--build', folder, '--target', ...targets],
];
export const releaseTests = commands(RELEASE, ['vignet_core_tests'], ['-DVIGNET_TESTS=ON']);
export const benchPrograms = commands(RELEASE, ['bench_peers'], ['-DVIGNET_BENCH=ON']);
export const sanitizedTests = commands(SANITIZED, ['vignet_core_tests', 'fuzzers'], sanitized);
export const fuzzers = commands(SANITIZED, ['fuzzers'], sanitized);

export const program = (folder, name) => join(root, folder, name);
export const coreTests = (folder) => program(folder, 'native/test/vignet_core_tests');
