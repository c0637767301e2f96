/** `vignet check`: whether an archive, or a Butler repository, is whole. */
import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { OPERATOR } from '../access/principal.ts';
import { openArchive } from '../archive/archive.ts';
import { checkArchive } from '../archive/check.ts';
import { count } from '../base/count.ts';
import { usageError, type VignetError } from '../base/errors.ts';
import { and, equals, isNull, not } from '../catalog/predicate.ts';
import { Engine } from '../engine/engine.ts';
import { layoutTask } from '../engine/tasks/layout.ts';
import { type ButlerFault, checkButler } from '../ingest/index.ts';
import { archiveOption } from './archive-option.ts';
import {
  allowHostOption,
  allowRootOption,
  type ButlerFlags,
  datasetTypeOption,
  optionOf,
  selectionOf,
  several,
} from './butler-options.ts';
import { printable } from './terminal.ts';

interface Flags extends ButlerFlags {
  readonly archive: string;
  readonly files?: boolean;
  readonly butler?: string;
  readonly pixels?: boolean;
  readonly json?: boolean;
}

interface Fault {
  readonly part: string;
  readonly uuid?: string;
  readonly path?: string;
  readonly error: VignetError;
}

export function checkCommand(): Command {
  return new Command('check')
    .description(
      'Check an archive: configuration, index, catalog and packs, and which datasets are there twice or have no position or time; or, with --butler, a Butler repository: registry, files, positions and times. Prints what is wrong and what to do; exits with 1 if anything is.',
    )
    .addOption(archiveOption())
    .option('--files', 'check also that every file has the size and time that it had at ingest')
    .option(
      '--butler <repo>',
      'a Butler repository in place of an archive: its folder, its butler.yaml, or a label',
    )
    .option(
      '--collection <name>',
      'with --butler: a collection or a pattern; repeat it for several (default: all)',
      several,
    )
    .addOption(datasetTypeOption())
    .addOption(allowRootOption())
    .addOption(allowHostOption())
    .option('--pixels', 'read the pixels of all images too, and say which are there twice')
    .option('--json', 'print one JSON object per fault')
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  const { archive, files = false, pixels = false, butler, json = false } = flags;
  if (butler !== undefined && files)
    throw usageError(
      'CONTRADICTION',
      'expected --butler or --files, received both; files of a Butler are always checked',
    );
  const other = (['collection', 'datasetType', 'allowRoot', 'allowHost'] as const).find(
    (name) => flags[name] !== undefined,
  );
  if (butler === undefined && other !== undefined)
    throw usageError(
      'CONTRADICTION',
      `expected --butler with ${optionOf(other)}, received none; name the repository`,
    );
  const faults =
    butler === undefined
      ? checkArchive(archive, { files, datasets: true, pixels })
      : butlerFaults(butler, flags);
  let found = 0;
  for await (const fault of faults) {
    found += 1;
    console.log(json ? JSON.stringify(jsonOf(fault)) : lineOf(fault));
  }
  const what = butler === undefined ? 'archive' : 'repository';
  if (!json) console.log(found === 0 ? `the ${what} is whole` : count(found, 'fault'));
  if (butler === undefined && found === 0 && !json)
    for (const line of await statesOf(archive)) console.log(line);
  if (found > 0) process.exitCode = 1;
}

/** Datasets that are in the catalog, and whose pixels are not to be had at once. */
async function statesOf(folder: string): Promise<string[]> {
  const archive = await openArchive(folder);
  try {
    const view = archive.as(OPERATOR);
    const online = equals('state', 'online');
    const [elsewhere, unread] = [
      await view.count(not(online)),
      await view.count(and(online, isNull('planes'))),
    ];
    return [
      ...(elsewhere > 0
        ? [`${count(elsewhere, 'dataset')} nearline: on other machines, not to be read`]
        : []),
      ...(unread > 0 ? [`${count(unread, 'dataset')} not read yet: their files are read at first use`] : []),
    ];
  } finally {
    await archive.close();
  }
}

/** A line that counts, on a terminal only. */
function counter(json: boolean): (done: number) => void {
  if (json || !process.stderr.isTTY) return () => undefined;
  return (done) => process.stderr.write(`\r${count(done, 'dataset')} checked`);
}

async function* butlerFaults(repository: string, flags: Flags): AsyncGenerator<ButlerFault> {
  const { pixels = false, json = false } = flags;
  const engine = new Engine();
  const work = engine.request({ class: 'bulk', deadlineMs: Number.MAX_SAFE_INTEGER });
  try {
    yield* checkButler(selectionOf(repository, flags), {
      pixels,
      jobs: 2 * availableParallelism(),
      layoutOf: (sources) => work.run(layoutTask, sources),
      onProgress: counter(json),
    });
  } finally {
    work.close();
    await engine.close();
  }
}

function jsonOf({ part, uuid, path, error: { code, message } }: Fault) {
  return { part, uuid, path, code, message };
}

function lineOf({ part, uuid, path, error: { code, message } }: Fault): string {
  const whose = path === undefined ? '' : ` ${printable(path)}`;
  const id = uuid === undefined || path?.includes(uuid) ? '' : ` of ${uuid}`;
  return `${part}${whose}${id}: ${printable(message)} [${code}]`;
}
