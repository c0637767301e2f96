/** The command `vignet`. */
import { createRequire } from 'node:module';
import { Command } from 'commander';
import { commands } from './commands.ts';
import { reportFailure } from './failure.ts';
import { helpStyle, helpWidth } from './help.ts';
import { untilPipeCloses } from './terminal.ts';
import { joinNumbers } from './unquoted.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

const program = new Command('vignet')
  .description('Cutouts, light-curve stacks and mosaics from archives of FITS images.')
  .version(version);

const asked = process.argv[2] ?? '';
/** `layout` was the name of `info`; a stack is a time series of cutouts. */
const aliases: Readonly<Record<string, string>> = { layout: 'info', timeseries: 'stack' };
const wanted = (Object.hasOwn(aliases, asked) ? aliases[asked] : undefined) ?? asked;
// The version needs no command, and so no addon.
const others = ['-V', '--version'].includes(asked) ? [] : Object.keys(commands);
const needed = Object.hasOwn(commands, wanted) ? [wanted] : others;

// `vignet ls | head`: the reader has closed the pipe, which is not an error.
untilPipeCloses();

try {
  for (const name of needed) {
    const command = await commands[name]?.();
    if (command) program.addCommand(command);
  }
  const all = program.commands.flatMap((command) => [command, ...command.commands]);
  for (const command of [program, ...all]) {
    command
      .exitOverride()
      .configureHelp(helpStyle)
      .configureOutput({ getOutHelpWidth: helpWidth, getErrHelpWidth: helpWidth })
      .showHelpAfterError('(vignet --help lists commands, vignet COMMAND --help their options)');
  }
  await program.parseAsync(joinNumbers(process.argv.map((word, n) => (n === 2 ? wanted : word))));
} catch (error) {
  process.exitCode = reportFailure(error);
}
