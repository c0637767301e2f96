/** What is known of one error code. The kind is the list that it stands in. */
export interface ErrorEntry {
  /** What went wrong, in one short sentence. */
  readonly sentence: string;
  /** When it happens. */
  readonly meaning: string;
  /** What the reader can do. */
  readonly remedy: string;
  /** HTTP status, where it is not that of the kind: usage 400, data 500, transient 503, fatal 500. */
  readonly status?: number;
}

export type ErrorList = Readonly<Record<string, ErrorEntry>>;
