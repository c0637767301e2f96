/**
 * Opens catalogs. A generation's folder holds a catalog in DuckDB, or a marker that leads to a generation in PostgreSQL. The engines take
 * longer to load than a cutout to make, and most requests do without: they are loaded here, when they are needed.
 */

import { constants, existsSync } from 'node:fs';
import { copyFile, link, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VignetError } from '../base/errors.ts';
import type { Catalog, CatalogDraft } from './catalog.ts';
import type { DatabaseConfig } from './database-config.ts';
import type { FileTable } from './duckdb/read-file.ts';

/** Whole, or what it changes of the one that is its base. */
const DUCKDB_FILE = 'catalog.duckdb';
/** The whole file of an earlier generation, under a further name. */
const BASE_FILE = 'catalog.base.duckdb';
const POSTGRES_FILE = 'catalog.postgresql';
/** One of these is in the folder of every generation. */
export const CATALOG_FILES = [DUCKDB_FILE, POSTGRES_FILE] as const;

interface Marker {
  readonly generation: number;
  readonly token: string;
}

/** Throws VignetError data BAD_CATALOG. */
async function markerIn(folder: string): Promise<Marker> {
  try {
    const { generation, token } = JSON.parse(await readFile(join(folder, POSTGRES_FILE), 'utf8')) as Marker;
    if (Number.isSafeInteger(generation) && typeof token === 'string') return { generation, token };
  } catch (cause) {
    throw badMarker(cause);
  }
  throw badMarker();
}

function badMarker(cause?: unknown): VignetError {
  const detail = `expected JSON with generation and token in ${POSTGRES_FILE}, received something else; restore it from a backup, or ingest into a new archive`;
  return new VignetError('data', 'BAD_CATALOG', detail, { cause });
}

function requireDatabase(database: DatabaseConfig | undefined): DatabaseConfig {
  if (database) return database;
  const detail =
    "expected 'catalog' in archive.json, as this generation is in PostgreSQL, received none; restore archive.json";
  throw new VignetError('data', 'BAD_CATALOG', detail);
}

/** The catalog of a generation, for reading. Throws VignetError data BAD_CATALOG, and of a database transient CATALOG_AWAY, fatal CATALOG_DENIED. */
export async function openCatalog(folder: string, database?: DatabaseConfig): Promise<Catalog> {
  if (!existsSync(join(folder, POSTGRES_FILE)))
    return (await import('./duckdb/catalog.ts')).DuckCatalog.open(
      join(folder, DUCKDB_FILE),
      join(folder, BASE_FILE),
    );
  const { PgCatalog } = await import('./postgres/catalog.ts');
  return PgCatalog.open(requireDatabase(database), await markerIn(folder));
}

export interface DraftPlace {
  /** Of the generation that is made. */
  readonly folder: string;
  readonly number: number;
  /** Folder of the generation that it is made from; absent: an empty catalog. */
  readonly current?: string | undefined;
  /** Whether a catalog in files is written whole, not as what it changes of a base. */
  readonly isWhole?: boolean;
  readonly database?: DatabaseConfig | undefined;
  /** The oldest generation that somebody still reads, in a database; absent: the current one. */
  readonly keep?: number | undefined;
}

/** The catalog of a new generation, with what the current one has. Throws as `openCatalog`. */
export async function openDraft(place: DraftPlace): Promise<CatalogDraft> {
  const { folder, number, current, database, keep } = place;
  if (!database) return openDuckDraft(place);
  const { PgDraft } = await import('./postgres/draft.ts');
  return PgDraft.open({
    ...database,
    number,
    keep,
    current: current === undefined ? undefined : await markerIn(current),
    marker: join(folder, POSTGRES_FILE),
  });
}

async function canBeBase(path: string): Promise<boolean> {
  const catalog = await (await import('./duckdb/catalog.ts')).DuckCatalog.open(path, '');
  try {
    return await catalog.canBeBase();
  } finally {
    catalog.close();
  }
}

async function openDuckDraft({ folder, current, isWhole = true }: DraftPlace): Promise<CatalogDraft> {
  const { DuckDraft } = await import('./duckdb/draft.ts');
  const path = join(folder, DUCKDB_FILE);
  if (current === undefined) return DuckDraft.open(path);
  const delta = existsSync(join(current, BASE_FILE)) ? join(current, DUCKDB_FILE) : undefined;
  const whole = join(current, delta === undefined ? DUCKDB_FILE : BASE_FILE);
  if (isWhole || (delta === undefined && !(await canBeBase(whole)))) {
    // On file systems that can, the copy shares its blocks with the old one.
    await copyFile(whole, path, constants.COPYFILE_FICLONE);
    return DuckDraft.merged(path, delta, whole);
  }
  const base = join(folder, BASE_FILE);
  await link(whole, base);
  if (delta !== undefined) await copyFile(delta, path, constants.COPYFILE_FICLONE);
  return DuckDraft.delta(path, base);
}

/** The table in a CSV or Parquet file. Throws VignetError usage BAD_SITE_TABLE. */
export async function readTableFile(path: string, form: 'csv' | 'parquet'): Promise<FileTable> {
  return (await import('./duckdb/read-file.ts')).readTableFile(path, form);
}
