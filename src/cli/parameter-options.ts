/** Options that are parameters of a service: their help and their parsing are the declarations'. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import type { Pairs, Parameter } from '../vo/dali/parameter.ts';

type Parameters = readonly Parameter<unknown>[];

/** Where the parameter's name is not what people would type. */
const short: Readonly<Record<string, string>> = {
  CUTOUTDETAIL: 'detail',
  DPSUBTYPE: 'type',
  RESPONSEFORMAT: 'format',
};

const flagOf = ({ name }: Parameter<unknown>) => short[name] ?? name.toLowerCase();

/** `--ra <12.5>`, `--order <time|-time|band>`; media types are left to their short names. Those that repeat take several values. */
function optionOf(parameter: Parameter<unknown>): Option {
  const { values, example, multiplicity, description } = parameter;
  const shape = values?.filter((value) => !value.includes('/')).join('|') ?? example;
  const more = multiplicity === 'many' ? '...' : '';
  return new Option(`--${flagOf(parameter)} <${shape}${more}>`, description);
}

export function addParameters(command: Command, parameters: Parameters): Command {
  for (const parameter of parameters) command.addOption(optionOf(parameter));
  return command;
}

/** What was given, as a service would have it. A value that names a file is its text where the parameter may be uploaded. */
export async function pairsOf(
  parameters: Parameters,
  flags: Readonly<Record<string, unknown>>,
): Promise<Pairs> {
  const pairs: [string, string][] = [];
  for (const parameter of parameters) {
    const given = flags[flagOf(parameter)];
    for (const value of given === undefined ? [] : [given].flat()) {
      const text = String(value);
      pairs.push([
        parameter.name,
        parameter.upload && existsSync(text) ? await readFile(text, 'utf8') : text,
      ]);
    }
  }
  return pairs;
}
