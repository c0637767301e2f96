/** Files and folders as a source of candidates. */
import { VignetError } from '../../base/errors.ts';
import { rootOf } from '../../bytes/roots.ts';
import type { CandidateSource, Found, Roots } from '../source.ts';
import type { SurveyDescription } from '../survey/schema.ts';
import { walk } from './walk.ts';

export class FileCandidates implements CandidateSource {
  readonly #paths: readonly string[];
  readonly #root: string | undefined;
  readonly #survey: SurveyDescription | undefined;
  #starts: readonly { readonly start: string; readonly folder: string }[] = [];

  /** Throws VignetError usage NOTHING_TO_INGEST. */
  constructor(paths: readonly string[], root?: string, survey?: SurveyDescription) {
    if (paths.length === 0)
      throw new VignetError(
        'usage',
        'NOTHING_TO_INGEST',
        'expected at least one file or folder to ingest, received none',
      );
    this.#paths = paths;
    this.#root = root;
    this.#survey = survey;
  }

  async roots(known: Roots): Promise<Roots> {
    const roots: Record<string, string> = { ...known };
    const starts: { start: string; folder: string }[] = [];
    for (const path of this.#paths) {
      const { root, start } = await rootOf(path, roots, this.#root);
      roots[root.name] = root.folder;
      starts.push({ start, folder: root.folder });
    }
    this.#starts = starts;
    return roots;
  }

  async *candidates(): AsyncGenerator<Found> {
    for (const { start, folder } of this.#starts) yield* walk(start, folder, this.#survey);
  }

  async close(): Promise<void> {
    // Nothing is open.
  }
}
