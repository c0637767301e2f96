/** Follows CURRENT: the newest generation, opened once, the older one kept while somebody still reads it. */

import { VignetError } from '../base/errors.ts';
import { configOf } from './config.ts';
import { currentGeneration } from './generation.ts';
import { Generation } from './open-generation.ts';

const CHECK_EVERY_MS = 1000;

export class GenerationFollower {
  readonly #archive: string;
  #now: Generation;
  /** By a clock that is never set back. */
  #checked = performance.now();
  #opening: Promise<void> | undefined;
  #closed = false;

  private constructor(archive: string, first: Generation) {
    this.#archive = archive;
    this.#now = first;
  }

  static async open(archive: string): Promise<GenerationFollower> {
    return new GenerationFollower(archive, await openGeneration(archive));
  }

  /**
   * The generation to use now, already retained for the caller, who must release it. Looks at CURRENT at most once a second; a new
   * generation that cannot be opened leaves the old one in use.
   */
  async acquire(): Promise<Generation> {
    if (this.#closed) throw new VignetError('fatal', 'CLOSED', 'the archive is closed; open it again');
    if (performance.now() - this.#checked >= CHECK_EVERY_MS) {
      this.#opening ??= this.#check().finally(() => {
        this.#opening = undefined;
      });
      await this.#opening;
    }
    return this.#now.retain();
  }

  async #check(): Promise<void> {
    this.#checked = performance.now();
    const number = currentGeneration(this.#archive);
    if (number === this.#now.number || number === 0) return;
    const next = await openGeneration(this.#archive).catch(() => undefined);
    if (!next) return;
    const old = this.#now;
    this.#now = next;
    old.release();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#now.release();
  }
}

/** Opens the current generation; one removed between the look and the opening is looked for again. */
async function openGeneration(archive: string): Promise<Generation> {
  const config = await configOf(archive);
  for (let attempt = 1; ; attempt++) {
    try {
      return new Generation(archive, currentGeneration(archive), config);
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}
