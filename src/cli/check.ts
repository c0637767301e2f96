/** `vignet check`: whether an archive is whole. */
import { Command } from 'commander';
import { type ArchiveFault, checkArchive } from '../archive/check.ts';
import { count } from '../base/count.ts';
import { archiveOption } from './archive-option.ts';
import { printable } from './terminal.ts';

interface Flags {
  readonly archive: string;
  readonly files?: boolean;
  readonly json?: boolean;
}

export function checkCommand(): Command {
  return new Command('check')
    .description(
      'Check an archive: configuration, index, catalog and packs. Prints what is damaged and what to do; exits with 1 if anything is.',
    )
    .addOption(archiveOption())
    .option('--files', 'check also that every file has the size and time that it had at ingest')
    .option('--json', 'print one JSON object per fault')
    .action(run);
}

async function run({ archive, files = false, json }: Flags): Promise<void> {
  let faults = 0;
  for await (const fault of checkArchive(archive, { files })) {
    faults += 1;
    console.log(json ? JSON.stringify(jsonOf(fault)) : lineOf(fault));
  }
  if (!json) console.log(faults === 0 ? 'the archive is whole' : count(faults, 'fault'));
  if (faults > 0) process.exitCode = 1;
}

function jsonOf({ part, uuid, error: { code, message } }: ArchiveFault) {
  return { part, uuid, code, message };
}

function lineOf({ part, uuid, error: { code, message } }: ArchiveFault): string {
  return `${part}${uuid === undefined ? '' : ` of ${uuid}`}: ${printable(message)} [${code}]`;
}
