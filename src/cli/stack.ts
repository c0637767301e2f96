/** `vignet stack`: the stamps of every observation of a position, without a service. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { usageError } from '../base/errors.ts';
import { Vignet } from '../products/vignet.ts';
import type { Pairs, Parameter } from '../vo/dali/parameter.ts';
import { stackList } from '../vo/stack/parameters.ts';
import { parseStack } from '../vo/stack/request.ts';
import { archiveOption } from './archive-option.ts';
import { deliver } from './deliver.ts';
import { engineOptions } from './engine-options.ts';

type Flags = Readonly<Record<string, unknown>> & {
  readonly archive: string;
  readonly output?: string;
  readonly json?: boolean;
};

/** The service's parameters are the command's options: `--ra`, `--maxrec`, …; their help and parsing are the declarations'. */
const flagOf = ({ name }: Parameter<unknown>) =>
  ({ CUTOUTDETAIL: 'detail', DPSUBTYPE: 'type', RESPONSEFORMAT: 'format' })[name] ?? name.toLowerCase();

function optionOf(parameter: Parameter<unknown>): Option {
  const option = new Option(
    `--${flagOf(parameter)} <${parameter.values?.filter((value) => !value.includes('/')).join('|') ?? parameter.example}>`,
    parameter.description,
  );
  if (parameter.multiplicity === 'many')
    option.argParser((value: string, before: string[] = []) => [...before, value]);
  return option;
}

/** A value of --track that names a file is the VOTable in it. */
async function textOf(parameter: Parameter<unknown>, text: string): Promise<string> {
  return parameter.name === 'TRACK' && existsSync(text) ? readFile(text, 'utf8') : text;
}

async function pairsOf(flags: Flags): Promise<Pairs> {
  const pairs: [string, string][] = [];
  for (const parameter of stackList) {
    const given = flags[flagOf(parameter)];
    for (const text of given === undefined ? [] : [given].flat())
      pairs.push([parameter.name, await textOf(parameter, String(text))]);
  }
  return pairs;
}

async function run(flags: Flags): Promise<void> {
  const request = parseStack(await pairsOf(flags));
  const vignet = await Vignet.open(flags.archive, { engine: engineOptions });
  try {
    const stack = await vignet.stack(request);
    if (stack.inputs === 0) throw usageError('NO_OVERLAP', 'no observation covers the position');
    const output = flags.output ?? stack.filename;
    const bytes = await stack.make();
    await deliver(stack, output);
    const { observations, stampSize: size, overflow } = stack;
    if (flags.json) console.error(JSON.stringify({ output, bytes, observations, size, overflow }));
    else if (output !== '-')
      console.error(`${output}: ${observations} observations, ${size} x ${size} pixels, ${bytes} bytes`);
    if (overflow && !flags.json) console.error('there were more observations than MAXREC');
  } finally {
    await vignet.close();
  }
}

export function stackCommand(): Command {
  const command = new Command('stack')
    .description('the stamps of every observation that covers a position, in time order')
    .addOption(archiveOption())
    .option(
      '-o, --output <file>',
      'where to write; - is standard output (default: a name made from the position)',
    )
    .option('--json', 'report on standard error as JSON');
  for (const parameter of stackList) command.addOption(optionOf(parameter));
  return command.action(run);
}
