/** An archive that one ingest changes: made when it is not there, and locked until the work is done. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ArchiveConfig, EMPTY_CONFIG, keepConfig, readConfig } from '../archive/config.ts';
import { removeDrafts } from '../base/atomic-file.ts';
import { databaseFor } from './catalog-choice.ts';
import { IngestedFiles } from './ingested-files.ts';
import { IngestLock, type LockKind } from './lock.ts';
import { writeFailure } from './write-failure.ts';

export interface LockedArchive {
  readonly config: ArchiveConfig;
  readonly lock: IngestLock;
  /** What the archive held before. */
  readonly known: IngestedFiles;
}

/**
 * `catalog` is where the catalog of a new archive is, as `--catalog` says it; `settle` says what the configuration becomes. Throws
 * VignetError transient INGEST_RUNNING, CANNOT_WRITE, and what reading the archive throws.
 */
export async function withLockedArchive<T>(
  archive: string,
  catalog: string | undefined,
  settle: (config: ArchiveConfig) => ArchiveConfig | Promise<ArchiveConfig>,
  work: (locked: LockedArchive) => Promise<T>,
  kind: LockKind = {},
): Promise<T> {
  try {
    // A file is no archive, which this says in words.
    await readConfig(archive);
    await mkdir(join(archive, 'generations'), { recursive: true });
    const lock = await IngestLock.take(join(archive, 'ingest.lock'), kind);
    try {
      for (const name of ['archive.json', 'CURRENT']) await removeDrafts(join(archive, name));
      const before = await readConfig(archive);
      const database = await databaseFor(archive, before, catalog);
      const config = await settle({ ...(before ?? EMPTY_CONFIG), ...database });
      await keepConfig(archive, config);
      const known = await IngestedFiles.open(archive, config.catalog);
      try {
        return await work({ config, lock, known });
      } finally {
        await known.close();
      }
    } finally {
      await lock.release();
    }
  } catch (error) {
    throw writeFailure(error);
  }
}
