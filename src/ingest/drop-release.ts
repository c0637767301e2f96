/** Drops a release from an archive as a whole: the next generation is without it. */
import { configOf, keepConfig } from '../archive/config.ts';
import { clip } from '../base/clip.ts';
import { usageError } from '../base/errors.ts';
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

/**
 * Throws VignetError usage NO_ARCHIVE, UNKNOWN_RELEASE; transient INGEST_RUNNING, CANNOT_WRITE. `agree` is asked before anything is
 * changed; without agreement nothing is, and undefined is returned.
 */
export async function dropRelease(
  archive: string,
  label: string,
  agree: (found: Omit<DroppedRelease, 'generation'>) => Promise<boolean> = async () => true,
): Promise<DroppedRelease | undefined> {
  // One that does not exist is not made for this.
  await configOf(archive);
  const release = label.toLowerCase();
  return withLockedArchive(
    archive,
    undefined,
    (config) => config,
    async ({ config, lock, known }) => {
      const groups = await known.releases();
      const own = groups.filter(({ repo }) => repo === release);
      if (own.length === 0) throw unknown(label, new Set(groups.map(({ repo }) => repo)));
      const types = own.map(({ obs_collection, dataset_type, datasets }) => ({
        ...{ collection: obs_collection, type: dataset_type, datasets },
      }));
      const found = { release, types, datasets: types.reduce((sum, { datasets }) => sum + datasets, 0) };
      if (!(await agree(found))) return undefined;
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

function unknown(label: string, labels: ReadonlySet<string>) {
  const there = labels.size === 0 ? 'the archive has none' : `there: ${clip([...labels].join(', '), 400)}`;
  return usageError(
    'UNKNOWN_RELEASE',
    `expected the label of a release of the archive, received '${clip(label, 100)}'; ${there}`,
  );
}
