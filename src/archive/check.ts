/** Checks an archive as a whole, as SQLite's integrity_check does a database: everything that is stored is read and compared. */
import { resolve as absolute, join } from 'node:path';
import { native } from '../addon/addon.ts';
import type { DatasetIndex } from '../addon/dataset-index.ts';
import { VignetError } from '../base/errors.ts';
import { callNative, toVignetError } from '../base/to-vignet-error.ts';
import { type FileRecord, isAsIngested } from '../bytes/file-record.ts';
import { stampFile } from '../bytes/files.ts';
import { folderOf } from '../bytes/roots.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { openCatalog } from '../catalog/open.ts';
import { ALWAYS } from '../catalog/predicate.ts';
import type { CatalogRow } from '../catalog/schema.ts';
import { checkDatasets, Pixels } from './check-datasets.ts';
import { type ArchiveConfig, configOf } from './config.ts';
import { currentGeneration, generationPath, openIndexIn, pointedGeneration } from './generation.ts';
import { PackReader } from './pack-reader.ts';
import { pixelsOf } from './pixel-digest.ts';
import { requireSameDataset, type StoredDataset } from './record.ts';

/**
 * Something that is wrong with an archive.
 * @example
 * ```ts
 * import type { ArchiveFault } from 'vignet';
 *
 * const lineOf = ({ part, uuid, error }: ArchiveFault) => `${part} ${uuid ?? ''}: ${error.message}`;
 * ```
 */
export interface ArchiveFault {
  readonly part: 'configuration' | 'pointer' | 'index' | 'catalog' | 'pack' | 'file' | 'dataset';
  /** When only one dataset is concerned. */
  readonly uuid?: string;
  /** What is wrong, and what to do. */
  readonly error: VignetError;
}

/**
 * How an archive is checked.
 * @example
 * ```ts
 * import type { CheckOptions } from 'vignet';
 *
 * const withFiles: CheckOptions = { files: true, datasets: true };
 * ```
 */
export interface CheckOptions {
  /** Whether the files of the datasets still have the size and time that they had at ingest. Default: they are not looked at. */
  readonly files?: boolean;
  /** Whether datasets are there twice, or are images of the sky without a position or a time. Default: what they are is not looked at. */
  readonly datasets?: boolean;
  /** Whether images are there twice by their stored pixels, all of which are read. Default: they are not. */
  readonly pixels?: boolean;
}

const PLACES = [
  'uuid',
  'repo',
  'pack',
  'pack_offset',
  'pack_length',
  't_min',
  't_max',
  'em_min',
  'em_max',
] as const;
type Place = Pick<CatalogRow, (typeof PLACES)[number]>;

/**
 * Everything that is wrong with the current generation of an archive, in the order in which it is found; nothing: it is whole. Reads
 * the index, the catalog, and the entry of every dataset in the packs with its seek points. Throws VignetError usage NO_ARCHIVE.
 * @example
 * ```ts
 * import { checkArchive } from 'vignet';
 *
 * for await (const { part, error } of checkArchive('.vignet/sample/archive')) console.log(part, error.message);
 * ```
 */
export async function* checkArchive(
  folder: string,
  { files = false, datasets = false, pixels = false }: CheckOptions = {},
): AsyncGenerator<ArchiveFault, void, undefined> {
  const archive = absolute(folder);
  let config: ArchiveConfig | undefined;
  try {
    config = await configOf(archive);
  } catch (error) {
    const fault = toVignetError(error);
    if (fault.code === 'NO_ARCHIVE') throw fault;
    yield { part: 'configuration', error: fault };
  }
  const generation = currentGeneration(archive);
  if (generation === 0) return;
  if (pointedGeneration(archive) === undefined) {
    const detail = `expected the number of a generation in CURRENT, received another text; generation ${generation} is used, the next ingest writes CURRENT again`;
    yield { part: 'pointer', error: new VignetError('data', 'BAD_ARCHIVE', detail) };
  }
  const path = generationPath(archive, generation);
  const index = { opened: undefined as DatasetIndex | undefined };
  const catalog = { opened: undefined as Catalog | undefined };
  const packs = new PackReader(join(archive, 'packs'), 1);
  try {
    yield* attempt('index', () => {
      index.opened = openIndexIn(path);
      callNative(() => index.opened?.verify());
    });
    yield* attempt('catalog', async () => {
      catalog.opened = await openCatalog(path, config?.catalog);
    });
    if (catalog.opened) {
      const { roots = {} } = config ?? {};
      const looking = { packs, files, pixels: pixels ? new Pixels() : undefined, roots };
      yield* checkRows(catalog.opened, index.opened, looking);
      if (datasets) yield* checkDatasets(catalog.opened);
    }
  } finally {
    await packs.close();
    index.opened?.close();
    catalog.opened?.close();
  }
}

async function* attempt(
  part: ArchiveFault['part'],
  work: () => unknown,
  uuid?: string,
): AsyncGenerator<ArchiveFault, void, undefined> {
  try {
    await work();
  } catch (error) {
    yield { part, ...(uuid !== undefined && { uuid }), error: toVignetError(error) };
  }
}

type Roots = Readonly<Record<string, string>>;

interface Looking {
  readonly packs: PackReader;
  readonly roots: Roots;
  /** Whether files are to be looked at. */
  readonly files: boolean;
  /** Of images whose pixels have been read; undefined: they are not to be. */
  readonly pixels: Pixels | undefined;
}

async function* checkRows(
  catalog: Catalog,
  index: DatasetIndex | undefined,
  looking: Looking,
): AsyncGenerator<ArchiveFault, void, undefined> {
  let count = 0;
  const rows = catalog.select({ columns: PLACES, where: ALWAYS, order: ['uuid'] });
  try {
    for await (const batch of rows) {
      for (const row of batch) {
        const number = count++;
        if (index) yield* attempt('index', () => requireSamePlace(row, number, index), row.uuid);
        yield* checkEntry(row, looking);
      }
    }
  } catch (error) {
    yield { part: 'catalog', error: toVignetError(error) };
    return;
  }
  if (index && index.size !== count) {
    const detail = `expected ${count} rows for the dataset index, as the catalog has, received ${index.size}; run 'vignet ingest' on a folder of the archive to make a new one`;
    yield { part: 'index', error: new VignetError('data', 'BAD_INDEX', detail) };
  }
}

function requireSamePlace(row: Place, number: number, index: DatasetIndex): void {
  if (number >= index.size) return; // said once, by the number of rows
  const held = callNative(() => index.row(number));
  const same =
    held.uuid === row.uuid &&
    held.pack === row.pack &&
    held.offset === row.pack_offset &&
    held.length === row.pack_length &&
    isSame(held.tMin, row.t_min) &&
    isSame(held.tMax, row.t_max) &&
    isSame(held.emMin, row.em_min) &&
    isSame(held.emMax, row.em_max);
  if (same) return;
  const detail = `expected the row of the dataset index as the catalog has it, received that of ${held.uuid} or another place; run 'vignet ingest' on a folder of the archive to make a new index`;
  throw new VignetError('data', 'BAD_INDEX', detail);
}

const isSame = (held: number, wanted: number | null) => Object.is(held, wanted ?? Number.NaN);

/** The entry of a dataset, its seek points, and its files as far as they are to be looked at. */
async function* checkEntry(
  { uuid, repo, pack, pack_offset: offset, pack_length: length }: Place,
  { packs, roots, files, pixels }: Looking,
): AsyncGenerator<ArchiveFault, void, undefined> {
  const read = { stored: undefined as StoredDataset | undefined };
  yield* attempt(
    'pack',
    async () => {
      const stored = await packs.read({ pack, offset, length });
      requireSameDataset(uuid, stored.record);
      read.stored = stored;
      if (stored.record.seek) await packs.checkBytes({ seek: uuid }, stored.record.seek);
    },
    uuid,
  );
  const { stored } = read;
  if (!stored) return;
  let isGood = true;
  for (const file of files ? stored.record.files : [])
    for await (const fault of attempt('file', () => requireAsIngested(file, roots), uuid)) {
      isGood = false;
      yield fault;
    }
  if (!pixels || !isGood) return;
  const twice = { fault: undefined as ArchiveFault | undefined };
  yield* attempt(
    'file',
    async () => {
      const digest = await digestOf(stored, roots);
      if (digest !== undefined) twice.fault = pixels.fault(repo, uuid, digest);
    },
    uuid,
  );
  if (twice.fault) yield twice.fault;
}

async function requireAsIngested(file: FileRecord, roots: Roots): Promise<void> {
  const found = await stampFile(join(folderOf(file.root, roots), file.path));
  if (isAsIngested(found, file)) return;
  throw new VignetError(
    'data',
    'FILE_CHANGED',
    'expected the file as it was ingested, received one of another size or time; ingest it again',
  );
}

/** Of the image's own file; undefined where it is gzipped, in a zip file, or was not read at ingest. */
async function digestOf({ record, layout }: StoredDataset, roots: Roots): Promise<string | undefined> {
  const [file] = record.files;
  if (record.unread || !file || file.gzip || file.member) return undefined;
  await requireAsIngested(file, roots);
  const info = callNative(() => native.describeLayout(layout));
  return pixelsOf(join(folderOf(file.root, roots), file.path), info);
}
