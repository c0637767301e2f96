/** Where the files of datasets are: the records of a Butler's file datastores. */
import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addTo } from '../../base/add-to.ts';
import { clip } from '../../base/clip.ts';
import { VignetError } from '../../base/errors.ts';
import { isBeneath, stampFile, unreadable } from '../../bytes/files.ts';
import type { WantedMember } from '../../bytes/sniff.ts';
import type { Nearline, Stamp } from '../source.ts';
import type { ButlerConfig, DatastoreConfig } from './config.ts';
import { badDatabase, type Database, type Row } from './database.ts';
import { joined, named, sql } from './sql.ts';

/** A file of a dataset, as a datastore records it. */
export interface ArtifactRecord {
  /** Undefined: the whole dataset. */
  readonly component: string | undefined;
  /** Relative to the root of the datastore, or a URI; empty where the datastore has none. */
  readonly path: string;
  readonly formatter: string;
  readonly storageClass: string;
  readonly checksum: string | undefined;
  /** Bytes; undefined where the datastore does not know. */
  readonly size: number | undefined;
}

/** What a datastore holds of a dataset. */
export interface Artifacts {
  readonly datastore: DatastoreConfig;
  readonly records: readonly ArtifactRecord[];
}

const WHOLE = '__NULL_STRING__';
const MAX_PATH = 4000;

function recordOf(row: Row): ArtifactRecord {
  const { component, path, checksum, file_size: size } = row;
  return {
    component:
      typeof component === 'string' && component !== WHOLE && component !== '' ? component : undefined,
    path: typeof path === 'string' && path.length <= MAX_PATH ? path : '',
    formatter: String(row.formatter ?? ''),
    storageClass: String(row.storage_class ?? ''),
    checksum: typeof checksum === 'string' ? checksum : undefined,
    size: typeof size === 'number' && size >= 0 ? size : undefined,
  };
}

export class Datastores {
  readonly #database: Database;
  readonly #all: readonly DatastoreConfig[];

  constructor(database: Database, { datastores }: ButlerConfig) {
    this.#database = database;
    this.#all = datastores;
  }

  /**
   * The files of datasets, by the IDs that the registry has for them: from the first datastore that holds each. Throws VignetError data
   * BAD_BUTLER_DATABASE.
   */
  async find(ids: readonly string[]): Promise<ReadonlyMap<string, Artifacts>> {
    const found = new Map<string, Artifacts>();
    for (const datastore of this.#all) {
      const missing = ids.filter((id) => !found.has(id));
      if (missing.length === 0) break;
      if (!(await this.#database.columns(datastore.table)))
        throw badDatabase(
          `expected a table ${clip(datastore.table)} for a datastore, received none in the registry`,
        );
      const rows = await this.#database.rows(
        sql`SELECT * FROM ${named(datastore.table)} WHERE dataset_id IN (${joined(missing, ', ')})`,
      );
      const byId = new Map<string, ArtifactRecord[]>();
      for (const row of rows) addTo(byId, String(row.dataset_id), recordOf(row));
      for (const [id, records] of byId) found.set(id, { datastore, records });
    }
    return found;
  }
}

const remote = (why: string, instead = 'transfer the dataset into a datastore on a disk of this machine') =>
  new VignetError('data', 'REMOTE_FILE', `${why}; ${instead}`);

const outside = () =>
  new VignetError(
    'data',
    'OUTSIDE_ROOT',
    'expected a path below the root of the datastore for the file of the dataset, received one that leads out of it; give --allow-root with the folder, if you trust it',
  );

/** A file by its real path, and how it looks. */
export interface Located {
  readonly path: string;
  readonly stamp: Stamp;
  readonly member?: WantedMember;
}

/** Folders whose real paths are remembered. */
const MOST_FOLDERS = 10_000;

/** Where files really are. A folder is looked up once: a million files lie in some thousands. */
export class RealPlaces {
  readonly #folders = new Map<string, Promise<string>>();

  folder(path: string): Promise<string> {
    const known = this.#folders.get(path);
    if (known) return known;
    if (this.#folders.size >= MOST_FOLDERS) this.#folders.clear();
    const found = realpath(path);
    this.#folders.set(path, found);
    found.catch(() => this.#folders.delete(path));
    return found;
  }

  /** Throws VignetError data FILE_GONE, FILE_UNREADABLE, NOT_A_FILE; transient OPEN_FAILED. */
  async find(path: string): Promise<Located> {
    try {
      const real = join(await this.folder(dirname(path)), basename(path));
      const found = await lstat(real, { bigint: true });
      const { size, mtimeNs } = found;
      if (found.isFile()) return { path: real, stamp: { size: Number(size), mtimeNs } };
      const end = await realpath(real);
      return { path: end, stamp: await stampFile(end) };
    } catch (cause) {
      throw cause instanceof VignetError ? cause : unreadable(cause);
    }
  }
}

/** As lsst.resources tells paths that are percent-encoded already. */
const ESCAPED = /%[A-F0-9]{2}/;

/** The file, and of a zip file the member, without other fragments: those only the last part of a path can have. */
function parted(path: string): { readonly file: string; readonly member?: string } {
  const zip = path.search(/#zip-path(?:=|%3d)/i);
  if (zip >= 0)
    return { file: path.slice(0, zip), member: unquoted(path.slice(zip)).slice('#zip-path='.length) };
  const hash = path.indexOf('#', path.lastIndexOf('/') + 1);
  return { file: hash < 0 ? path : path.slice(0, hash) };
}

/** As lsst.resources unquotes fragments. */
function unquoted(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function decoded(path: string): string {
  return ESCAPED.test(path) ? unquoted(path) : path;
}

/**
 * The address of a file that a datastore has elsewhere, on one of the hosts; undefined: it is on this machine. Throws VignetError data
 * REMOTE_FILE.
 */
export function addressOf(
  { path, size }: ArtifactRecord,
  { root, isRemote }: DatastoreConfig,
  hosts: readonly string[],
): { readonly path: string; readonly nearline: Nearline } | undefined {
  const isUri = /^[a-z][a-z0-9+.-]*:\/\//i.test(path);
  if (path === '' || (isUri ? path.toLowerCase().startsWith('file:') : !isRemote || isAbsolute(path)))
    return undefined;
  const address = isUri ? path : `${root}${root.endsWith('/') ? '' : '/'}${path}`;
  const where = placeOf(address);
  if (!hosts.includes(where.host))
    throw remote(
      `the file is at ${where.words}, a host that --allow-host does not list`,
      'allow the host to have the dataset in the catalog, or transfer it into a datastore on a disk of this machine',
    );
  return { path: address, nearline: { where: where.words, bytes: size } };
}

/** Scheme and host of an address; of an object store its bucket is the host. */
function placeOf(address: string): { host: string; words: string } {
  let host = '';
  try {
    host = new URL(address).hostname.toLowerCase();
  } catch {
    // On no host that can be listed.
  }
  return { host, words: `${clip(address.split(':')[0] ?? '', 20)}://${clip(host, 100)}` };
}

/**
 * A recorded file on this machine. It lies below the root of its datastore, or, given as a URI, below that or one of `allowed` (real
 * paths too), also where links lead. Throws VignetError data NO_ARTIFACT for an empty path, OUTSIDE_ROOT, REMOTE_FILE, FILE_GONE, FILE_UNREADABLE, FILE_CHANGED for a
 * file of another size than recorded.
 */
export async function pathOf(
  { path, size }: ArtifactRecord,
  { root, isRemote }: DatastoreConfig,
  allowed: readonly string[],
  places = new RealPlaces(),
): Promise<Located> {
  if (path === '')
    throw new VignetError(
      'data',
      'NO_ARTIFACT',
      `expected a path of 1 to ${MAX_PATH} characters for the file of the dataset, received none in the datastore's record; ingest the dataset again into the Butler`,
    );
  const isUri = /^[a-z][a-z0-9+.-]*:\/\//i.test(path);
  const { file: plain, member } = parted(path);
  const isGiven = isUri || isAbsolute(plain);
  const place = isUri ? ofUri(plain) : isGiven ? decoded(plain) : join(root, decoded(plain));
  if (place.includes('\0')) throw outside();
  // A relative path in a store that is elsewhere has an address, and no place here.
  if (isRemote && !isGiven) throw outside();
  const roots = isGiven ? [...(isRemote ? [] : [root]), ...allowed] : [root];
  if (!roots.some((folder) => isBeneath(normalize(place), normalize(folder)))) throw outside();
  const found = await places.find(place);
  const realRoots = await Promise.all(roots.map((folder) => places.folder(folder).catch(() => undefined)));
  if (!realRoots.some((folder) => folder !== undefined && isBeneath(found.path, folder))) throw outside();
  // Then the size is that of the member, which is seen when the zip file is read.
  if (member !== undefined) return { ...found, member: { name: member, bytes: size } };
  if (size !== undefined && found.stamp.size !== size)
    throw new VignetError(
      'data',
      'FILE_CHANGED',
      `expected a file of ${size} bytes, as the datastore records it, received one of another size; restore it`,
    );
  return found;
}

function ofUri(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch {
    throw outside();
  }
}
