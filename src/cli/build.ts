/** `vignet build`: compiles the addon where the package is installed. It downloads nothing. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { VignetError } from '../base/errors.ts';

const require = createRequire(import.meta.url);
const { systemPackages } = require('../../package.json') as { systemPackages: readonly string[] };

/** Throws VignetError `fatal` BUILD_FAILED where a compiler or a library is missing; the compiler's own words stand above it. */
function build(): void {
  const program = join(dirname(require.resolve('cmake-js/package.json')), 'bin/cmake-js');
  const { status, error } = spawnSync(
    process.execPath,
    [program, 'build', '--generator', 'Ninja', '--target', 'vignet', '--log-level', 'error'],
    { cwd: fileURLToPath(new URL('../../', import.meta.url)), stdio: 'inherit' },
  );
  if (status === 0) return;
  const packages = systemPackages.join(' ');
  const detail = `the addon cannot be compiled; install the Debian packages ${packages}, or their equivalents`;
  throw new VignetError('fatal', 'BUILD_FAILED', detail, error && { cause: error });
}

export function buildCommand(): Command {
  return new Command('build')
    .description('Compile the addon after `npm install vignet`. Takes one to two minutes.')
    .action(build);
}
