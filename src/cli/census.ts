/** What there is of datasets, in words. */
import type { ListedDataset } from '../archive/dataset-search.ts';
import { clip } from '../base/clip.ts';
import { printable } from './terminal.ts';

/** Characters of what is there. */
const LONGEST = 600;

/** Counts datasets by type and band. */
export class Census {
  readonly #types = new Map<string, Map<string, number>>();

  add(rows: readonly ListedDataset[]): void {
    for (const { dataset_type, lsst_band } of rows) {
      const bands = this.#types.get(dataset_type) ?? new Map<string, number>();
      bands.set(lsst_band ?? '-', (bands.get(lsst_band ?? '-') ?? 0) + 1);
      this.#types.set(dataset_type, bands);
    }
  }

  /** `deep_coadd g 1, r 1; visit_image r 3`; undefined: nothing. */
  get words(): string | undefined {
    if (this.#types.size === 0) return undefined;
    const counted = (bands: Map<string, number>) =>
      [...bands]
        .sort()
        .map(([band, count]) => `${band} ${count}`)
        .join(', ');
    const types = [...this.#types].sort().map(([type, bands]) => `${type} ${counted(bands)}`);
    return clip(printable(types.join('; ')), LONGEST);
  }
}
