/** The command `vignet`: one file per command, put together here. */
import { createRequire } from 'node:module';
import { Command } from 'commander';
import { cutoutCommand } from './cutout.ts';
import { reportFailure } from './failure.ts';
import { ingestCommand } from './ingest.ts';
import { layoutCommand } from './layout.ts';
import { lsCommand } from './ls.ts';
import { mosaicCommand } from './mosaic.ts';
import { serveCommand } from './serve.ts';
import { simulateCommand } from './simulate.ts';
import { stackCommand } from './stack.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

const program = new Command('vignet')
  .description('exactly the pixels you asked for, from archives of survey images')
  .version(version)
  .addCommand(serveCommand())
  .addCommand(ingestCommand())
  .addCommand(simulateCommand())
  .addCommand(lsCommand())
  .addCommand(layoutCommand())
  .addCommand(cutoutCommand())
  .addCommand(stackCommand())
  .addCommand(mosaicCommand());

for (const command of [program, ...program.commands]) {
  command
    .exitOverride()
    .showHelpAfterError('(vignet --help lists commands, vignet COMMAND --help their options)');
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error);
}
