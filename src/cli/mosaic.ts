/** `vignet mosaic`: a region of sky out of many datasets, or datasets joined, without a service. */
import { Command } from 'commander';
import { OPERATOR } from '../access/principal.ts';
import { count } from '../base/count.ts';
import { usageError } from '../base/errors.ts';
import { Vignet } from '../products/vignet.ts';
import type { Pairs } from '../vo/dali/parameter.ts';
import { mediaTypes } from '../vo/dali/response-format.ts';
import { mosaicParameters } from '../vo/mosaic/parameters.ts';
import { type MosaicRequest, parseMosaic } from '../vo/mosaic/request.ts';
import { archiveOption } from './archive-option.ts';
import { atOption, DEFAULT_RADIUS, withAt } from './at-option.ts';
import { sayCompanions } from './companion.ts';
import { namedIds } from './dataset-name.ts';
import { deliver } from './deliver.ts';
import { describeOption } from './describe-option.ts';
import { engineOptions } from './engine-options.ts';
import { areFiles, withFiles } from './files-archive.ts';
import { checkOutput, filesOf, forceOption } from './output.ts';
import { withFormat } from './output-format.ts';
import { addParameters, pairsOf, withOptions } from './parameter-options.ts';
import { lostOf, sayLost } from './say-lost.ts';

interface Flags {
  readonly archive: string;
  readonly output?: string;
  readonly plan?: boolean;
  readonly json?: boolean;
  readonly force?: boolean;
  readonly describe?: string;
  readonly at?: string;
  readonly [parameter: string]: unknown;
}

const { id, plan, runId: _, ...others } = mosaicParameters;
const parameters = Object.values(others);

async function requestOf(ids: readonly string[], flags: Flags): Promise<MosaicRequest> {
  const given = await pairsOf(parameters, flags);
  const planned: Pairs = flags.plan ? [[plan.name, 'true']] : [];
  return parseMosaic([...ids.map((one) => [id.name, one] as const), ...given, ...planned]);
}

async function run(words: string[], given: Flags): Promise<void> {
  const flags = withFormat(withAt(given, 'circle'), {
    types: mediaTypes,
    parse: mosaicParameters.responseFormat.parse,
  });
  if (words.length > 0 && (flags.describe !== undefined || (await areFiles(words)))) {
    await requestOf(
      words.map(() => id.example),
      flags,
    );
    if (!flags.json) await sayCompanions(words, 'joined', flags.describe);
    await withFiles(words, flags.describe, async (vignet, ids) =>
      give(vignet, await requestOf(ids, flags), flags),
    );
    return;
  }
  const request = await requestOf(await namedIds(flags.archive, words), flags);
  const vignet = await Vignet.open(flags.archive, { engine: engineOptions });
  try {
    await give(vignet, request, flags);
  } finally {
    await vignet.close();
  }
}

async function give(vignet: Vignet, request: MosaicRequest, flags: Flags): Promise<void> {
  const answer = await vignet.mosaic(request, { principal: OPERATOR });
  if (!answer) {
    const hint = request.types.length > 0 ? '' : '; select other images by --type or by their IDs';
    throw usageError('NO_OVERLAP', `${await vignet.whyNoMosaic(request, { principal: OPERATOR })}${hint}`);
  }
  const { summary, missingPlanes } = answer;
  if (request.plan) {
    console.log(JSON.stringify(summary, null, 1));
    return;
  }
  const output = flags.output ?? answer.filename;
  await checkOutput(output, flags.force === true, filesOf(vignet.archive));
  const bytes = await answer.make();
  await deliver(answer, output, flags.force === true);
  if (answer.note !== undefined) console.error(withOptions(answer.note, parameters));
  if (flags.json)
    console.error(JSON.stringify({ output, ...summary, bytes, missingPlanes, ...lostOf(answer) }));
  else if (output !== '-')
    console.error(
      `${output}: ${summary.width} x ${summary.height} pixels of ${count(summary.datasets.length, 'dataset')}, ${bytes} bytes`,
    );
  sayLost(answer, output, flags);
}

export function mosaicCommand(): Command {
  const command = new Command('mosaic')
    .description('Join datasets or FITS files, or a region of sky from them, in one image.')
    .argument(
      '[files or IDs...]',
      'FITS files to join or to resample, without an archive; or datasets of the archive: IDs, UUIDs or beginnings of them, names of their files (default: those selected by region and filters)',
    )
    .addOption(archiveOption())
    .addOption(describeOption())
    .addOption(atOption(`with SIZE that much around it, else a circle of ${DEFAULT_RADIUS} degree`))
    .option(
      '-o, --output <file>',
      'output file, whose suffix is also the format without --format; - is standard output (default: a name made from the datasets)',
    )
    .option('--plan', 'print datasets, size and estimated time as JSON, and write nothing')
    .addOption(forceOption())
    .option('--json', 'print the report on standard error as JSON');
  return addParameters(command, parameters).action(run);
}
