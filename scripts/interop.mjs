// `npm run test:interop`: today's clients from PyPI against a live service. Sets up its own virtual environment.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sampleArchive } from './lib/sample.mjs';
import { build, root, run, say, systemPackages } from './lib/steps.mjs';

build();
systemPackages(['python3-venv']);
const archive = sampleArchive();
const folder = join(root, '.vignet/interop');
const python = join(folder, 'bin/python');
if (!existsSync(python)) {
  say('clients from PyPI');
  run('/usr/bin/python3', ['-m', 'venv', folder]);
  run(python, ['-m', 'pip', 'install', '-q', 'astropy', 'pyvo', 'fitsio']);
}
run(python, [join(root, 'test/interop/run.py'), process.execPath, join(root, 'bin/vignet.mjs'), archive]);
