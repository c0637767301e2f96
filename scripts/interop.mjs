// `npm run test:interop`: today's clients, from PyPI, against a live service, and other programs' resampling beside ours. Sets up its own
// virtual environments. lsst-images needs Python 3.12 or later (`PYTHON=` names one) and the real files of DP2 (`VIGNET_REAL_DATA`),
// lsst-daf-butler Python 3.11.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sampleArchive } from './lib/sample.mjs';
import { datasets, serve } from './lib/serve.mjs';
import { build, root, run, say, systemPackages } from './lib/steps.mjs';

build();
systemPackages(['python3-venv', 'python3-astropy', 'swarp', 'montage']);
const archive = sampleArchive();

/** The Python of a virtual environment with these packages. */
function environment(name, base, packages) {
  const folder = join(root, '.vignet', name);
  const python = join(folder, 'bin/python');
  const ready = join(folder, `ready-${packages.map((one) => one.replaceAll(/\W/g, '')).join('-')}`);
  if (existsSync(ready)) return python;
  say(`${packages.join(', ')} from PyPI`);
  run(base, ['-m', 'venv', '--clear', folder]);
  run(python, ['-m', 'pip', 'install', '--quiet', ...packages]);
  run('touch', [ready]);
  return python;
}

/** The first of the Pythons that is at least 3.`minor`. */
function pythonOf(minor) {
  const test = `import sys; sys.exit(sys.version_info < (3, ${minor}))`;
  return [process.env.PYTHON, 'python3.14', 'python3.13', 'python3.12', 'python3.11', '/usr/bin/python3']
    .filter((command) => command !== undefined)
    .find((command) => spawnSync(command, ['-c', test]).status === 0);
}

const python = environment('interop', '/usr/bin/python3', [
  'astropy',
  'pyvo',
  'lightkurve',
  'photutils',
  'ccdproc',
]);

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
const examples = ['cutout_astropy.py', 'cutout_pyvo.py', 'cutout_photutils.py', 'stack_lightkurve.py'];
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
// lsst-images needs Python 3.12.
const newPython = pythonOf(12);
const butler = join(process.env.VIGNET_REAL_DATA ?? resolve(root, '../shared/data'), 'butler-dp2');
const files = existsSync(butler) ? readdirSync(butler, { recursive: true }) : [];
const coadd = files.find((file) => file.endsWith('.fits'));
const rubin = newPython !== undefined && coadd !== undefined;
say(rubin ? 'lsst-images' : 'lsst-images NOT RUN: it needs Python 3.12 (PYTHON=…) and files of DP2');
if (rubin) {
  const own = environment('interop-lsst-images', newPython, ['lsst-images', 'lsst-resources[https]']);
  run(own, [
    join(root, 'test/oracles/lsst_images_peer.py'),
    join(root, '.vignet/interop-lsst-images-files'),
    join(butler, coadd),
    ...[process.execPath, join(root, 'bin/vignet.mjs')],
  ]);
}
const butlerPython = pythonOf(11);
say(
  butlerPython ? 'lsst-daf-butler, dax_obscore' : 'lsst-daf-butler NOT RUN: it needs Python 3.11 (PYTHON=…)',
);
if (butlerPython) {
  const own = environment('interop-lsst-daf-butler', butlerPython, ['lsst-daf-butler', 'lsst-dax-obscore']);
  const peer = join(root, 'test/oracles/butler_peer.py');
  const made = join(root, '.vignet/interop-butler/repo');
  rmSync(join(made, '..'), { recursive: true, force: true });
  mkdirSync(join(made, '..'), { recursive: true });
  run(own, [peer, 'make', made, dataset.path]);
  const release = join(made, '../release');
  run(process.execPath, [join(root, 'bin/vignet.mjs'), 'simulate', release, '--preset', 'release']);
  run(own, [peer, 'simulated', release, join(made, '../empty')]);
  for (const repository of [made, release, ...(existsSync(butler) ? [butler] : [])])
    run(own, [peer, 'compare', repository, process.execPath, join(root, 'test/oracles/butler_list.mjs')]);
  const lister = join(root, 'test/oracles/butler_list.mjs');
  run(own, [
    peer,
    'zips',
    made,
    join(made, '../zips'),
    process.execPath,
    lister,
    join(root, 'bin/vignet.mjs'),
  ]);
  run(own, [peer, 'obscore', made, process.execPath, join(root, 'test/oracles/obscore_list.mjs')]);
}
const passed = examples.length + 1 + (rubin ? 1 : 0) + (butlerPython ? 1 : 0);
console.log(`${passed} passed, ${code === 0 ? 0 : 1} failed`);
process.exitCode = code === 0 ? 0 : 1;
