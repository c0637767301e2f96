/** Command options that are parameters of a service: help and parsing derive from their declarations. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import type { Pairs, Parameter } from '../vo/dali/parameter.ts';
import { helpText } from './help.ts';
import { inDegrees } from './sexagesimal.ts';

type Parameters = readonly Parameter<unknown>[];

/** Options whose name is shorter than that of the parameter. */
const short: Readonly<Record<string, string>> = {
  CUTOUTDETAIL: 'detail',
  DPSUBTYPE: 'type',
  RESPONSEFORMAT: 'format',
};

const nameNote = () => `
${helpText(
  `Names in capitals are parameters of the service. Their options have the same name, except ${Object.entries(
    short,
  )
    .map(([name, flag]) => `--${flag} (${name})`)
    .join(', ')}.`,
)}`;

const flagOf = ({ name }: Parameter<unknown>) => short[name] ?? name.toLowerCase();

/** Values, default and example behind the description. Media types are left to their short names. */
function described({ values, description, example, default: byDefault }: Parameter<unknown>): string {
  const names = values?.filter((value) => !value.includes('/'));
  const shown = /\s/.test(example) ? `"${example}"` : example;
  const notes = [
    // IDs do not fit into a line, and their description has their form.
    ...(names ? [`choices: ${names.join(', ')}`] : shown.length > 60 ? [] : [`example: ${shown}`]),
    ...(byDefault === undefined ? [] : [`default: ${byDefault.replace(/^application\//, '')}`]),
  ];
  return notes.length > 0 ? `${description} (${notes.join('; ')})` : description;
}

/** `--ra <number>`, `--order <name>`. Those that repeat take several values. */
function optionOf(parameter: Parameter<unknown>): Option {
  const { values, datatype, arraysize, multiplicity } = parameter;
  const shape = values ? 'name' : datatype === 'double' && arraysize === undefined ? 'number' : 'value';
  const more = multiplicity === 'many' ? '...' : '';
  return new Option(`--${flagOf(parameter)} <${shape}${more}>`, described(parameter));
}

export function addParameters(command: Command, parameters: Parameters): Command {
  for (const parameter of parameters) command.addOption(optionOf(parameter));
  return command.addHelpText('after', nameNote);
}

/** A sentence that names parameters, with their options instead: `CONSERVE=flux` becomes `--conserve flux`. */
export function withOptions(sentence: string, parameters: Parameters): string {
  return sentence.replace(/\b([A-Z][A-Z_]+)\b(?:=([\w.-]*\w))?/g, (whole, name: string, value?: string) => {
    const parameter = parameters.find((one) => one.name === name);
    if (!parameter) return whole;
    return `--${flagOf(parameter)}${value === undefined ? '' : ` ${value}`}`;
  });
}

/** Where longitudes and latitudes are taken, by what the first number is. */
const positions: Readonly<Record<string, 'longitude' | 'latitude'>> = {
  ...{ CIRCLE: 'longitude', POLYGON: 'longitude', POS: 'longitude', RA: 'longitude', DEC: 'latitude' },
};

function asDegrees({ name }: Parameter<unknown>, text: string): string {
  const first = positions[name];
  return first === undefined ? text : inDegrees(text, `--${name.toLowerCase()}`, first);
}

/** The parameters as a service receives them. If a parameter may be uploaded, a value that names a file is replaced by its text. */
export async function pairsOf(
  parameters: Parameters,
  flags: Readonly<Record<string, unknown>>,
): Promise<Pairs> {
  const pairs: [string, string][] = [];
  for (const parameter of parameters) {
    const given = flags[flagOf(parameter)];
    for (const value of given === undefined ? [] : [given].flat()) {
      const text = asDegrees(parameter, String(value));
      pairs.push([
        parameter.name,
        parameter.upload && existsSync(text) ? await readFile(text, 'utf8') : text,
      ]);
    }
  }
  return pairs;
}
