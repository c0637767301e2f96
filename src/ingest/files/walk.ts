/** Finds the FITS files of folders, and puts companions with their images. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { VignetError } from '../../base/errors.ts';
import { codeOf, isBeneath } from '../../bytes/files.ts';
import type { Meaning, SurveyDescription } from '../survey/schema.ts';
import { FolderFiles, type Role } from './companions.ts';

/** One image file and its companions, as absolute paths. */
export interface ImageFiles {
  readonly path: string;
  readonly companions: readonly { readonly path: string; readonly role: Role }[];
}

export interface WalkProblem {
  readonly path: string;
  readonly error: VignetError;
}

export type WalkResult = { readonly candidate: ImageFiles } | { readonly problem: WalkProblem };

/** What a walk calls FITS by name; what it holds is looked at afterwards. */
const FITS_NAME = /\.(?:fits?|fts)(?:\.(?:fz|gz))?$|\.fz$/i;
const MAX_DEPTH = 64;
const isFits = (name: string) => FITS_NAME.test(name);

const outside = (path: string): WalkResult => ({
  problem: {
    path,
    error: new VignetError(
      'data',
      'OUTSIDE_ROOT',
      'a symbolic link leads out of the ingested folder; ingest the folder that it leads to',
    ),
  },
});

/** Words for files that are no science images. */
export const meaningWords: Readonly<Record<Meaning, string>> = {
  science: 'science image',
  mask: 'mask',
  variance: 'variance',
  weight: 'weight',
  sigma: 'standard deviation',
  exposure: 'map of exposure times',
  count: 'map of the number of exposures',
  background: 'background',
  psf: 'PSF',
  other: 'plane',
};

const orphan = (path: string, meaning: Meaning): WalkResult => ({
  problem: {
    path,
    error: new VignetError(
      'data',
      'NO_IMAGE_FOR_COMPANION',
      `expected the image of this ${meaningWords[meaning]} in the same folder, received none; give --describe plain to ingest it as an image`,
    ),
  },
});

/**
 * Files beneath `start` (a folder, or one file), folders in the order of their names. Links to files are followed when they stay beneath
 * `root`; links to folders are not (what they lead to is found at its own place, and circles are impossible).
 */
export async function* walk(
  start: string,
  root: string,
  survey?: SurveyDescription,
): AsyncGenerator<WalkResult> {
  if (!(await stat(start)).isDirectory()) {
    const folder = dirname(start);
    const files = new FolderFiles((await listFolder(folder)).files.filter(isFits), survey);
    const named = basename(start);
    // A shell's `*.fits` names companions too: they come with their images.
    const name = files.imageOf(named) ?? named;
    const meaning = files.is(name);
    yield meaning === 'science' ? { candidate: candidateOf(folder, name, files) } : orphan(start, meaning);
    return;
  }
  yield* walkFolder(start, root, 0, survey);
}

async function* walkFolder(
  folder: string,
  root: string,
  depth: number,
  survey: SurveyDescription | undefined,
): AsyncGenerator<WalkResult> {
  if (depth > MAX_DEPTH) {
    const error = new VignetError(
      'usage',
      'TOO_DEEP',
      `expected folders of at most ${MAX_DEPTH} levels, received more; ingest the inner folder itself`,
    );
    yield { problem: { path: folder, error } };
    return;
  }
  let listing: Listing;
  try {
    listing = await listFolder(folder);
  } catch (cause) {
    const error = new VignetError(
      'data',
      'FILE_UNREADABLE',
      `the folder cannot be read (${codeOf(cause)}); check its permissions`,
      {
        cause,
      },
    );
    yield { problem: { path: folder, error } };
    return;
  }
  for (const name of listing.unnameable) {
    const error = new VignetError('data', 'BAD_NAME', 'the name is not UTF-8; rename the file');
    yield { problem: { path: join(folder, name), error } };
  }
  for (const name of listing.links) {
    const target = await realpath(join(folder, name)).catch(() => undefined);
    if (target === undefined || !isBeneath(target, root)) {
      if (isFits(name)) yield outside(join(folder, name));
    } else if ((await stat(target)).isFile()) {
      listing.files.push(name);
    }
  }
  const names = listing.files.filter(isFits).sort();
  const files = new FolderFiles(names, survey);
  for (const name of names) {
    const meaning = files.is(name);
    if (meaning === 'science') yield { candidate: candidateOf(folder, name, files) };
    else if (files.imageOf(name) === undefined) yield orphan(join(folder, name), meaning);
  }
  for (const name of listing.folders.sort()) yield* walkFolder(join(folder, name), root, depth + 1, survey);
}

interface Listing {
  readonly files: string[];
  readonly links: string[];
  readonly folders: string[];
  readonly unnameable: string[];
}

async function listFolder(folder: string): Promise<Listing> {
  const listing: Listing = { files: [], links: [], folders: [], unnameable: [] };
  for (const entry of await readdir(folder, { withFileTypes: true, encoding: 'buffer' })) {
    const raw = entry.name as unknown as Buffer;
    const name = raw.toString('utf8');
    if (!Buffer.from(name, 'utf8').equals(raw)) {
      if (FITS_NAME.test(name) || entry.isDirectory()) listing.unnameable.push(name);
    } else if (entry.isFile()) listing.files.push(name);
    else if (entry.isSymbolicLink()) listing.links.push(name);
    else if (entry.isDirectory()) listing.folders.push(name);
  }
  return listing;
}

function candidateOf(folder: string, name: string, files: FolderFiles): ImageFiles {
  const companions = files.companionsOf(name).map(({ name: other, role }) => ({
    path: join(folder, other),
    role,
  }));
  return { path: join(folder, name), companions };
}
