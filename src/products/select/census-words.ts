/** What there is of datasets, in words: how many of each type and band. */
export class CensusWords {
  readonly #types = new Map<string, Map<string, number>>();

  add(type: string, band: string): void {
    const bands = this.#types.get(type) ?? new Map<string, number>();
    bands.set(band, (bands.get(band) ?? 0) + 1);
    this.#types.set(type, bands);
  }

  /** `deep_coadd g 1, r 1; visit_image r 3`; empty: nothing. */
  toString(): string {
    const counted = (bands: Map<string, number>) =>
      [...bands]
        .sort()
        .map(([band, count]) => `${band} ${count}`)
        .join(', ');
    return [...this.#types]
      .sort()
      .map(([type, bands]) => `${type} ${counted(bands)}`)
      .join('; ');
  }
}
