/** `vignet stack`: the stamps of every observation of a position, without a service. */
import { Command } from 'commander';
import { OPERATOR } from '../access/principal.ts';
import { count } from '../base/count.ts';
import { usageError } from '../base/errors.ts';
import { Vignet } from '../products/vignet.ts';
import { stackList, stackMediaTypes, stackParameters } from '../vo/stack/parameters.ts';
import { parseStack } from '../vo/stack/request.ts';
import { archiveOption } from './archive-option.ts';
import { atOption, withAt } from './at-option.ts';
import { namedIds } from './dataset-name.ts';
import { deliver } from './deliver.ts';
import { engineOptions } from './engine-options.ts';
import { checkOutput, filesOf, forceOption } from './output.ts';
import { withFormat } from './output-format.ts';
import { addParameters, pairsOf, withOptions } from './parameter-options.ts';
import { lostOf, sayLost } from './say-lost.ts';

type Flags = Readonly<Record<string, unknown>> & {
  readonly archive: string;
  readonly output?: string;
  readonly json?: boolean;
  readonly force?: boolean;
  readonly id?: readonly string[];
  readonly at?: string;
};

async function run(given: Flags): Promise<void> {
  const flags = withFormat(withAt(given, 'position'), {
    types: stackMediaTypes,
    parse: stackParameters.responseFormat.parse,
  });
  const id = flags.id && (await namedIds(flags.archive, flags.id));
  const request = parseStack(await pairsOf(stackList, { ...flags, id }));
  const vignet = await Vignet.open(flags.archive, { engine: engineOptions });
  try {
    const stack = await vignet.stack(request, { principal: OPERATOR });
    if (stack.inputs === 0)
      throw usageError(
        'NO_OVERLAP',
        `${withOptions(stack.note ?? 'no observation covers the position', stackList)}; --edge any takes those that only the stamp touches`,
      );
    const output = flags.output ?? stack.filename;
    await checkOutput(output, flags.force === true, filesOf(vignet.archive));
    const bytes = await stack.make();
    await deliver(stack, output, flags.force === true);
    const { observations, stampSize: size, overflow, note } = stack;
    if (flags.json)
      console.error(JSON.stringify({ output, bytes, observations, size, overflow, note, ...lostOf(stack) }));
    else if (output !== '-')
      console.error(
        `${output}: ${count(observations, 'observation')}, ${size} x ${size} pixels, ${bytes} bytes`,
      );
    if (overflow && !flags.json) console.error('there are more observations than --maxrec');
    if (stack.note !== undefined && !flags.json) console.error(withOptions(stack.note, stackList));
    sayLost(stack, output, flags);
  } finally {
    await vignet.close();
  }
}

export function stackCommand(): Command {
  const command = new Command('stack')
    .description(
      'Get a time series of cutouts: the postage stamps of every observation that covers a position, in time order. `vignet timeseries` is the same.',
    )
    .addOption(archiveOption())
    .addOption(atOption('the same as --ra and --dec'))
    .option(
      '-o, --output <file>',
      'output file, whose suffix is also the format without --format; - is standard output (default: a name made from the position)',
    )
    .addOption(forceOption())
    .option('--json', 'print the report on standard error as JSON');
  return addParameters(command, stackList).action(run);
}
