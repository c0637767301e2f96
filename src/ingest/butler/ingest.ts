/** Ingest from a Butler repository. */
import { ingestFrom } from '../ingest.ts';
import type { IngestOptions } from '../options.ts';
import type { IngestReport } from '../report.ts';
import { ButlerCandidates, type ButlerSelection } from './source.ts';

/** As `ingest` of files, with the datasets of a repository as candidates. */
export async function ingestRepository(
  archive: string,
  selection: ButlerSelection,
  options: IngestOptions,
  onProgress: (report: IngestReport) => void = () => undefined,
): Promise<IngestReport> {
  const source = await ButlerCandidates.open(selection, { signal: options.signal });
  return ingestFrom(archive, source, options, onProgress);
}
