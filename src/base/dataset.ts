/** A file by the folder it must stay beneath, and its path there. */
export interface Source {
  readonly root: string;
  readonly path: string;
}

/** A dataset whose bytes are known: all that a task needs to read its pixels. */
export interface ResolvedDataset {
  /** The publisher ID as it is written in answers. */
  readonly id: string;
  /** The encoded layout (fits/layout.h). Shared between requests: never written to, never transferred. */
  readonly layout: Uint8Array;
  /** One per file of the layout, in its order. Plain FITS: a gzipped original is its inflated copy here. */
  readonly sources: readonly Source[];
  /** Changes whenever the dataset's files or what is known of them change. Fit for an ETag. */
  readonly version: string;
}
