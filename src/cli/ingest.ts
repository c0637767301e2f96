/** `vignet ingest`: files and folders into an archive. */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError, Option } from 'commander';
import { checkSkymap, type SkymapConfig } from '../astronomy/skymaps.ts';
import { count } from '../base/count.ts';
import { defined } from '../base/defined.ts';
import { usageError } from '../base/errors.ts';
import { Engine } from '../engine/engine.ts';
import { imagesTask } from '../engine/tasks/images.ts';
import { layoutTask } from '../engine/tasks/layout.ts';
import { seekTask } from '../engine/tasks/seek.ts';
import { readObscoreConfig } from '../ingest/butler/obscore/config.ts';
import {
  type ButlerSelection,
  type IngestOptions,
  type IngestReport,
  ingest,
  ingestButler,
} from '../ingest/index.ts';
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
import { describeOption, surveyOf } from './describe-option.ts';
import { printable } from './terminal.ts';

interface Flags extends ButlerFlags {
  readonly archive: string;
  readonly butler?: string;
  readonly obsCollection?: string;
  readonly obscore?: string;
  readonly repo: string;
  readonly describe?: string;
  readonly type?: string;
  readonly instrument?: string;
  readonly root?: string;
  readonly authority?: string;
  readonly catalog?: string;
  readonly table?: string;
  readonly columns?: string;
  readonly skymap?: string;
  readonly dataRights: string;
  readonly releaseDate?: string;
  readonly owner?: string;
  readonly group?: string;
  readonly layouts: 'now' | 'later';
  readonly force?: boolean;
  readonly seek?: boolean;
  readonly jobs?: number;
  readonly strict?: boolean;
  readonly json?: boolean;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 256)
    throw new InvalidArgumentError('It must be 1 to 256.');
  return value;
}

export function ingestCommand(): Command {
  return new Command('ingest')
    .description(
      'Add FITS files and folders, or the images of a Butler repository, to an archive. Can be repeated: what is unchanged is skipped.',
    )
    .argument('[paths...]', 'files and folders')
    .addOption(archiveOption())
    .option(
      '--butler <repo>',
      'a Butler repository in place of files: its folder, its butler.yaml, or a label of the repository index',
    )
    .option(
      '--collection <name>',
      'obs_collection of the datasets (default: local); with --butler, a collection of the Butler or a pattern with * and ?: repeat it for several (default: all)',
      several,
    )
    .addOption(datasetTypeOption())
    .option(
      '--obs-collection <name>',
      'obs_collection of the datasets (default with --butler: that of --repo)',
    )
    .option(
      '--obscore <file>',
      'with --butler: ObsCore values by a YAML file in the form of dax_obscore; its collections, dataset types and obs_collection are the defaults',
    )
    .addOption(allowRootOption())
    .addOption(allowHostOption())
    .option('--repo <label>', 'release label in the IDs of the datasets', 'local')
    .addOption(describeOption())
    .option('--type <name>', 'dataset type (default: from the files)')
    .option('--instrument <name>', 'instrument (default: from the files)')
    .option(
      '--root <dir>',
      'folder to which paths are relative; IDs depend on them (default: the named folder, or a known root above it)',
    )
    .option('--authority <name>', 'authority of the IVOIDs, such as example.org')
    .option(
      '--catalog <url>',
      'of a new archive: keep its catalog in PostgreSQL, postgresql://user@host/database; passwords come from PGPASSFILE or PGPASSWORD; the archive keeps the URL, and every other command finds it there (default: in files)',
    )
    .option(
      '--table <name>',
      'the path is a table of the site (.csv, .parquet, .vot): bring it into the catalog under this name',
    )
    .option('--columns <file>', 'JSON with types, units, UCDs and descriptions of the columns of --table')
    .option('--skymap <file>', 'JSON definition of the rings skymap of the coadds')
    .addOption(
      new Option('--data-rights <word>', 'ObsCore data_rights of the datasets')
        .choices(['public', 'secure', 'proprietary'])
        .default('public'),
    )
    .option('--release-date <date>', 'ObsCore obs_release_date of the datasets, UTC')
    .option('--owner <name>', 'owner of the datasets')
    .option('--group <name>', 'group of the datasets')
    .addOption(new Option('--seek', 'make seek points also for unchanged files that have none'))
    .addOption(
      new Option(
        '--no-seek',
        'make no seek points (default: for planes with row tiles, of files that are read)',
      ),
    )
    .addOption(
      new Option(
        '--layouts <when>',
        'with --butler: now, or later to catalogue what the registry says without opening files; they are then read at first use, or by an ingest with now',
      )
        .choices(['now', 'later'])
        .default('now'),
    )
    .option('--force', 'read unchanged files again, and all of the dataset index')
    .option('--jobs <n>', 'files processed at a time (default: twice the cores)', positive)
    .option('--strict', 'exit with 1 if any file failed (default: only if nothing was ingested)')
    .option('--json', 'print the report as JSON')
    .action(run);
}

async function readSkymap(file: string): Promise<SkymapConfig> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch {
    const detail = `expected a JSON file for --skymap, received '${printable(file)}', which cannot be read or parsed`;
    throw usageError('BAD_SKYMAP', detail);
  }
  return checkSkymap(value);
}

/** What is ingested: paths, or datasets of a Butler. */
interface Ingested {
  readonly collection: string;
  readonly run: (
    archive: string,
    options: IngestOptions,
    show: (now: IngestReport) => void,
  ) => Promise<IngestReport>;
}

/** Throws VignetError usage CONTRADICTION for options of the one beside the other. */
async function ingestedBy(paths: readonly string[], flags: Flags): Promise<Ingested> {
  const { butler, collection = [], datasetType, obsCollection, obscore, allowRoot, allowHost } = flags;
  if (butler === undefined) {
    const [first, ...others] = [...collection, ...(obsCollection === undefined ? [] : [obsCollection])];
    const other = Object.entries({ datasetType, obscore, allowRoot, allowHost }).find(
      ([, value]) => value !== undefined,
    );
    if (others.length > 0 || other)
      throw usageError(
        'CONTRADICTION',
        `expected --butler with ${other ? optionOf(other[0]) : 'several collections'}, received files; name one collection for files`,
      );
    return { collection: first ?? 'local', run: (archive, ...rest) => ingest(archive, paths, ...rest) };
  }
  const clash = paths.length > 0 ? 'files' : flags.root === undefined ? undefined : '--root';
  if (clash !== undefined)
    throw usageError(
      'CONTRADICTION',
      `expected --butler or ${clash}, received both; ingest the files in a run of their own`,
    );
  const selection: ButlerSelection = { ...selectionOf(butler, flags), ...defined({ obscore }) };
  return {
    collection: obsCollection ?? (obscore && (await readObscoreConfig(obscore)).obsCollection) ?? flags.repo,
    run: (archive, ...rest) => ingestButler(archive, selection, ...rest),
  };
}

async function run(paths: string[], flags: Flags): Promise<void> {
  if (flags.table !== undefined) {
    const { ingestSiteTable } = await import('./site-table.ts');
    const options = { ...flags, name: flags.table };
    console.log(await ingestSiteTable(flags.archive, paths, flags.columns, options));
    return;
  }
  const { archive, strict, json, jobs, skymap: skymapFile, describe, ...rest } = flags;
  const ingested = await ingestedBy(paths, flags);
  const skymap = skymapFile === undefined ? undefined : await readSkymap(skymapFile);
  const survey = await surveyOf(describe);
  const engine = new Engine();
  const work = engine.request({ class: 'bulk', deadlineMs: Number.MAX_SAFE_INTEGER });
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const progress = new Progress(json !== true);
  const options: IngestOptions = {
    ...rest,
    collection: ingested.collection,
    ...(skymap && { skymap }),
    ...survey,
    jobs: jobs ?? 2 * availableParallelism(),
    signal: stop.signal,
    seekOf: (layout, sources) => work.run(seekTask, { layout, sources }),
    imagesOf: (source) => work.run(imagesTask, source),
    layoutOf: (sources) => work.run(layoutTask, sources),
  };
  let report: IngestReport;
  try {
    report = await ingested.run(archive, options, (now) => progress.show(now));
  } finally {
    progress.stop();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    work.close();
    await engine.close();
  }
  print(report, json === true);
  if (rest.layouts === 'later' && json !== true && report.ingested + report.replaced > 0)
    console.log('files are read at first use; the same command without --layouts later reads them now');
  if (stop.signal.aborted)
    console.error('vignet: interrupted; what was done is published, run it again to continue');
  const nothing = report.ingested + report.replaced + report.unchanged + report.gone === 0;
  if (nothing || stop.signal.aborted || (strict && report.failed > 0)) process.exitCode = 1;
}

/** A line that counts, on a terminal only. */
class Progress {
  readonly #bar: SingleBar | undefined;

  constructor(wanted: boolean) {
    if (!wanted || !process.stderr.isTTY) return;
    const format = '{value} files  {datasets} datasets  {failed} failed  {duration_formatted}';
    this.#bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true, hideCursor: true });
    this.#bar.start(1, 0, { datasets: 0, failed: 0 });
  }

  show({ done, found, ingested, replaced, unchanged, failed }: IngestReport): void {
    this.#bar?.setTotal(Math.max(found, done, 1));
    this.#bar?.update(done, { datasets: ingested + replaced + unchanged, failed });
  }

  stop(): void {
    this.#bar?.stop();
  }
}

/** Notes that are printed. */
const MOST_NOTES = 20;

function print(report: IngestReport, json: boolean): void {
  if (json) {
    console.log(JSON.stringify(report));
    return;
  }
  const { ingested, replaced, unchanged, gone, failed, failures, notes, generation } = report;
  const dropped = gone > 0 ? ` ${gone} dropped that the Butler no longer has,` : '';
  console.log(
    `${count(ingested, 'dataset')} ingested, ${replaced} replaced, ${unchanged} unchanged,${dropped} ${count(failed, 'failure')} (generation ${generation})`,
  );
  for (const { path, note } of notes.slice(0, MOST_NOTES))
    console.error(`  ${printable(path)}: ${printable(note)}`);
  if (notes.length > MOST_NOTES) console.error(`  … and ${notes.length - MOST_NOTES} more notes: see --json`);
  for (const { path, hdu, code, reason } of failures) {
    console.error(
      `  ${printable(path)}${hdu === undefined ? '' : ` HDU ${hdu}`}: ${printable(reason)} [${code}]`,
    );
  }
  if (failed > failures.length) console.error(`  … and ${failed - failures.length} more`);
}
