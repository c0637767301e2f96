// `npm start`: from a bare machine to a served sample archive. Everything already there is left as it is.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { sampleArchive } from './lib/sample.mjs';
import { build, root } from './lib/steps.mjs';

build();
const archive = process.env.VIGNET_ARCHIVE ?? sampleArchive();
const server = spawn(
  process.execPath,
  [join(root, 'bin/vignet.mjs'), 'serve', '--archive', archive, ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
server.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
