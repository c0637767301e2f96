/** `vignet archive`: what is done to an archive as a whole. */
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { count } from '../base/count.ts';
import { type DroppedRelease, dropRelease } from '../ingest/drop-release.ts';
import { archiveOption } from './archive-option.ts';
import { printable } from './terminal.ts';

interface Flags {
  readonly archive: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function archiveCommand(): Command {
  const drop = new Command('drop')
    .description(
      'Drop a release as a whole: all datasets with its label, and what the archive knows of them only. Its files stay.',
    )
    .argument('<release>', 'label of the release')
    .addOption(archiveOption())
    .option('--yes', 'do not ask')
    .option('--json', 'print the report as JSON')
    .action(run);
  return new Command('archive').description('Change an archive as a whole.').addCommand(drop);
}

async function run(label: string, { archive, yes = false, json = false }: Flags): Promise<void> {
  const isAsked = process.stdin.isTTY && process.stderr.isTTY && !yes;
  const dropped = await dropRelease(archive, label, async (found) => !isAsked || (await agreed(found)));
  if (json) console.log(JSON.stringify(dropped ?? null));
  else if (dropped) console.log(`${wordsOf(dropped)} (generation ${dropped.generation})`);
  else console.log('nothing was dropped');
}

type Found = Omit<DroppedRelease, 'generation'>;

const listOf = ({ types }: Found) =>
  types
    .map(({ collection, type, datasets }) => `  ${printable(collection)} ${printable(type)}: ${datasets}`)
    .join('\n');

const wordsOf = (found: Found) =>
  `${listOf(found)}\n${count(found.datasets, 'dataset')} of ${printable(found.release)} dropped`;

async function agreed(found: Found): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const question = `${listOf(found)}\nDrop ${count(found.datasets, 'dataset')} of ${printable(found.release)}? [y/N] `;
  const answer = await terminal.question(question);
  terminal.close();
  return /^y(?:es)?$/i.test(answer.trim());
}
