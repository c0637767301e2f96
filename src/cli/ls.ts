/** `vignet ls`: what an archive holds. */
import { Command, Option } from 'commander';
import { OPERATOR } from '../access/principal.ts';
import { openArchive } from '../archive/archive.ts';
import type { ListedDataset, Region } from '../archive/dataset-search.ts';
import type { ArchiveView } from '../archive/view.ts';
import { clip } from '../base/clip.ts';
import { count } from '../base/count.ts';
import { and, equals, type Predicate } from '../catalog/predicate.ts';
import { archiveOption } from './archive-option.ts';
import { atOption, pointOf } from './at-option.ts';
import { Census } from './census.ts';
import { DatasetRows } from './dataset-rows.ts';
import { tableLines } from './list-tables.ts';
import { position } from './sexagesimal.ts';
import { printable, table } from './terminal.ts';

type Flags = Readonly<Record<string, unknown>> & {
  readonly archive: string;
  readonly repo?: string;
  readonly collection?: string;
  readonly type?: string;
  readonly band?: string;
  readonly at?: string;
  readonly near?: string;
  readonly collections?: boolean;
  readonly tables?: boolean;
  readonly ids?: boolean;
  readonly json?: boolean;
};

export function lsCommand(): Command {
  return (
    new Command('ls')
      .description('List the datasets of an archive.')
      .addOption(archiveOption())
      .option('--repo <label>', 'only datasets of this release label')
      .option('--collection <name>', 'only datasets of this collection')
      .option('--type <name>', 'only datasets of this type')
      .option('--band <name>', 'only datasets of this band')
      .addOption(atOption('only datasets whose footprint contains it'))
      // The name of before.
      .addOption(new Option('--near <position>').hideHelp())
      .option(
        '--collections',
        'list collection datasets instead: all coadds of one type and band under one ID',
      )
      .option('--tables', 'list the tables beside the datasets instead')
      .option('--ids', 'print only the IDs, one per line')
      .option('--json', 'print one JSON object per line')
      .action(run)
  );
}

type Point = [ra: number, dec: number] | undefined;

const regionsOf = (point: Point): Region[] => (point ? [{ point }] : []);

/** What the options narrow the list to. */
function whereOf({ repo, collection, type, band }: Flags): Predicate {
  return and(
    ...(repo === undefined ? [] : [equals('repo', repo.toLowerCase())]),
    ...(collection === undefined ? [] : [equals('obs_collection', collection)]),
    ...(type === undefined ? [] : [equals('dataset_type', type)]),
    ...(band === undefined ? [] : [equals('lsst_band', band)]),
  );
}

async function run(flags: Flags): Promise<void> {
  const { ids, json, collections } = flags;
  const point = pointOf(flags) ?? (flags.near === undefined ? undefined : position(flags.near, '--near'));
  const archive = await openArchive(flags.archive);
  try {
    const view = archive.as(OPERATOR);
    if (flags.tables) {
      console.log(await tableLines(view, json === true));
      return;
    }
    if (collections) {
      await listCollections(view, json === true, ids === true);
      return;
    }
    let matches = 0;
    const rows = new DatasetRows();
    for await (const piece of view.list({ where: whereOf(flags), regions: regionsOf(point) })) {
      matches += piece.length;
      if (ids) process.stdout.write(piece.map(({ id }) => `${id}\n`).join(''));
      else if (json) process.stdout.write(piece.map((row) => `${JSON.stringify(jsonOf(row))}\n`).join(''));
      else rows.add(piece);
    }
    if (matches === 0) console.error(await whyNone(view, flags, point));
    if (ids || json) return;
    rows.print();
  } finally {
    await archive.close();
  }
}

/** What was looked for, and what there is instead: at the position, if one was asked for. */
async function whyNone(
  view: ArchiveView,
  { repo, collection, type, band }: Flags,
  point: Point,
): Promise<string> {
  const census = new Census();
  const names = new Set<string>();
  for await (const piece of view.list({ regions: regionsOf(point) })) {
    census.add(piece);
    for (const row of piece) names.add(`${row.obs_collection} of release ${row.repo}`);
  }
  const looked = [
    `no ${type ?? 'dataset'}`,
    ...(band === undefined ? [] : [`of band ${band}`]),
    ...(collection === undefined ? [] : [`of collection ${collection}`]),
    ...(repo === undefined ? [] : [`of release ${repo}`]),
    ...(point === undefined ? [] : [`covers ${point.join(' ')}`]),
  ];
  const collections =
    (collection ?? repo) === undefined ? '' : ` (collections ${[...names].sort().join(', ')})`;
  const there = `there: ${census.words}${printable(clip(collections, 200))}`;
  const nothing = point === undefined ? 'the archive has none' : 'nothing does';
  return `${printable(looked.join(' '))}; ${census.words === undefined ? nothing : there}`;
}

async function listCollections(view: ArchiveView, json: boolean, ids: boolean): Promise<void> {
  const all = await view.collections();
  if (ids) {
    process.stdout.write(all.map(({ id }) => `${id}\n`).join(''));
    return;
  }
  if (json) {
    const objects = all.map(({ key: { repo, uuid }, ...one }) => JSON.stringify({ ...one, repo, uuid }));
    process.stdout.write(objects.map((line) => `${line}\n`).join(''));
    return;
  }
  const rows = all.map(({ collection, type, band, datasets, id }) =>
    [collection, type, band ?? '-', String(datasets), id].map(printable),
  );
  if (rows.length > 0) console.log(table([['collection', 'type', 'band', 'datasets', 'ID'], ...rows]));
  console.log(count(rows.length, 'collection dataset'));
}

/** The contract's names first, then every column of the catalog. */
function jsonOf({ id, absolutePath, footprint: _, ...row }: ListedDataset): Record<string, unknown> {
  return {
    ...row,
    id,
    path: absolutePath,
    path_in_root: row.path,
    type: row.dataset_type,
    collection: row.obs_collection,
    band: row.lsst_band,
    visit: row.lsst_visit,
    detector: row.lsst_detector,
    tract: row.lsst_tract,
    patch: row.lsst_patch,
  };
}
