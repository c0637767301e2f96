/** `vignet find`: datasets by place, time, name and quality. */
import { Command, Option } from 'commander';
import { OPERATOR } from '../access/principal.ts';
import type { ArchiveView } from '../archive/view.ts';
import { type FindFormat, findAnswer, findFormats } from '../products/find/answer.ts';
import { findDatasets } from '../products/find/find.ts';
import { Vignet } from '../products/vignet.ts';
import { findList } from '../vo/find/parameters.ts';
import { type FindRequest, parseFind } from '../vo/find/request.ts';
import { archiveOption } from './archive-option.ts';
import { Census } from './census.ts';
import { namedIds } from './dataset-name.ts';
import { DatasetRows } from './dataset-rows.ts';
import { deliver } from './deliver.ts';
import { engineOptions } from './engine-options.ts';
import { checkOutput, filesOf, forceOption } from './output.ts';
import { addParameters, pairsOf } from './parameter-options.ts';

type Flags = Readonly<Record<string, unknown>> & {
  readonly archive: string;
  readonly output?: string;
  readonly as?: FindFormat;
  readonly force?: boolean;
  readonly id?: readonly string[];
};

/** By the suffix of the output file. */
const SUFFIXES: Readonly<Record<string, FindFormat>> = {
  ...{ vot: 'votable', xml: 'votable', csv: 'csv', tsv: 'tsv', fits: 'fits' },
  ...{ jsonl: 'jsonl', json: 'jsonl', parquet: 'parquet', reg: 'ds9' },
};

function formatOf({ as, output = '' }: Flags): FindFormat | undefined {
  return as ?? SUFFIXES[output.slice(output.lastIndexOf('.') + 1).toLowerCase()];
}

export function findCommand(): Command {
  const command = new Command('find')
    .description(
      'Find datasets by place, time, name and quality. A dataset is listed that meets every option; of an option, any of its values.',
    )
    .addOption(archiveOption())
    .addOption(
      new Option(
        '--as <format>',
        'form of the list: a table, regions for DS9, or the sky that is covered (default: for people, or by the suffix of --output)',
      ).choices(findFormats),
    )
    .option('-o, --output <file>', 'output file; - is standard output (default: standard output)')
    .addOption(forceOption());
  return addParameters(command, findList).action(run);
}

async function run(flags: Flags): Promise<void> {
  const id = flags.id && (await namedIds(flags.archive, flags.id));
  const request = parseFind(await pairsOf(findList, { ...flags, id }));
  const format = formatOf(flags);
  const vignet = await Vignet.open(flags.archive, { engine: engineOptions });
  try {
    const view = vignet.archive.as(OPERATOR);
    const { output = '-' } = flags;
    if (format === undefined && output === '-') return await print(view, request);
    await checkOutput(output, flags.force === true, filesOf(vignet.archive));
    const answer = findAnswer(view, request, format ?? 'votable');
    await answer.make();
    await deliver(answer, output, flags.force === true);
  } finally {
    await vignet.close();
  }
}

/** For people; of nothing, what there is. */
async function print(view: ArchiveView, request: FindRequest): Promise<void> {
  const rows = new DatasetRows();
  const most = request.maxRec ?? Number.POSITIVE_INFINITY;
  let found = 0;
  // One more than is printed says whether there are more.
  for await (const batch of findDatasets(view, { ...request, maxRec: most + 1 })) {
    rows.add(batch.slice(0, Math.max(0, most - found)));
    found += batch.length;
  }
  if (found > most) console.error('there are more datasets than --maxrec');
  if (found === 0) {
    const census = new Census();
    for await (const batch of view.list({ regions: request.regions })) census.add(batch);
    const where = request.regions.length > 0 ? 'there' : 'the archive has';
    console.error(`no dataset meets all options; ${where}: ${census.words ?? 'nothing'}`);
  }
  rows.print();
}
