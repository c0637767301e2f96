/** Drops a release from an archive as a whole: the next generation is without it. */
import { isDeepStrictEqual } from 'node:util';
import { configOf, keepConfig } from '../archive/config.ts';
import { clip } from '../base/clip.ts';
import { usageError, VignetError } from '../base/errors.ts';
import { IngestedFiles } from './ingested-files.ts';
import { withLockedArchive } from './locked-archive.ts';
import { publish } from './publish.ts';

/**
 * What was dropped.
 * @example
 * ```ts
 * import type { DroppedRelease } from 'vignet';
 *
 * const describe = ({ release, datasets, generation }: DroppedRelease) =>
 *   `${release}: ${datasets} datasets are gone from generation ${generation} on`;
 * ```
 */
export interface DroppedRelease {
  /** Its label. */
  readonly release: string;
  readonly datasets: number;
  /** Datasets of each collection and type. */
  readonly types: readonly {
    readonly collection: string;
    readonly type: string;
    readonly datasets: number;
  }[];
  /** The first generation without it. */
  readonly generation: number;
}

type Found = Omit<DroppedRelease, 'generation'>;

/**
 * Throws VignetError usage NO_ARCHIVE, UNKNOWN_RELEASE; transient INGEST_RUNNING, RELEASE_CHANGED, CANNOT_WRITE. `agree` is asked before
 * the archive is locked; without agreement nothing is changed, and undefined is returned.
 */
export async function dropRelease(
  archive: string,
  label: string,
  agree: (found: Found) => Promise<boolean> = async () => true,
): Promise<DroppedRelease | undefined> {
  // One that does not exist is not made for this.
  const { catalog } = await configOf(archive);
  const release = label.toLowerCase();
  const before = await IngestedFiles.open(archive, catalog);
  let asked: Found;
  try {
    asked = await foundOf(before, release, label);
  } finally {
    await before.close();
  }
  // Whoever is asked may take their time: others can ingest meanwhile.
  if (!(await agree(asked))) return undefined;
  return withLockedArchive(
    archive,
    undefined,
    (config) => config,
    async ({ config, lock, known }) => {
      const found = await foundOf(known, release, label);
      if (!isDeepStrictEqual(found, asked)) throw changed(release);
      await lock.assertHeld();
      const end = await known.packEnd();
      const change = {
        end,
        drop: [],
        add: [],
        database: config.catalog,
        keep: known.generation,
        renewIndex: true,
      };
      const generation = await publish(archive, { ...change, release });
      // Of no use to anybody, and harmless where it stays.
      const { [release]: _, ...repos } = config.repos;
      await keepConfig(archive, { ...config, repos });
      return { ...found, generation };
    },
  );
}

/** Throws VignetError usage UNKNOWN_RELEASE. */
async function foundOf(known: IngestedFiles, release: string, label: string): Promise<Found> {
  const groups = await known.releases();
  const own = groups.filter(({ repo }) => repo === release);
  if (own.length === 0) throw unknown(label, new Set(groups.map(({ repo }) => repo)));
  const types = own.map(({ obs_collection, dataset_type, datasets }) => ({
    ...{ collection: obs_collection, type: dataset_type, datasets },
  }));
  return { release, types, datasets: types.reduce((sum, { datasets }) => sum + datasets, 0) };
}

function changed(release: string): VignetError {
  const detail = `expected the release ${release} as it was when it was asked whether to drop it, received another number of datasets: an ingest has changed it meanwhile; nothing was dropped, run the command again`;
  return new VignetError('transient', 'RELEASE_CHANGED', detail);
}

function unknown(label: string, labels: ReadonlySet<string>) {
  const there = labels.size === 0 ? 'the archive has none' : `there: ${clip([...labels].join(', '), 400)}`;
  return usageError(
    'UNKNOWN_RELEASE',
    `expected the label of a release of the archive, received '${clip(label, 100)}'; ${there}`,
  );
}
