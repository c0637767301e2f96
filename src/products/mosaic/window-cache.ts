/** What came of the windows of mosaics asked for lately: a range asked for later, or another format, must say the same of its inputs. */
import { LRUCache } from 'lru-cache';
import type { EngineRequest } from '../../engine/engine.ts';
import type { Outcomes } from './file.ts';
import type { Level } from './tables.ts';

/** Mosaics whose windows are remembered. */
const KEPT = 64;

/** Of one mosaic, whatever it is delivered as. */
export class KnownWindows {
  /** What became of each input. */
  readonly outcomes: Outcomes = new Map();
  #levels: Promise<readonly Level[]> | undefined;

  /** Background levels: measured once, whoever asks first; when that one gives up, the next does it. */
  async levels(
    { signal }: EngineRequest,
    measure: () => Promise<readonly Level[]>,
  ): Promise<readonly Level[]> {
    for (;;) {
      const mine = !this.#levels;
      this.#levels ??= measure();
      const levels = this.#levels;
      try {
        return await levels;
      } catch (error) {
        if (this.#levels === levels) this.#levels = undefined;
        if (mine || signal.aborted) throw error;
      }
    }
  }
}

export class WindowCache {
  readonly #kept = new LRUCache<string, KnownWindows>({ max: KEPT });

  /** `key` tells apart everything that windows depend on, and what who asks may see. */
  of(key: string): KnownWindows {
    const known = this.#kept.get(key) ?? new KnownWindows();
    this.#kept.set(key, known);
    return known;
  }
}
