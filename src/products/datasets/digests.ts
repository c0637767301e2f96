/** Checksums of files, made when somebody asks for one and remembered as long as the file is the same. */
import { LRUCache } from 'lru-cache';
import type { OriginalFile } from '../../archive/originals.ts';
import type { Engine, RequestOptions } from '../../engine/engine.ts';
import { digestTask } from '../../engine/tasks/digest.ts';

/** Larger files have none: reading one would hold a thread for some seconds. */
export const MOST_DIGESTED = 2 * 2 ** 30;

export class Digests {
  readonly #engine: Engine;
  /** By the file's version. */
  readonly #known = new LRUCache<string, string>({ max: 10_000 });

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** SHA-256 in base64; undefined where the file is too large. Throws as `OriginalFile.open`, and what the engine does. */
  async of(file: OriginalFile, options: RequestOptions): Promise<string | undefined> {
    if (file.size > MOST_DIGESTED) return undefined;
    const known = this.#known.get(file.version);
    if (known !== undefined) return known;
    const opened = await file.open();
    try {
      const digest = await this.#engine.run(
        digestTask,
        { descriptor: opened.descriptor, offset: opened.offset, size: file.size },
        options,
      );
      await opened.check();
      this.#known.set(file.version, digest);
      return digest;
    } finally {
      await opened.close();
    }
  }
}
