/** Finds the FITS files of folders, and puts companions with their images. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { VignetError } from '../../base/errors.ts';
import { codeOf, isBeneath } from '../../bytes/files.ts';
import { companionsOf, imageOfCompanion, isCompanionName, type Role } from './companions.ts';

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

const orphan = (path: string): WalkResult => ({
  problem: {
    path,
    error: new VignetError(
      'data',
      'NO_IMAGE_FOR_COMPANION',
      'by its name this is the mask or weight of an image that is not in the folder; name the file itself to ingest it as an image',
    ),
  },
});

/**
 * Files beneath `start` (a folder, or one file), folders in the order of their names. Links to files are followed when they stay beneath
 * `root`; links to folders are not (what they lead to is found at its own place, and circles are impossible).
 */
export async function* walk(start: string, root: string): AsyncGenerator<WalkResult> {
  if (!(await stat(start)).isDirectory()) {
    const folder = dirname(start);
    const names = new Set((await listFolder(folder)).files);
    // A shell's `*.fits` names companions too: they come with their images.
    const name = imageOfCompanion(basename(start), names) ?? basename(start);
    yield { candidate: candidateOf(folder, name, names) };
    return;
  }
  yield* walkFolder(start, root, 0);
}

async function* walkFolder(folder: string, root: string, depth: number): AsyncGenerator<WalkResult> {
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
      if (FITS_NAME.test(name)) yield outside(join(folder, name));
    } else if ((await stat(target)).isFile()) {
      listing.files.push(name);
    }
  }
  const names = new Set(listing.files);
  for (const name of listing.files.sort()) {
    if (!FITS_NAME.test(name) || imageOfCompanion(name, names) !== undefined) continue;
    if (isCompanionName(name)) yield orphan(join(folder, name));
    else yield { candidate: candidateOf(folder, name, names) };
  }
  for (const name of listing.folders.sort()) yield* walkFolder(join(folder, name), root, depth + 1);
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

function candidateOf(folder: string, name: string, names: ReadonlySet<string>): ImageFiles {
  const companions = companionsOf(name, names).map(({ name: other, role }) => ({
    path: join(folder, other),
    role,
  }));
  return { path: join(folder, name), companions };
}
