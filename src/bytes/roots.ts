/** Roots: the folders beneath which an archive's files lie. */

import { realpath, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { clip } from '../base/clip.ts';
import { VignetError } from '../base/errors.ts';
import { isBeneath } from './files.ts';

export interface Root {
  readonly name: string;
  readonly folder: string;
}

type Roots = Readonly<Record<string, string>>;

/** Throws VignetError fatal NO_ROOT. */
export function folderOf(root: string, roots: Roots): string {
  const folder = roots[root];
  if (folder !== undefined) return folder;
  throw new VignetError('fatal', 'NO_ROOT', `the archive has no root '${root}'; add it to archive.json`);
}

/** A name for a new root: its folder's, with a number where that is taken. */
function nameFor(folder: string, roots: Roots): string {
  const stem = basename(folder).replace(/[^A-Za-z0-9._-]+/g, '-') || 'root';
  let name = stem;
  for (let n = 2; Object.hasOwn(roots, name); n++) name = `${stem}-${n}`;
  return name;
}

/**
 * The root of a path given to an ingest: `wanted` when given, else the deepest known root that holds it, else a new one: the folder
 * itself, or the folder of the file. Returns the real path as well: links in the path that was typed are no escape.
 */
export async function rootOf(
  path: string,
  roots: Roots,
  wanted?: string,
): Promise<{ root: Root; start: string }> {
  const start = await realpath(path).catch((cause: unknown) => {
    throw new VignetError(
      'usage',
      'NO_SUCH_PATH',
      `expected a readable file or folder, received '${clip(path, 200)}'; check the path and its permissions`,
      { cause },
    );
  });
  const folder = wanted === undefined ? undefined : await realFolder(wanted);
  if (folder !== undefined && !isBeneath(start, folder)) {
    throw new VignetError(
      'usage',
      'BAD_ROOT',
      `expected a path inside the folder given by --root, received '${clip(path, 200)}'`,
    );
  }
  const known = Object.entries(roots).filter(([, held]) =>
    folder === undefined ? isBeneath(start, held) : held === folder,
  );
  known.sort((a, b) => b[1].length - a[1].length);
  const best = known[0];
  if (best) return { root: { name: best[0], folder: best[1] }, start };
  const fresh = folder ?? ((await stat(start)).isDirectory() ? start : dirname(start));
  return { root: { name: nameFor(fresh, roots), folder: fresh }, start };
}

async function realFolder(path: string): Promise<string> {
  const folder = await realpath(path).catch(() => undefined);
  if (folder === undefined || !(await stat(folder)).isDirectory()) {
    throw new VignetError(
      'usage',
      'NO_SUCH_PATH',
      `expected a folder for --root, received '${clip(path, 200)}'`,
    );
  }
  return folder;
}

/** The deepest root that holds a file found in a walk: a folder ingested earlier by itself keeps its IDs. */
export function deepestRoot(path: string, roots: Roots): Root | undefined {
  let best: Root | undefined;
  for (const [name, folder] of Object.entries(roots)) {
    if (isBeneath(path, folder) && folder.length > (best?.folder.length ?? -1)) best = { name, folder };
  }
  return best;
}
