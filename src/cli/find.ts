/** `vignet find`: datasets by place, time, name and quality. */
import { extname } from 'node:path';
import { Command, Option } from 'commander';
import { OPERATOR } from '../access/principal.ts';
import type { ArchiveView } from '../archive/view.ts';
import { usageError } from '../base/errors.ts';
import { type FindFormat, findAnswer, findFormats } from '../products/find/answer.ts';
import { findDatasets } from '../products/find/find.ts';
import { Vignet } from '../products/vignet.ts';
import { findList } from '../vo/find/parameters.ts';
import { type FindRequest, parseFind } from '../vo/find/request.ts';
import { archiveOption } from './archive-option.ts';
import { atOption, pointOf } from './at-option.ts';
import { Census } from './census.ts';
import { namedIds } from './dataset-name.ts';
import { DatasetRows } from './dataset-rows.ts';
import { deliver } from './deliver.ts';
import { engineOptions } from './engine-options.ts';
import { checkOutput, filesOf, forceOption } from './output.ts';
import { refusePacked } from './output-format.ts';
import { addParameters, pairsOf } from './parameter-options.ts';
import { printable } from './terminal.ts';

type Flags = Readonly<Record<string, unknown>> & {
  readonly archive: string;
  readonly output?: string;
  readonly as?: FindFormat;
  readonly force?: boolean;
  readonly at?: string;
  readonly id?: readonly string[];
};

/** The forms that files of a suffix hold; the first without --as. */
const SUFFIXES: Readonly<Record<string, readonly [FindFormat, ...FindFormat[]]>> = {
  ...{ vot: ['votable', 'binary2'], xml: ['votable', 'binary2'], csv: ['csv'], tsv: ['tsv'] },
  ...{ fits: ['fits', 'moc'], jsonl: ['jsonl'], json: ['jsonl'], parquet: ['parquet'], reg: ['ds9'] },
};

/** Undefined: for people. Throws VignetError usage CONTRADICTION. */
function formatOf({ as, output = '-' }: Flags): FindFormat | undefined {
  if (output === '-') return as;
  refusePacked(output, 'write the list without that suffix and compress it afterwards');
  const suffix = extname(output).slice(1).toLowerCase();
  const forms = Object.hasOwn(SUFFIXES, suffix) ? SUFFIXES[suffix] : undefined;
  const fits = forms ? as === undefined || forms.includes(as) : as !== undefined;
  if (fits) return as ?? forms?.[0];
  const known = Object.entries(SUFFIXES).filter(([, held]) => as === undefined || held.includes(as));
  throw usageError(
    'CONTRADICTION',
    `expected a file for --output whose suffix is one of ${known.map(([name]) => `.${name}`).join(', ')}, received ${printable(output)}; change --output, or choose the form by --as`,
  );
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
    .addOption(atOption('only datasets whose footprint contains it'))
    .option('-o, --output <file>', 'output file; - is standard output (default: standard output)')
    .addOption(forceOption());
  return addParameters(command, findList).action(run);
}

async function run(flags: Flags): Promise<void> {
  const format = formatOf(flags);
  const id = flags.id && (await namedIds(flags.archive, flags.id));
  const asked = parseFind(await pairsOf(findList, { ...flags, id }));
  const point = pointOf(flags);
  const request = point ? { ...asked, regions: [{ point }] } : asked;
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
