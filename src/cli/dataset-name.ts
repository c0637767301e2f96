/** Datasets of an archive by what people have of them: an ID, a UUID or its beginning, a file name, a position. */
import { basename } from 'node:path';
import { OPERATOR } from '../access/principal.ts';
import { openArchive } from '../archive/archive.ts';
import type { ListedDataset } from '../archive/dataset-search.ts';
import type { ArchiveView } from '../archive/view.ts';
import { isCoadd } from '../astronomy/dataset-types.ts';
import { parseStates } from '../astronomy/polarization.ts';
import { clip } from '../base/clip.ts';
import { defined } from '../base/defined.ts';
import { usageError, VignetError } from '../base/errors.ts';
import { and, equals, lessThan, not, type Predicate } from '../catalog/predicate.ts';
import type { BandChoice } from '../vo/dali/standard-parameters.ts';
import { passesFilters } from '../vo/soda/request.ts';
import { Census } from './census.ts';

export const isDatasetId = (what: string) => /^(ivo|butler):\/\//i.test(what);

/** How commands describe what they take. */
export const datasetArgument =
  'a FITS file; or a dataset of the archive: its ID, its UUID or the beginning of it, or the name of its file';

/** Datasets that a message names. */
const NAMED = 8;

/** `visit_image r 0865c090-… of file.fits`. */
const said = ({ dataset_type, lsst_band, uuid, path }: ListedDataset) =>
  `${dataset_type} ${lsst_band ?? '-'} ${uuid} of ${basename(path)}`;

function listed(rows: readonly ListedDataset[]): string {
  const names = rows.slice(0, NAMED).map(said).join('; ');
  return rows.length > NAMED ? `${names}; …` : names;
}

async function rowsThat(
  view: ArchiveView,
  where: Predicate | undefined,
  holds: (row: ListedDataset) => boolean = () => true,
): Promise<ListedDataset[]> {
  const found: ListedDataset[] = [];
  for await (const batch of view.list(where ? { where } : {})) found.push(...batch.filter(holds));
  return found;
}

/** A file name with or without its folders and extension. */
async function ofFile(view: ArchiveView, word: string): Promise<ListedDataset[]> {
  const exact = await rowsThat(view, equals('path', word));
  if (exact.length > 0) return exact;
  const name = basename(word);
  const stem = (path: string) => basename(path).replace(/\.(?:fits?|fts)(?:\.[fg]z)?$/i, '');
  return rowsThat(view, undefined, ({ path }) =>
    word === name ? basename(path) === name || stem(path) === name : path.endsWith(`/${word}`),
  );
}

/** The ID of the dataset that a word names. Throws VignetError usage UNKNOWN_ID, BAD_ID where several are named. */
export async function datasetNamed(view: ArchiveView, word: string): Promise<string> {
  if (isDatasetId(word)) return word;
  const isBeginning = /^[0-9a-f][0-9a-f-]{3,35}$/i.test(word);
  const first = word.toLowerCase();
  const beginning = and(not(lessThan('uuid', first)), lessThan('uuid', `${first}~`));
  const byUuid = isBeginning ? await rowsThat(view, beginning) : [];
  const rows = byUuid.length > 0 ? byUuid : await ofFile(view, word);
  const [row] = rows;
  if (row && rows.length === 1) return row.id;
  if (row)
    throw usageError(
      'BAD_ID',
      `expected the name of one dataset, received '${clip(word, 200)}', which fits ${rows.length}: ${listed(rows)}; give the UUID of one of them`,
    );
  throw usageError(
    'UNKNOWN_ID',
    `expected a file, or the ID, UUID or file name of a dataset of the archive, received '${clip(word, 200)}'; vignet ls lists the datasets`,
  );
}

function noSuchFile(words: readonly string[]) {
  const word = words.find((one) => !isDatasetId(one)) ?? '';
  return usageError(
    'NO_SUCH_PATH',
    `expected a readable file or the name of a dataset, received '${clip(word, 200)}'; check the path, or name an archive with --archive`,
  );
}

/** IDs of the datasets of an archive that words name. It is opened only where a word is no ID. */
export async function namedIds(folder: string, words: readonly string[]): Promise<readonly string[]> {
  if (words.every(isDatasetId)) return words;
  const archive = await openArchive(folder).catch((error) => {
    throw error instanceof VignetError && error.code === 'NO_ARCHIVE' ? noSuchFile(words) : error;
  });
  try {
    const ids: string[] = [];
    for (const word of words) ids.push(await datasetNamed(archive.as(OPERATOR), word));
    return ids;
  } finally {
    await archive.close();
  }
}

export interface Wanted {
  readonly type?: string | undefined;
  /** A name, or wavelengths that the image's must overlap. */
  readonly band?: BandChoice | undefined;
  readonly pol?: readonly string[];
}

const boundsOf = ({ em_min, em_max, pol_states, lsst_band, lsst_filter }: ListedDataset) => ({
  ...defined({
    emMin: em_min ?? undefined,
    emMax: em_max ?? undefined,
    polStates: pol_states === null ? undefined : parseStates(pol_states),
  }),
  bandNames: [lsst_band, lsst_filter].filter((name) => name !== null),
});

/** What was asked for, in words. */
function wordsOf({ type = 'image', band, pol = [] }: Wanted): string {
  const ofBand = typeof band === 'string' ? `of band ${band}` : band && `of ${band.min} to ${band.max} m`;
  const ofStates = pol.length > 0 ? `of polarization ${pol.join(' or ')}` : undefined;
  return [type, ofBand, ofStates].filter((words) => words !== undefined).join(' ');
}

/**
 * The dataset at a position, ICRS degrees: a coadd if there is one, and of several the one whose centre is nearest. Throws
 * VignetError usage NO_OVERLAP with what is there instead.
 */
export async function datasetAt(
  view: ArchiveView,
  near: readonly [number, number],
  asked: Wanted,
): Promise<{ id: string; said: string }> {
  const all: ListedDataset[] = [];
  for await (const batch of view.list({ regions: [{ point: [near[0], near[1]] }] })) all.push(...batch);
  const wanted = all.filter(
    (row) =>
      (asked.type === undefined || row.dataset_type === asked.type) &&
      passesFilters({ band: asked.band, pol: asked.pol ?? [] }, boundsOf(row)),
  );
  const coadds = wanted.filter((row) => isCoadd(row.dataset_type));
  const distance = ({ s_ra, s_dec }: ListedDataset) => {
    const east = ((((s_ra ?? 0) - near[0] + 540) % 360) - 180) * Math.cos((near[1] * Math.PI) / 180);
    return Math.hypot(east, (s_dec ?? 0) - near[1]);
  };
  const [nearest] = (coadds.length > 0 ? coadds : wanted).sort((a, b) => distance(a) - distance(b));
  if (!nearest) {
    const census = new Census();
    census.add(all);
    const there = census.words === undefined ? 'nothing does' : `there: ${census.words}`;
    throw usageError('NO_OVERLAP', `no ${wordsOf(asked)} covers ${near.join(' ')}; ${there}`);
  }
  const others =
    wanted.length > 1 ? `, of ${wanted.length} there; --type, --band or a UUID choose others` : '';
  return { id: nearest.id, said: `${said(nearest)}${others}` };
}
