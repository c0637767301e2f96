import type { SeekSource, Source } from './sources.ts';

/**
 * What products need of a dataset that somebody may see: the archive resolves and authorises, products only use.
 * @example
 * ```ts
 * import { ANONYMOUS, openArchive, type ResolvedDataset } from 'vignet';
 *
 * const archive = await openArchive('.vignet/sample/archive');
 * const view = archive.as(ANONYMOUS);
 * const [first] = await view.find({ point: [150.2987, 2.38812] });
 * const dataset: ResolvedDataset | undefined = first && (await view.resolve(first.id));
 * console.log(dataset?.version);
 * await archive.close();
 * ```
 */
export interface ResolvedDataset<S = Source> {
  /** The publisher's ID, as it is written in answers. */
  readonly id: string;
  /** Encoded layout of the dataset's files. Shared between requests: never written to, never transferred. */
  readonly layout: Uint8Array;
  /** One per file of the layout, in its order. Plain FITS: a gzipped original is its inflated copy here. */
  readonly sources: readonly S[];
  /** Places inside its compressed tiles where reading may begin, if the archive has them; answers are the same without. */
  readonly seek?: SeekSource;
  /** Changes whenever any byte of the dataset may have changed: part of every ETag. */
  readonly version: string;
  /** A short name for file names, without extension: letters, digits, `._-`. */
  readonly name?: string;
}
