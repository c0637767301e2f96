/** What an ingest has done so far. */
import type { ErrorKind, VignetError } from '../base/errors.ts';

/**
 * A file, or an HDU of it, that could not be ingested, and why.
 * @example
 * ```ts
 * import type { IngestFailure } from 'vignet';
 *
 * const lineOf = ({ path, code, reason }: IngestFailure) => `${path}: ${reason} [${code}]`;
 * ```
 */
export interface IngestFailure {
  readonly path: string;
  /** When only one HDU of the file is concerned. */
  readonly hdu?: number;
  readonly kind: ErrorKind;
  readonly code: string;
  readonly reason: string;
}

/**
 * What an ingest has done.
 * @example
 * ```ts
 * import type { IngestReport } from 'vignet';
 *
 * const progress = ({ done, found, failed }: IngestReport) => `${done} of ${found} files, ${failed} failures`;
 * ```
 */
export interface IngestReport {
  /** Files met, and files dealt with. Companions are not counted. */
  readonly found: number;
  readonly done: number;
  /** Datasets. */
  readonly ingested: number;
  readonly replaced: number;
  readonly unchanged: number;
  /** Files, or HDUs of files. */
  readonly failed: number;
  /** The first thousands of them. */
  readonly failures: readonly IngestFailure[];
  /** The generation that holds what was done; 0 when nothing was ever published. */
  readonly generation: number;
}

const MAX_LISTED = 10_000;

export class IngestTally {
  found = 0;
  done = 0;
  ingested = 0;
  replaced = 0;
  unchanged = 0;
  failed = 0;
  generation: number;
  readonly #failures: IngestFailure[] = [];

  constructor(generation: number) {
    this.generation = generation;
  }

  fail(path: string, error: VignetError, hdu?: number): void {
    this.failed += 1;
    if (this.#failures.length >= MAX_LISTED) return;
    const where = hdu === undefined ? {} : { hdu };
    this.#failures.push({ path, ...where, kind: error.kind, code: error.code, reason: error.message });
  }

  report(): IngestReport {
    const { found, done, ingested, replaced, unchanged, failed, generation } = this;
    return { found, done, ingested, replaced, unchanged, failed, failures: this.#failures, generation };
  }
}
