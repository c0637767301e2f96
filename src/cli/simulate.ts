/** `vignet simulate`: a sky that is known, in files like a survey's. */
import { SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError, Option } from 'commander';
import { count } from '../base/count.ts';
import {
  DATASET_TYPES,
  PRESET_NAMES,
  type Preset,
  type SimulateOptions,
  simulate,
} from '../simulate/index.ts';

type Flags = Omit<SimulateOptions, 'out'> & { readonly json?: boolean };

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

function pair(text: string): [number, number] {
  const [ra, dec, ...more] = text.split(/[ ,]+/).map(number);
  if (ra === undefined || dec === undefined || more.length > 0)
    throw new InvalidArgumentError('It must be "ra,dec".');
  return [ra, dec];
}

const letters = (text: string): string[] => [...text.replaceAll(/[ ,]/g, '')];
const words = (text: string): string[] => text.split(/[ ,]+/).filter((word) => word !== '');

export function simulateCommand(): Command {
  return new Command('simulate')
    .description(
      'Simulate a survey: FITS files with mask and variance, and the true sources and light curves.',
    )
    .argument('<folder>', 'output folder')
    .addOption(
      new Option('--preset <name>', 'source of the options that are not given')
        .choices([...PRESET_NAMES])
        .default('sample'),
    )
    .option('--seed <n>', 'seed of the random numbers', number)
    .option('--scale <x>', 'linear size of detectors and patches; 1: full size (4072 x 4000)', number)
    .option('--visits <n>', 'number of visits', number)
    .option('--detectors <n>', 'detectors of each visit, from the centre outwards', number)
    .option('--bands <letters>', 'bands of the visits, such as ugrizy', letters)
    .option('--types <list>', `dataset types: ${DATASET_TYPES.join(', ')}`, words)
    .option('--differences <n>', 'number of visits with difference images', number)
    .option('--coadd-bands <letters>', 'bands of the coadds', letters)
    .option('--tracts <n>', 'number of tracts with coadds', number)
    .option('--patches <n>', 'number of patches of each tract', number)
    .option('--full-size <n>', 'number of additional full-size visit images', number)
    .option('--center <ra,dec>', 'centre of the field, ICRS degrees (default: where two tracts meet)', pair)
    .addOption(new Option('--recipe <name>', 'compression').choices(['lossy16', 'lossless', 'none']))
    .addOption(new Option('--tile <shape>', 'compression tiles').choices(['row', 'square']))
    .option('--density <x>', 'density of sources; 1: a field at high galactic latitude', number)
    .option('--variables <fraction>', 'fraction of variable stars', number)
    .option('--years <n>', 'years over which the visits are spread', number)
    .option('--label <name>', 'release: its label, with which the names of its collections begin')
    .option('--workers <n>', 'number of threads (default: all processors)', number)
    .option('--json', 'print the report as JSON')
    .action(async (folder: string, flags: Flags) => {
      const { json, ...options } = flags;
      const bar =
        process.stderr.isTTY && !json ? new SingleBar({ format: '{bar} {value}/{total} files' }) : undefined;
      const started = performance.now();
      let begun = false;
      const result = await simulate(
        { ...options, preset: options.preset as Preset, out: folder },
        ({ done, total }) => {
          if (!begun) bar?.start(total, 0);
          begun = true;
          bar?.update(done);
        },
      ).finally(() => bar?.stop());
      if (json) console.log(JSON.stringify(result));
      else {
        const seconds = ((performance.now() - started) / 1000).toFixed(1);
        console.log(
          `${count(result.files.length, 'file')}, ${(result.bytes / 1e6).toFixed(1)} MB, in ${seconds} s`,
        );
        console.log(`true sources and light curves: ${result.truth}`);
        if (result.butler)
          console.log(
            `Butler repository: ${result.butler.repository}, collection ${result.butler.collection}`,
          );
      }
    });
}
