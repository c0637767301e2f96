/** What came of the windows of mosaics asked for lately: a range asked for later, or another format, must say the same of its inputs. */
import { LRUCache } from 'lru-cache';
import type { MosaicFailure } from '../../addon/mosaic.ts';
import type { EngineRequest } from '../../engine/engine.ts';
import type { Level } from './tables.ts';

/** Mosaics whose windows are remembered. */
const MAX_MOSAICS = 64;

/** The outcome of a window of pixels that was filled. */
export interface WindowOutcome {
  /** DATASUM of its bytes. */
  readonly sum: number;
  readonly failures: readonly MosaicFailure[];
}

/** Of every window, by its number; shared by all who ask for the same mosaic. */
export type WindowOutcomes = Map<number, WindowOutcome>;

/** Of one mosaic, in whatever form it is delivered. */
export class MosaicWindows {
  readonly outcomes: WindowOutcomes = new Map();
  #levels: Promise<readonly Level[]> | undefined;

  /** Background levels, measured once by the first request; if that fails, by the next. */
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
  readonly #mosaics = new LRUCache<string, MosaicWindows>({ max: MAX_MOSAICS });

  /** `key` holds everything that windows depend on, the rights of the caller included. */
  of(key: string): MosaicWindows {
    const windows = this.#mosaics.get(key) ?? new MosaicWindows();
    this.#mosaics.set(key, windows);
    return windows;
  }
}
