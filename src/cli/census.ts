/** What there is of listed datasets, in words for a terminal. */
import type { ListedDataset } from '../archive/dataset-search.ts';
import { clip } from '../base/clip.ts';
import { CensusWords } from '../products/select/census-words.ts';
import { printable } from './terminal.ts';

/** Characters of what is there. */
const LONGEST = 600;

/** Counts datasets by type and band. */
export class Census {
  readonly #words = new CensusWords();

  add(rows: readonly ListedDataset[]): void {
    for (const { dataset_type, lsst_band } of rows) this.#words.add(dataset_type, lsst_band ?? '-');
  }

  /** `deep_coadd g 1, r 1; visit_image r 3`; undefined: nothing. */
  get words(): string | undefined {
    const text = this.#words.toString();
    return text === '' ? undefined : clip(printable(text), LONGEST);
  }
}
