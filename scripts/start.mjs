// `npm start`: from a bare machine to a served sample archive. Everything already there is left as it is.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { sampleArchive } from './lib/sample.mjs';
import { BUILD_PACKAGES, build, fail, missingPackages, root } from './lib/steps.mjs';

/** Nothing is installed as root where a person is there who has not agreed. `--yes` agrees. */
async function agreed() {
  const missing = missingPackages(BUILD_PACKAGES) ?? [];
  if (missing.length === 0 || !process.stdin.isTTY || process.argv.includes('--yes')) return true;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`Install Debian packages as root: ${missing.join(' ')}? [y/N] `);
  terminal.close();
  return /^y(?:es)?$/i.test(answer.trim());
}

if (!(await agreed())) fail('nothing was installed; install these packages yourself, or agree next time');
build();
const archive = process.env.VIGNET_ARCHIVE ?? sampleArchive();
const options = process.argv.slice(2).filter((word) => word !== '--yes');
const server = spawn(
  process.execPath,
  [join(root, 'bin/vignet.mjs'), 'serve', '--archive', archive, ...options],
  { stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
server.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
