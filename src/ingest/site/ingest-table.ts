/** Brings a table of the site into the archive: a new generation with it, in place of one of the same name. */
import { checkSiteTable } from '../../catalog/site-table.ts';
import { withLockedArchive } from '../locked-archive.ts';
import { publish } from '../publish.ts';
import type { SiteSource } from './source.ts';

/** What the table is called, and whose it is. */
export interface TableOptions {
  readonly name: string;
  /** Default: public. */
  readonly dataRights?: string;
  readonly releaseDate?: string;
  readonly owner?: string;
  readonly group?: string;
  /** As of `ingest`. */
  readonly catalog?: string;
}

/** Returns rows and generation. Throws VignetError usage BAD_TABLE_NAME, BAD_SITE_TABLE; transient INGEST_RUNNING, CANNOT_WRITE. */
export async function ingestTable(
  archive: string,
  source: SiteSource,
  options: TableOptions,
): Promise<{ readonly rows: number; readonly generation: number }> {
  const table = checkSiteTable({
    name: options.name,
    description: source.description,
    columns: source.columns,
    dataRights: options.dataRights ?? 'public',
    releaseDate: options.releaseDate ?? null,
    owner: options.owner ?? null,
    group: options.group ?? null,
  });
  return withLockedArchive(
    archive,
    options.catalog,
    (config) => config,
    async ({ config, lock, known }) => {
      const end = await known.packEnd();
      let rows = 0;
      async function* counted() {
        for await (const batch of source.rows) {
          rows += batch.length;
          yield batch;
        }
      }
      await lock.assertHeld();
      const change = {
        ...{ end, drop: [], add: [], database: config.catalog },
        renewIndex: known.lacksIndex,
        site: { table, rows: counted() },
      };
      const generation = await publish(archive, change);
      return { rows, generation };
    },
  );
}
