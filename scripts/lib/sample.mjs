// The sample archive: simulated once, ingested, kept in .vignet/sample.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root, run, say, whenChanged } from './steps.mjs';

const vignet = join(root, 'bin/vignet.mjs');

const folder = join(root, '.vignet', 'sample');

/** Makes the sample when it is missing or the simulation has changed; returns the archive folder. */
export function sampleArchive() {
  // Tests and `npm start` may come here at once: one makes it, the others wait.
  mkdirSync(join(root, '.vignet'), { recursive: true });
  run('flock', [join(root, '.vignet/sample.lock'), process.execPath, fileURLToPath(import.meta.url)]);
  return join(folder, 'archive');
}

function make() {
  const inputs = [
    'src/simulate',
    'src/archive',
    'src/astronomy',
    'src/bytes',
    'src/catalog',
    'src/ingest',
    'native/core/simulate',
    'native/core/fits',
    'native/core/exposure',
    'native/core/seek',
    'native/core/wcs',
    'native/core/sky',
    'native/core/bytes',
    'native/core/sphere',
    'native/core/index',
    'native/core/pixels',
  ];
  whenChanged('sample', inputs, '.vignet/sample/archive/CURRENT', () => {
    say('sample archive');
    rmSync(folder, { recursive: true, force: true });
    run(process.execPath, [vignet, 'simulate', '--preset', 'sample', join(folder, 'files')]);
    run(process.execPath, [
      vignet,
      'ingest',
      '--archive',
      join(folder, 'archive'),
      '--repo',
      'sim',
      '--collection',
      'Vignet.Sample',
      join(folder, 'files'),
    ]);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) make();
