// `npm run test:interop`: today's clients, from PyPI, against a live service, and other programs' resampling beside ours. Sets up its
// own virtual environment.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sampleArchive } from './lib/sample.mjs';
import { datasets, serve } from './lib/serve.mjs';
import { build, root, run, say, systemPackages } from './lib/steps.mjs';

build();
systemPackages(['python3-venv', 'python3-astropy', 'swarp', 'montage']);
const archive = sampleArchive();
const folder = join(root, '.vignet/interop');
const python = join(folder, 'bin/python');
const clients = ['astropy', 'pyvo', 'lightkurve'];
const ready = join(folder, `ready-${clients.join('-')}`);
if (!existsSync(ready)) {
  say('clients from PyPI');
  run('/usr/bin/python3', ['-m', 'venv', '--clear', folder]);
  run(python, ['-m', 'pip', 'install', '--quiet', ...clients]);
  run('touch', [ready]);
}

const service = await serve(archive);
const dataset = datasets(archive).find(({ type }) => type === 'deep_coadd');
const env = {
  ...process.env,
  VIGNET: service.base,
  ID: dataset.id,
  CIRCLE: `${dataset.s_ra} ${dataset.s_dec} 0.01`,
  // A star of the sample that varies.
  ...{ RA: '150.2987', DEC: '2.38812', BAND: 'r' },
};
const examples = ['cutout_astropy.py', 'cutout_pyvo.py', 'stack_lightkurve.py'];
for (const name of examples) {
  say(name);
  run(python, [join(root, 'examples', name)], { env });
}
const code = await service.stop();
say('SWarp and Montage');
run('/usr/bin/python3', [
  join(root, 'test/oracles/peers_resample.py'),
  join(root, '.vignet/interop-peers'),
  ...[process.execPath, join(root, 'bin/vignet.mjs')],
]);
console.log(`${examples.length + 1} passed, ${code === 0 ? 0 : 1} failed`);
process.exitCode = code === 0 ? 0 : 1;
