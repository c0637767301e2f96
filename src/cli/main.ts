/** The command `vignet`: one file per command, put together here. Only the command that is asked for is loaded. */
import { createRequire } from 'node:module';
import { Command } from 'commander';
import { reportFailure } from './failure.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  build: async () => (await import('./build.ts')).buildCommand(),
  serve: async () => (await import('./serve.ts')).serveCommand(),
  ingest: async () => (await import('./ingest.ts')).ingestCommand(),
  simulate: async () => (await import('./simulate.ts')).simulateCommand(),
  ls: async () => (await import('./ls.ts')).lsCommand(),
  layout: async () => (await import('./layout.ts')).layoutCommand(),
  cutout: async () => (await import('./cutout.ts')).cutoutCommand(),
  stack: async () => (await import('./stack.ts')).stackCommand(),
  mosaic: async () => (await import('./mosaic.ts')).mosaicCommand(),
};

const program = new Command('vignet')
  .description('exactly the pixels you asked for, from archives of survey images')
  .version(version);

const asked = process.argv[2] ?? '';
const needed = Object.hasOwn(commands, asked) ? [asked] : Object.keys(commands);

try {
  for (const name of needed) {
    const command = await commands[name]?.();
    if (command) program.addCommand(command);
  }
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .showHelpAfterError('(vignet --help lists commands, vignet COMMAND --help their options)');
  }
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error);
}
