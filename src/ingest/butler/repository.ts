/** Which repository a word names: a folder, a configuration file, or a label of the repository index. */
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clip } from '../../base/clip.ts';
import { usageError } from '../../base/errors.ts';
import { badButler, isTree, parseYaml, readSmallFile } from './yaml-file.ts';

export interface RepositoryAddress {
  /** Path of its butler.yaml. */
  readonly file: string;
  /** The label by which the index found it. */
  readonly label: string | undefined;
}

/** Variables of the environment that a repository index is found by. */
export interface IndexEnvironment {
  readonly DAF_BUTLER_REPOSITORY_INDEX?: string | undefined;
  readonly DAF_BUTLER_REPOSITORIES?: string | undefined;
  readonly HOME?: string | undefined;
}

const INDEX = 'the repository index';

/**
 * Labels go before folders, as `Butler(…)` has it. Throws VignetError usage NO_BUTLER where there is no repository, data BAD_BUTLER for
 * a damaged index.
 */
export async function findRepository(
  word: string,
  environment: IndexEnvironment = process.env,
): Promise<RepositoryAddress> {
  const index = await readIndex(environment);
  const uri = index.get(word);
  const path = localPath(uri ?? word, word);
  const found = await stat(path).catch(() => undefined);
  const file = found?.isDirectory() ? join(path, 'butler.yaml') : path;
  const there = found?.isDirectory() ? await stat(file).catch(() => undefined) : found;
  if (there?.isFile()) return { file, label: uri === undefined ? undefined : word };
  const labels = [...index.keys()];
  const known = labels.length === 0 ? '' : `, or one of the labels ${clip(labels.join(', '), 300)}`;
  throw usageError(
    'NO_BUTLER',
    `expected a folder with butler.yaml${known} for --butler, received '${clip(word, 200)}'; check the name`,
  );
}

function localPath(uri: string, word: string): string {
  if (uri.startsWith('file://')) {
    try {
      return fileURLToPath(uri);
    } catch {
      // Said below.
    }
  } else if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(uri)) return resolve(uri);
  throw usageError(
    'NO_BUTLER',
    `expected a repository on this machine for --butler, received '${clip(word, 200)}', which is on another one; mount it, or name a copy`,
  );
}

async function readIndex(environment: IndexEnvironment): Promise<ReadonlyMap<string, string>> {
  const { DAF_BUTLER_REPOSITORY_INDEX: file, DAF_BUTLER_REPOSITORIES: text, HOME = homedir() } = environment;
  if (text) return labelsOf(parseYaml(text, INDEX));
  const path = file ? localPath(file, file) : join(HOME, '.lsst', 'data-repos.yaml');
  const found = await readSmallFile(path, INDEX);
  if (found !== undefined) return labelsOf(parseYaml(found, INDEX));
  if (file)
    throw badButler(`${INDEX} named by DAF_BUTLER_REPOSITORY_INDEX does not exist; correct the variable`);
  return new Map();
}

function labelsOf(value: unknown): ReadonlyMap<string, string> {
  const entries = isTree(value) ? Object.entries(value) : [];
  if (!isTree(value) || !entries.every((one): one is [string, string] => typeof one[1] === 'string'))
    throw badButler(`expected labels with URIs for ${INDEX}, received another value; correct it`);
  return new Map(entries);
}
