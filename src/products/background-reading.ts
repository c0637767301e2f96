/** Files of datasets that were catalogued without are read while the service runs, and published: one process of an archive does so. */
import { setTimeout as pause } from 'node:timers/promises';
import { currentGeneration } from '../archive/generation.ts';
import type { VignetError } from '../base/errors.ts';
import { toVignetError } from '../base/to-vignet-error.ts';
import type { Engine } from '../engine/engine.ts';
import { imagesTask } from '../engine/tasks/images.ts';
import { layoutTask } from '../engine/tasks/layout.ts';
import { seekTask } from '../engine/tasks/seek.ts';

/** What is logged of it. */
export interface ReadingLog {
  info(what: object, words: string): void;
  warn(what: object, words: string): void;
}

/** Between looks at whether there is a new generation. */
const LOOK_MS = 60_000;
/** Until files are tried again that could not be had just then. */
const TRY_AGAIN_MS = 600_000;
/** For one file: others go before. */
const FILE_MS = 600_000;
/** Datasets that are remembered because their files cannot be read. Beyond, they are read again. */
const MOST_FAILED = 100_000;
/** Failures that are logged one by one, of each round. */
const MOST_LOGGED = 20;

export class BackgroundReading {
  readonly #folder: string;
  readonly #engine: Engine;
  readonly #log: ReadingLog;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  /** By UUID, how the files looked. */
  readonly #failed = new Map<string, string>();

  private constructor(folder: string, engine: Engine, log: ReadingLog) {
    this.#folder = folder;
    this.#engine = engine;
    this.#log = log;
    this.#ended = this.#run();
  }

  static start(folder: string, engine: Engine, log: ReadingLog): BackgroundReading {
    return new BackgroundReading(folder, engine, log);
  }

  /** Ends what is being read; what was read is published first, if no ingest is running. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let done: number | undefined;
    let againAt = Number.POSITIVE_INFINITY;
    while (!signal.aborted) {
      try {
        if (currentGeneration(this.#folder) !== done || performance.now() >= againAt) {
          const { generation, passing } = await this.#round();
          done = generation;
          againAt = passing ? performance.now() + TRY_AGAIN_MS : Number.POSITIVE_INFINITY;
        }
      } catch (error) {
        const { code, message } = toVignetError(error);
        // Where another process reads them, that is looked at again soon.
        if (code !== 'INGEST_RUNNING' && !signal.aborted) {
          this.#log.warn({ code }, `files cannot be read in the background: ${message}`);
          done = currentGeneration(this.#folder);
          againAt = performance.now() + TRY_AGAIN_MS;
        }
      }
      await pause(LOOK_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** `passing`: some could not be had just then. */
  async #round(): Promise<{ generation: number; passing: boolean }> {
    const { readPending } = await import('../ingest/pending.ts');
    let logged = 0;
    let passing = false;
    const engine = this.#engine;
    const { read, failed, generation } = await readPending(this.#folder, {
      signal: this.#stop.signal,
      reading: (signal) => {
        const options = { class: 'bulk', signal, deadlineMs: FILE_MS } as const;
        return {
          imagesOf: (source) => engine.run(imagesTask, source, options),
          layoutOf: (sources) => engine.run(layoutTask, sources, options),
          seekOf: (layout, sources) => engine.run(seekTask, { layout, sources }, options),
        };
      },
      leaveOut: (uuid, stamps) => this.#failed.get(uuid) === stamps,
      onFailure: (uuid, stamps, error) => {
        if (error.kind === 'transient') passing = true;
        else this.#remember(uuid, stamps);
        if (logged++ < MOST_LOGGED) this.#tell(uuid, error);
      },
    });
    if (read + failed > 0)
      this.#log.info({ read, failed, generation }, 'files were read that were catalogued without');
    return { generation, passing };
  }

  #remember(uuid: string, stamps: string): void {
    if (this.#failed.size < MOST_FAILED) this.#failed.set(uuid, stamps);
  }

  #tell(uuid: string, { code, message }: VignetError): void {
    this.#log.warn({ uuid, code }, `the files of a dataset cannot be read: ${message}`);
  }
}
