// The sample archive: simulated once, ingested, kept in .vignet/sample.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, say, whenChanged } from './steps.mjs';

const vignet = join(root, 'bin/vignet.mjs');

/** Makes the sample when it is missing or the simulation has changed; returns the archive folder. */
export function sampleArchive() {
  const folder = join(root, '.vignet', 'sample');
  const inputs = [
    'src/simulate',
    'src/archive',
    'native/core/simulate',
    'native/core/fits',
    'native/core/wcs',
    'native/core/sky',
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
  return join(folder, 'archive');
}
