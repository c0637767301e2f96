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
 * Something about a dataset that was ingested all the same, such as a card that contradicts the Butler.
 * @example
 * ```ts
 * import type { IngestNote } from 'vignet';
 *
 * const lineOf = ({ path, note }: IngestNote) => `${path}: ${note}`;
 * ```
 */
export interface IngestNote {
  readonly path: string;
  readonly note: string;
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
  /** Dropped because the Butler that they came from no longer has them. */
  readonly gone: number;
  /** Files, or HDUs of files. */
  readonly failed: number;
  /** The first thousands of them. */
  readonly failures: readonly IngestFailure[];
  /** The first thousands of them. */
  readonly notes: readonly IngestNote[];
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
  gone = 0;
  failed = 0;
  generation: number;
  readonly #failures: IngestFailure[] = [];
  readonly #notes: IngestNote[] = [];

  constructor(generation: number) {
    this.generation = generation;
  }

  fail(path: string, error: VignetError, hdu?: number): void {
    this.failed += 1;
    if (this.#failures.length >= MAX_LISTED) return;
    const where = hdu === undefined ? {} : { hdu };
    this.#failures.push({ path, ...where, kind: error.kind, code: error.code, reason: error.message });
  }

  note(path: string, note: string): void {
    if (this.#notes.length < MAX_LISTED) this.#notes.push({ path, note });
  }

  report(): IngestReport {
    const { found, done, ingested, replaced, unchanged, gone, failed, generation } = this;
    const [failures, notes] = [this.#failures, this.#notes];
    return { found, done, ingested, replaced, unchanged, gone, failed, failures, notes, generation };
  }
}
