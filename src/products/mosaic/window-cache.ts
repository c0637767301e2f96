/** What came of the windows of mosaics asked for lately: a range asked for later, or another format, must say the same of its inputs. */
import { LRUCache } from 'lru-cache';
import type { MosaicFailure } from '../../addon/mosaic.ts';
import type { EngineRequest } from '../../engine/engine.ts';
import type { Level } from './tables.ts';

/** Mosaics whose windows are remembered. */
const KEPT = 64;

/** What is known of a window of pixels once it was filled. */
export interface WindowOutcome {
  /** DATASUM of its bytes. */
  readonly sum: number;
  readonly failures: readonly MosaicFailure[];
}

/** Of every window, by its number; shared by all who ask for the same mosaic. */
export type WindowOutcomes = Map<number, WindowOutcome>;

/** Of one mosaic, whatever it is delivered as. */
export class KnownWindows {
  readonly outcomes: WindowOutcomes = new Map();
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
