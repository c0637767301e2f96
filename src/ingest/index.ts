/** Ingest, as the library gives it: loaded when it is called, for it brings DuckDB with it. */
import type { checkRepository } from './butler/check/check.ts';
import type { ingestRepository } from './butler/ingest.ts';
import type { dropRelease as dropWhole } from './drop-release.ts';
import type { ingest as ingestPaths } from './ingest.ts';

export type { ButlerCheckOptions, ButlerFault } from './butler/check/check.ts';
export type { ButlerSelection } from './butler/source.ts';
export type { DroppedRelease } from './drop-release.ts';
export type { IngestOptions } from './options.ts';
export type { IngestFailure, IngestNote, IngestReport } from './report.ts';

/**
 * Ingests files and folders into an archive, made when it is not there. Throws only for what concerns the whole (usage errors, a
 * second ingest, a full disk); what is wrong with single files is in the report.
 * @example
 * ```ts
 * import { ingest, simulate } from 'vignet';
 *
 * await simulate({ out: 'sky', scale: 0.02, visits: 1, detectors: 1, tracts: 1, patches: 1, fullSize: 0 });
 * const report = await ingest('archive', ['sky'], { collection: 'MySurvey', repo: 'mine' });
 * console.log(`${report.ingested} datasets, ${report.failed} failures`);
 * ```
 */
export const ingest: typeof ingestPaths = async (...all) => (await import('./ingest.ts')).ingest(...all);

/**
 * Ingests datasets of a Butler repository, which is only read. Throws as `ingest` does, and usage NO_BUTLER, UNKNOWN_COLLECTION,
 * UNKNOWN_TYPE, HOST_NOT_ALLOWED; data BAD_BUTLER, BAD_BUTLER_DATABASE; transient REGISTRY_BUSY.
 * @example
 * ```ts
 * import { type ButlerSelection, type IngestReport, ingestButler } from 'vignet';
 *
 * const coadds: ButlerSelection = { repository: '/data/repo', collections: ['LSSTCam/runs/DRP/DP2'], datasetTypes: ['*_coadd'] };
 * const update = (): Promise<IngestReport> => ingestButler('archive', coadds, { collection: 'LSST.DP2', repo: 'dp2' });
 * ```
 */
export const ingestButler: typeof ingestRepository = async (...all) =>
  (await import('./butler/ingest.ts')).ingestRepository(...all);

/**
 * Everything that is wrong with the selected datasets, in the order in which it is found; nothing: they are whole. Reads the registry and
 * the headers of every file. A repository that cannot be read is a fault and ends the list. Throws VignetError usage as `ingestButler`.
 * @example
 * ```ts
 * import { type ButlerFault, type ButlerSelection, checkButler } from 'vignet';
 *
 * const dp2: ButlerSelection = { repository: '/data/repo', collections: ['LSSTCam/runs/DRP/DP2'] };
 * async function* missing(): AsyncGenerator<ButlerFault> {
 *   for await (const fault of checkButler(dp2)) if (fault.error.code === 'FILE_GONE') yield fault;
 * }
 * ```
 */
export const checkButler: typeof checkRepository = async function* (...all) {
  yield* (await import('./butler/check/check.ts')).checkRepository(...all);
};

/**
 * Drops a release from an archive as a whole: every dataset with its label. Files are not touched. `agree` is asked before anything is
 * changed; without agreement nothing is, and undefined is returned. Throws VignetError usage NO_ARCHIVE, UNKNOWN_RELEASE; transient
 * INGEST_RUNNING, CANNOT_WRITE.
 * @example
 * ```ts
 * import { dropRelease } from 'vignet';
 *
 * const drop = async (release: string): Promise<void> => {
 *   const dropped = await dropRelease('archive', release, async ({ datasets }) => datasets < 1000);
 *   console.log(dropped ? `${dropped.datasets} datasets dropped` : 'too many');
 * };
 * ```
 */
export const dropRelease: typeof dropWhole = async (...all) =>
  (await import('./drop-release.ts')).dropRelease(...all);
