/**
 * The configuration of a Butler repository: where its registry and its files are. Read as lsst.daf.butler's `ButlerConfig` does, with
 * `includeConfigs`, `!include`, `<butlerRoot>` and its defaults.
 */
import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clip } from '../../base/clip.ts';
import { badButler, Include, isTree, parseYaml, readSmallFile, type Tree } from './yaml-file.ts';

/** Where a registry is. */
export type RegistryAddress =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgresql'; readonly url: string; readonly namespace: string | undefined };

/** A datastore of files: its folder, or the address of one on another machine, and the table of its records. */
export interface DatastoreConfig {
  readonly root: string;
  readonly isRemote: boolean;
  readonly table: string;
}

export interface ButlerConfig {
  readonly registry: RegistryAddress;
  /** In the order in which they are searched. */
  readonly datastores: readonly DatastoreConfig[];
}

const ROOT_TAG = '<butlerRoot>';
const MAX_DEPTH = 8;
const MAX_FILES = 64;

/**
 * `file` is the path of butler.yaml. Throws VignetError data BAD_BUTLER for what is malformed or of a kind that cannot be read.
 */
export async function readButlerConfig(file: string): Promise<ButlerConfig> {
  const tree = await new ConfigReader().read(file, 0);
  if (/RemoteButler$/.test(textAt(tree, 'cls') ?? '') || isTree(tree.remote_butler))
    throw badButler(
      'the repository is a Butler server, which cannot be read yet; name the repository itself, or a copy of it',
    );
  const folder = textAt(tree, 'root') ?? (await realpath(dirname(file)));
  const replaced = (text: string) => text.replaceAll(ROOT_TAG, folder);
  const registry = isTree(tree.registry) ? tree.registry : {};
  const db = textAt(registry, 'db') ?? `sqlite:///${ROOT_TAG}/gen3.sqlite3`;
  const namespace = textAt(registry, 'namespace');
  return {
    registry: registryOf(replaced(db), namespace),
    datastores: datastoresOf(isTree(tree.datastore) ? tree.datastore : {}, replaced, 0),
  };
}

function textAt(tree: Tree, key: string): string | undefined {
  const value = tree[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw badButler(`expected text for '${clip(key)}' of the Butler's configuration, received another value`);
}

function registryOf(db: string, namespace: string | undefined): RegistryAddress {
  const sqlite = /^sqlite(?:\+\w+)?:\/\/\/(.*)$/.exec(db);
  if (sqlite) {
    const path = sqlite[1] ?? '';
    if (isAbsolute(path)) return { kind: 'sqlite', path };
    throw badButler(
      `expected an absolute path or ${ROOT_TAG} for the SQLite file of registry.db, received another; correct butler.yaml`,
    );
  }
  const postgres = /^postgres(?:ql)?(?:\+\w+)?(:\/\/.*)$/.exec(db);
  if (postgres) return { kind: 'postgresql', url: `postgresql${postgres[1]}`, namespace };
  throw badButler(
    `expected sqlite:// or postgresql:// for registry.db of the Butler, received '${clip(db.split(':')[0] ?? '', 30)}'`,
  );
}

function datastoresOf(tree: Tree, replaced: (text: string) => string, depth: number): DatastoreConfig[] {
  const kind = (textAt(tree, 'cls') ?? 'FileDatastore').split('.').at(-1) ?? '';
  if (kind === 'ChainedDatastore' && depth < MAX_DEPTH && Array.isArray(tree.datastores))
    return tree.datastores
      .filter(isTree)
      .slice(0, MAX_FILES)
      .flatMap((child) => datastoresOf(child, replaced, depth + 1));
  // Holds nothing that outlives a process.
  if (kind === 'InMemoryDatastore') return [];
  if (kind !== 'FileDatastore')
    throw badButler(
      `expected FileDatastore or ChainedDatastore for the datastore of the Butler, received '${clip(kind)}'`,
    );
  const records = isTree(tree.records) ? tree.records : {};
  const table = textAt(records, 'table') ?? 'file_datastore_records';
  const root = replaced(textAt(tree, 'root') ?? `${ROOT_TAG}/datastore`);
  if (isAbsolute(root)) return [{ root: resolve(root), isRemote: false, table }];
  if (root.startsWith('file://')) return [{ root: folderOf(root), isRemote: false, table }];
  if (/^[a-z][a-z0-9+.-]*:\/\//.test(root)) return [{ root, isRemote: true, table }];
  throw badButler(
    `expected an absolute path, ${ROOT_TAG} or a URI for the root of the datastore, received '${clip(root)}'`,
  );
}

function folderOf(url: string): string {
  try {
    return resolve(fileURLToPath(url));
  } catch (cause) {
    throw badButler(
      'expected a file:// URI of this machine for the root of the datastore, received another',
      {
        cause,
      },
    );
  }
}

/** Follows includes, each file relative to the one that names it. */
class ConfigReader {
  #files = 0;

  async read(file: string, depth: number): Promise<Tree> {
    this.#files += 1;
    if (depth > MAX_DEPTH || this.#files > MAX_FILES)
      throw badButler(
        `expected at most ${MAX_FILES} files included ${MAX_DEPTH} deep for the Butler's configuration, received more; look for one that includes itself`,
      );
    const name = "a file of the Butler's configuration";
    const text = await readSmallFile(file, name);
    if (text === undefined)
      throw badButler(`${name} does not exist: '${clip(file.split('/').at(-1) ?? '')}'; restore it`);
    const value = await this.#resolved(parseYaml(text, name), dirname(file), depth);
    if (isTree(value)) return value;
    throw badButler(`expected a mapping for ${name}, received another value`);
  }

  async #resolved(value: unknown, folder: string, depth: number): Promise<unknown> {
    if (value instanceof Include) return this.#included(value.names, folder, depth);
    if (Array.isArray(value)) {
      const all: unknown[] = [];
      for (const one of value) all.push(await this.#resolved(one, folder, depth));
      return all;
    }
    if (!isTree(value)) return value;
    let base: Tree = {};
    const own: [string, unknown][] = [];
    for (const [key, one] of Object.entries(value)) {
      if (key === 'includeConfigs') base = await this.#bases(one, folder, depth);
      else own.push([key, await this.#resolved(one, folder, depth)]);
    }
    return merged(base, Object.fromEntries(own));
  }

  /** Later files go before earlier ones; what includes them goes before all. */
  async #bases(names: unknown, folder: string, depth: number): Promise<Tree> {
    let all: Tree = {};
    for (const name of Array.isArray(names) ? names : [names])
      all = merged(all, await this.read(placeOf(name, folder), depth + 1));
    return all;
  }

  async #included(names: unknown, folder: string, depth: number): Promise<unknown> {
    if (Array.isArray(names)) {
      const all: Tree[] = [];
      for (const name of names) all.push(await this.read(placeOf(name, folder), depth + 1));
      return all;
    }
    if (!isTree(names)) return this.read(placeOf(names, folder), depth + 1);
    const all: [string, unknown][] = [];
    for (const [key, name] of Object.entries(names))
      all.push([key, await this.read(placeOf(name, folder), depth + 1)]);
    return Object.fromEntries(all);
  }
}

function placeOf(name: unknown, folder: string): string {
  if (typeof name === 'string' && name !== '' && !/[$\0]/.test(name)) {
    if (name.startsWith('file://')) return folderOf(name);
    if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(name)) return resolve(join(isAbsolute(name) ? '/' : folder, name));
  }
  throw badButler(
    "expected a path without variables for a file included by the Butler's configuration, received another value",
  );
}

/** Values of `own` go before those of `base`, mapping by mapping. */
function merged(base: Tree, own: Tree): Tree {
  const all = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(own)) {
    const below = all.get(key);
    all.set(key, isTree(value) && isTree(below) ? merged(below, value) : value);
  }
  return Object.fromEntries(all);
}
