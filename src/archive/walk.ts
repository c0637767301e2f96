/** Finds the FITS files of folders, and puts companions with their images. */
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { VignetError } from '../base/errors.ts';
import { companionsOf, imageOfCompanion, isCompanionName, type Role } from './companions.ts';

/** One image file and its companions, as absolute paths. */
export interface Candidate {
  readonly path: string;
  readonly companions: readonly { readonly path: string; readonly role: Role }[];
}

export interface WalkProblem {
  readonly path: string;
  readonly error: VignetError;
}

export type Found = { readonly candidate: Candidate } | { readonly problem: WalkProblem };

/** What a walk calls FITS by name; what it holds is looked at afterwards. */
const FITS_NAME = /\.(?:fits?|fts)(?:\.(?:fz|gz))?$|\.fz$/i;
const MAX_DEPTH = 64;

const outside = (path: string): Found => ({
  problem: {
    path,
    error: new VignetError(
      'usage',
      'OUTSIDE_ROOT',
      'A symbolic link that leads out of the folder named at ingest is not followed',
    ),
  },
});

const orphan = (path: string): Found => ({
  problem: {
    path,
    error: new VignetError(
      'data',
      'NO_IMAGE_FOR_COMPANION',
      'By its name this is the mask or weight of an image that is not in its folder; name the file itself to ingest it as an image',
    ),
  },
});

/**
 * Files beneath `start` (a folder, or one file), folders in the order of their names. Links to files are followed when they stay beneath
 * `root`; links to folders are not (what they lead to is found at its own place, and circles are impossible).
 */
export async function* walk(start: string, root: string): AsyncGenerator<Found> {
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

async function* walkFolder(folder: string, root: string, depth: number): AsyncGenerator<Found> {
  if (depth > MAX_DEPTH) {
    const error = new VignetError('usage', 'TOO_DEEP', `Folders more than ${MAX_DEPTH} deep are not walked`);
    yield { problem: { path: folder, error } };
    return;
  }
  let listing: Listing;
  try {
    listing = await listFolder(folder);
  } catch (cause) {
    const error = new VignetError('data', 'UNREADABLE', `The folder cannot be read (${codeOf(cause)})`, {
      cause,
    });
    yield { problem: { path: folder, error } };
    return;
  }
  for (const name of listing.unnameable) {
    const error = new VignetError('data', 'BAD_NAME', 'The name is not UTF-8; rename it');
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

function candidateOf(folder: string, name: string, names: ReadonlySet<string>): Candidate {
  const companions = companionsOf(name, names).map(({ name: other, role }) => ({
    path: join(folder, other),
    role,
  }));
  return { path: join(folder, name), companions };
}

export function isBeneath(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** A path beneath a root as it is stored: with `/`, whatever the system. */
export function pathBeneath(path: string, root: string): string {
  return relative(root, path).split(sep).join('/');
}

export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? 'unknown';
}

export interface Sniffed {
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly gzip: boolean;
}

const unreadable = (cause: unknown) =>
  codeOf(cause) === 'ENOENT'
    ? new VignetError('data', 'FILE_GONE', 'The file is not there any more', { cause })
    : new VignetError('data', 'UNREADABLE', `The file cannot be read (${codeOf(cause)})`, { cause });

export async function stampFile(path: string): Promise<{ size: number; mtimeNs: bigint }> {
  const found = await stat(path, { bigint: true }).catch((cause: unknown) => {
    throw unreadable(cause);
  });
  if (!found.isFile()) throw new VignetError('data', 'NOT_A_FILE', 'This is no regular file');
  return { size: Number(found.size), mtimeNs: found.mtimeNs };
}

/** Looks at the first bytes of a file. Throws VignetError data NOT_FITS, EMPTY, NOT_A_FILE, UNREADABLE. */
export async function sniff(path: string): Promise<Sniffed> {
  // First what kind of file it is: a pipe would block when opened.
  const stamp = await stampFile(path);
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw unreadable(cause);
  });
  try {
    const start = Buffer.alloc(9);
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    if (bytesRead === 0) throw new VignetError('data', 'EMPTY', 'The file is empty');
    const gzip = start[0] === 0x1f && start[1] === 0x8b;
    if (!gzip && start.toString('latin1', 0, bytesRead) !== 'SIMPLE  =') {
      throw new VignetError('data', 'NOT_FITS', 'This is no FITS file: it does not begin with SIMPLE');
    }
    return { ...stamp, gzip };
  } finally {
    await file.close();
  }
}
