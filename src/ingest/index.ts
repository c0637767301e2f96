/** Ingest, as the library gives it: loaded when it is called, for it brings DuckDB with it. */
import type { ingest as ingestPaths } from './ingest.ts';

export type { IngestOptions } from './ingest.ts';
export type { IngestFailure, IngestReport } from './report.ts';

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
