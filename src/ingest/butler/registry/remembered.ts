/** Answers of a registry that are needed again: pages of other detectors are of the same visits. */

/** Answers that are remembered. Beyond, they are forgotten, and asked for again. */
const MOST = 20_000;

export class Remembered<V> {
  readonly #known = new Map<string, V | undefined>();

  /** The answers to all of `keys`, and to others. `ask` is asked for those that are not known. */
  async all<K>(
    keys: ReadonlyMap<string, K>,
    ask: (missing: readonly K[]) => Promise<Iterable<readonly [string, V]>>,
  ): Promise<ReadonlyMap<string, V | undefined>> {
    if (this.#known.size > MOST) this.#known.clear();
    const missing = [...keys].filter(([key]) => !this.#known.has(key));
    if (missing.length > 0) {
      const answers = await ask(missing.map(([, value]) => value));
      for (const [key] of missing) this.#known.set(key, undefined);
      for (const [key, value] of answers) this.#known.set(key, value);
    }
    return this.#known;
  }
}
