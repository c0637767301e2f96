/** `vignet mosaic`: a region of sky out of many datasets, or datasets joined, without a service. */
import { Command, Option } from 'commander';
import { usageError, type VignetError } from '../base/errors.ts';
import { Vignet } from '../products/vignet.ts';
import type { Parameter } from '../vo/dali/parameter.ts';
import { mosaicParameters } from '../vo/mosaic/parameters.ts';
import { type MosaicRequest, parseMosaic } from '../vo/mosaic/request.ts';
import { archiveOption } from './archive-option.ts';
import { deliver } from './deliver.ts';
import { engineOptions } from './engine-options.ts';

interface Flags {
  readonly archive: string;
  readonly output?: string;
  readonly plan?: boolean;
  readonly json?: boolean;
  readonly [parameter: string]: unknown;
}

const p = mosaicParameters;
/** Options that are the service's parameters: their help and their parsing are the declarations'. */
const options: readonly (readonly [flag: string, parameter: Parameter<unknown>])[] = [
  ['circle', p.circle],
  ['polygon', p.polygon],
  ['pos', p.pos],
  ['collection', p.collection],
  ['type', p.subtype],
  ['band', p.band],
  ['time', p.time],
  ['visit', p.visit],
  ['instrument', p.instrument],
  ['detail', p.detail],
  ['unit', p.unit],
  ['combine', p.combine],
  ['background', p.background],
  ['geometry', p.geometry],
  ['index', p.index],
  ['projection', p.projection],
  ['pixscale', p.pixelScale],
  ['rotation', p.rotation],
  ['wcs', p.wcs],
  ['align', p.align],
  ['resample', p.resample],
  ['missing', p.missing],
  ['compress', p.compress],
  ['quantize', p.quantize],
  ['format', p.responseFormat],
  ['rgb', p.rgb],
  ['stretch', p.stretch],
  ['q', p.q],
];

function optionOf([flag, parameter]: (typeof options)[number]): Option {
  const shape = parameter.values ? parameter.values.join('|') : parameter.example;
  const repeated = parameter.multiplicity === 'many';
  const option = new Option(`--${flag} <${shape}${repeated ? '...' : ''}>`, parameter.description);
  return repeated ? option.default([]) : option;
}

function pairsOf(ids: readonly string[], flags: Flags) {
  const given = options.flatMap(([flag, { name }]) => {
    const value = flags[flag];
    if (Array.isArray(value)) return value.map((one) => [name, String(one)] as const);
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  const plan = flags.plan ? [['PLAN', 'true'] as const] : [];
  return [...ids.map((id) => ['ID', id] as const), ...given, ...plan];
}

function nothingThere({ ids, types, visit }: MosaicRequest): VignetError {
  const coaddsOnly = ids.length === 0 && types.length === 0 && visit === undefined;
  const detail = coaddsOnly
    ? 'no coadd has anything in the region; name other images by --type or by their IDs'
    : 'no dataset has anything in the region';
  return usageError('NO_OVERLAP', detail);
}

async function run(ids: string[], flags: Flags): Promise<void> {
  const request = parseMosaic(pairsOf(ids, flags));
  const vignet = await Vignet.open(flags.archive, { engine: engineOptions });
  try {
    const answer = await vignet.mosaic(request);
    if (!answer) throw nothingThere(request);
    const { summary, lacking } = answer;
    if (request.plan) {
      console.log(JSON.stringify(summary, null, 1));
      return;
    }
    const output = flags.output ?? answer.filename;
    const bytes = await answer.make();
    await deliver(answer, output);
    if (flags.json) console.error(JSON.stringify({ output, ...summary, bytes, lacking }));
    else if (output !== '-')
      console.error(
        `${output}: ${summary.width} x ${summary.height} of ${summary.datasets.length} datasets, ${bytes} bytes`,
      );
    for (const { id, problem } of summary.datasets) {
      if (problem && !flags.json) console.error(`${id} was left out: ${problem}`);
    }
  } finally {
    await vignet.close();
  }
}

export function mosaicCommand(): Command {
  const command = new Command('mosaic')
    .description('join datasets, or what they have of a region of sky, in one image')
    .argument('[IDs...]', 'datasets to join; without any, those that the region and the filters choose')
    .addOption(archiveOption())
    .option(
      '-o, --output <file>',
      'where to write; - is standard output (default: a name made from the datasets)',
    )
    .option('--plan', 'print what it would be and cost, and make nothing')
    .option('--json', 'report on standard error as JSON');
  for (const option of options) command.addOption(optionOf(option));
  return command.action(run);
}
