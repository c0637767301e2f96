/** A file by the folder it must stay beneath, and its path there. */
export interface Source {
  readonly root: string;
  readonly path: string;
}

/** Where the seek points of a dataset stand: `path` is absolute, of a pack of the archive. */
export interface SeekSource {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

/** What products need of a dataset that somebody may see: the archive resolves and authorises, products only use. */
export interface ResolvedDataset {
  /** The publisher's ID, as it is written in answers. */
  readonly id: string;
  /** Encoded layout of the dataset's files. Shared between requests: never written to, never transferred. */
  readonly layout: Uint8Array;
  /** One per file of the layout, in its order. Plain FITS: a gzipped original is its inflated copy here. */
  readonly sources: readonly Source[];
  /** Places inside its compressed tiles where reading may begin, if the archive has them; answers are the same without. */
  readonly seek?: SeekSource;
  /** Changes whenever any byte of the dataset may have changed: part of every ETag. */
  readonly version: string;
  /** A short name for file names, without extension: letters, digits, `._-`. */
  readonly name?: string;
}
