/** `archive.json`: the configuration of an archive. */
import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { checkSkymap, type SkymapConfig } from '../astronomy/skymaps.ts';
import { writeAtomic } from '../base/atomic-file.ts';
import { clip } from '../base/clip.ts';
import { isRepoLabel } from '../base/dataset-id.ts';
import { VignetError } from '../base/errors.ts';
import type { DatabaseConfig } from '../catalog/database-config.ts';

export interface ArchiveConfig {
  readonly version: 1;
  /** Authority of the IVOIDs that are written in answers. */
  readonly authority: string;
  /** Name → absolute folder. Files are opened beneath these only. */
  readonly roots: Readonly<Record<string, string>>;
  /** Release label → the path of its IVOIDs. */
  readonly repos: Readonly<Record<string, { readonly path: string }>>;
  /** Definitions of skymaps, by name, beside those that are known. */
  readonly skymaps?: Readonly<Record<string, SkymapConfig>>;
  /** The database of the catalog; absent: files of the generations. */
  readonly catalog?: DatabaseConfig;
}

export const DEFAULT_AUTHORITY = 'vignet.example';

export const EMPTY_CONFIG: ArchiveConfig = { version: 1, authority: DEFAULT_AUTHORITY, roots: {}, repos: {} };

/** The CRC-32 of all other members, as compact JSON; absent in archives of before and where the file was edited. */
const CHECKSUM = 'checksum';
const MEMBERS = ['version', CHECKSUM, 'authority', 'roots', 'repos', 'skymaps', 'catalog'];

/** An IVOA authority identifier: at least three characters, starting with a letter or digit. */
const AUTHORITY = /^[a-z0-9][a-z0-9._!~*'()+=-]{2,}$/i;

export function isAuthority(text: string): boolean {
  return AUTHORITY.test(text);
}

function bad(why: string): VignetError {
  return new VignetError(
    'data',
    'BAD_ARCHIVE',
    `archive.json ${why}; correct it, or ingest into a new archive`,
  );
}

/**
 * The configuration of an archive folder; undefined when it has none. Throws VignetError usage NO_ARCHIVE for a file, data
 * BAD_ARCHIVE.
 */
export async function readConfig(folder: string): Promise<ArchiveConfig | undefined> {
  let text: string;
  try {
    text = await readFile(join(folder, 'archive.json'), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code !== 'ENOTDIR') throw error;
    const detail = `expected a folder for the archive, received '${clip(folder, 200)}', which is a file or below one; name another by --archive`;
    throw new VignetError('usage', 'NO_ARCHIVE', detail, { cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw bad('is not JSON');
  }
  return checkConfig(whole(value));
}

const checksumOf = (members: object) => crc32(JSON.stringify(members)).toString(16).padStart(8, '0');

/** What was written, without its checksum. A member by another name may be one that damage has hidden. */
function whole(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { [CHECKSUM]: checksum, ...members } = value as Record<string, unknown>;
  const stray = Object.keys(members).find((name) => !MEMBERS.includes(name));
  if (stray !== undefined) throw bad(`has an unknown member '${clip(stray)}'`);
  if (checksum !== undefined && checksum !== checksumOf(members))
    throw bad(
      `does not agree with its checksum; if it was edited, remove the member '${CHECKSUM}', which the next 'vignet ingest' writes again; else it is damaged`,
    );
  return members;
}

/** The configuration of an archive that is there. Throws VignetError usage NO_ARCHIVE, data BAD_ARCHIVE. */
export async function configOf(folder: string): Promise<ArchiveConfig> {
  const config = await readConfig(folder);
  if (config) return config;
  const detail = "there is no archive in the folder given by --archive; 'vignet ingest' creates one";
  throw new VignetError('usage', 'NO_ARCHIVE', detail);
}

function checkConfig(value: unknown): ArchiveConfig {
  const config = value as Partial<Record<keyof ArchiveConfig, unknown>> | null;
  if (typeof config !== 'object' || config === null || config.version !== 1)
    throw bad('has another version than 1');
  if (typeof config.authority !== 'string' || !isAuthority(config.authority))
    throw bad("has a malformed 'authority'");
  const roots = Object.entries((config.roots ?? {}) as Record<string, unknown>);
  for (const [name, folder] of roots) {
    if (typeof folder !== 'string' || !isAbsolute(folder))
      throw bad(`has a root '${name}' that is not an absolute path`);
  }
  const repos = Object.entries((config.repos ?? {}) as Record<string, { path?: unknown } | null>);
  for (const [label, repo] of repos) {
    if (!isRepoLabel(label) || typeof repo?.path !== 'string') throw bad(`has a malformed repo '${label}'`);
  }
  const catalog = catalogOf(config.catalog);
  const skymaps = Object.values((config.skymaps ?? {}) as Record<string, unknown>).map(skymapOf);
  return {
    version: 1,
    ...(skymaps.length > 0 && { skymaps: Object.fromEntries(skymaps.map((one) => [one.name, one])) }),
    ...(catalog && { catalog }),
    authority: config.authority,
    roots: Object.fromEntries(roots) as Record<string, string>,
    repos: Object.fromEntries(repos) as Record<string, { path: string }>,
  };
}

/** The URL itself is checked when it is used. */
function catalogOf(value: unknown): DatabaseConfig | undefined {
  if (value === undefined) return undefined;
  const { url, schema } = (value ?? {}) as Partial<Record<keyof DatabaseConfig, unknown>>;
  if (typeof url === 'string' && typeof schema === 'string') return { url, schema };
  throw bad("has a 'catalog' without url and schema");
}

function skymapOf(value: unknown): SkymapConfig {
  try {
    return checkSkymap(value);
  } catch {
    throw bad('has a malformed skymap');
  }
}

/** Writes what has changed, and the checksum of a file that has none. */
export async function keepConfig(folder: string, config: ArchiveConfig): Promise<void> {
  const path = join(folder, 'archive.json');
  const { version, ...members } = config;
  const text = `${JSON.stringify({ version, [CHECKSUM]: checksumOf(config), ...members }, null, 2)}\n`;
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before !== text) await writeAtomic(path, text);
}
