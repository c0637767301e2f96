/** `vignet ls`: what an archive holds. */
import { Command } from 'commander';
import { OPERATOR } from '../access/principal.ts';
import { openArchive } from '../archive/archive.ts';
import type { ListedDataset } from '../archive/dataset-search.ts';
import type { ArchiveView } from '../archive/view.ts';
import { clip } from '../base/clip.ts';
import { and, equals, type Predicate } from '../catalog/predicate.ts';
import { archiveOption } from './archive-option.ts';
import { Census } from './census.ts';
import { count } from './count.ts';
import { position } from './sexagesimal.ts';
import { printable, shortened, table } from './terminal.ts';

interface Flags {
  readonly archive: string;
  readonly repo?: string;
  readonly collection?: string;
  readonly type?: string;
  readonly band?: string;
  readonly near?: [number, number];
  readonly collections?: boolean;
  readonly ids?: boolean;
  readonly json?: boolean;
}

export function lsCommand(): Command {
  return new Command('ls')
    .description('List the datasets of an archive.')
    .addOption(archiveOption())
    .option('--repo <label>', 'only datasets of this release label')
    .option('--collection <name>', 'only datasets of this collection')
    .option('--type <name>', 'only datasets of this type')
    .option('--band <name>', 'only datasets of this band')
    .option('--near <position>', 'only datasets whose footprint contains "ra dec" (ICRS)', (text: string) =>
      position(text, '--near'),
    )
    .option('--collections', 'list collection datasets instead: all coadds of one type and band under one ID')
    .option('--ids', 'print only the IDs, one per line')
    .option('--json', 'print one JSON object per line')
    .action(run);
}

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
  const { ids, json, collections, near } = flags;
  const archive = await openArchive(flags.archive);
  try {
    const view = archive.as(OPERATOR);
    if (collections) {
      await listCollections(view, json === true, ids === true);
      return;
    }
    let matches = 0;
    const rows: string[][] = [];
    const lost: ListedDataset[] = [];
    for await (const piece of view.list({ where: whereOf(flags), near })) {
      matches += piece.length;
      if (ids) process.stdout.write(piece.map(({ id }) => `${id}\n`).join(''));
      else if (json) process.stdout.write(piece.map((row) => `${JSON.stringify(jsonOf(row))}\n`).join(''));
      else {
        rows.push(...piece.map(cellsOf));
        lost.push(...piece.filter((row) => row.s_ra === null));
      }
    }
    if (matches === 0) console.error(await whyNone(view, flags));
    if (ids || json) return;
    const heading = ['collection', 'type', 'band', 'data id', 't_min', 's_ra', 's_dec', 'planes', 'uuid'];
    if (rows.length > 0) console.log(table([heading, ...rows]));
    console.log(count(rows.length, 'dataset'));
    sayWhyWithoutSky(lost);
  } finally {
    await archive.close();
  }
}

/** What was looked for, and what there is instead: at the position, if one was asked for. */
async function whyNone(view: ArchiveView, { repo, collection, type, band, near }: Flags): Promise<string> {
  const census = new Census();
  const names = new Set<string>();
  for await (const piece of view.list({ near })) {
    census.add(piece);
    for (const row of piece) names.add(`${row.obs_collection} of release ${row.repo}`);
  }
  const looked = [
    `no ${type ?? 'dataset'}`,
    ...(band === undefined ? [] : [`of band ${band}`]),
    ...(collection === undefined ? [] : [`of collection ${collection}`]),
    ...(repo === undefined ? [] : [`of release ${repo}`]),
    ...(near === undefined ? [] : [`covers ${near.join(' ')}`]),
  ];
  const collections =
    (collection ?? repo) === undefined ? '' : ` (collections ${[...names].sort().join(', ')})`;
  const there = `there: ${census.words}${printable(clip(collections, 200))}`;
  const nothing = near === undefined ? 'the archive has none' : 'nothing does';
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

/** Datasets whose reasons are printed. */
const MOST_REASONS = 10;

/** Datasets that no search on the sky finds, and why. */
function sayWhyWithoutSky(lost: readonly ListedDataset[]): void {
  if (lost.length === 0) return;
  console.log(`${lost.length} without a position, which only their IDs find:`);
  for (const { uuid, wcs_note } of lost.slice(0, MOST_REASONS))
    console.log(`  ${uuid}: ${printable(wcs_note ?? 'the header has no celestial WCS')}`);
  if (lost.length > MOST_REASONS) console.log(`  and ${lost.length - MOST_REASONS} more`);
}

const fixed = (value: number | null, digits: number) => (value === null ? '-' : value.toFixed(digits));

function cellsOf(row: ListedDataset): string[] {
  const { lsst_visit: visit, lsst_detector: detector, lsst_tract: tract, lsst_patch: patch } = row;
  const dataId = tract === null ? [visit, detector] : [tract, patch];
  return [
    printable(row.obs_collection),
    printable(row.dataset_type),
    printable(row.lsst_band ?? '-'),
    dataId[0] === null
      ? shortened(printable(row.obs_id), 40)
      : `${tract === null ? '' : 't'}${dataId.filter((part) => part !== null).join('/')}`,
    fixed(row.t_min, 5),
    fixed(row.s_ra, 5),
    fixed(row.s_dec, 5),
    row.planes,
    row.uuid,
  ];
}
