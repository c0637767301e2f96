import type { FileHandle } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import type { InputsOfAnswer } from './lost-inputs.ts';

/**
 * A half-open part of an answer, in bytes.
 * @example
 * ```ts
 * import type { ByteWindow } from 'vignet';
 *
 * const firstBlock: ByteWindow = { from: 0, to: 2880 };
 * ```
 */
export interface ByteWindow {
  readonly from: number;
  readonly to: number;
}

/**
 * A planned answer: everything that HTTP headers say is known, no pixel has been read.
 * @example
 * ```ts
 * import { createWriteStream } from 'node:fs';
 * import { once } from 'node:events';
 * import type { Answer } from 'vignet';
 *
 * async function save(answer: Answer): Promise<void> {
 *   const file = createWriteStream(answer.filename);
 *   await answer.write(file);
 *   await once(file.end(), 'close');
 * }
 * ```
 */
export interface Answer {
  readonly contentType: string;
  readonly filename: string;
  /** Strong and quoted: a pure function of the normalised request, the dataset's version and Vignet's. Streamed tables have none. */
  readonly etag: string | undefined;
  /** When what is sent was changed last; absent where it is made for the request. */
  readonly modified?: Date | undefined;
  /** SHA-256 of the whole in base64, where somebody asks for it; undefined where it would cost too much. */
  digest?(): Promise<string | undefined>;
  /** What its reader should know besides: a sentence or two, for a person. Header `vignet-warning` over HTTP. */
  readonly note?: string | undefined;
  /**
   * Inputs that failed. Before the answer was made or written whole: those of which planning knows it, and over HTTP a sentence about them
   * is in the header `vignet-warning`; then all, as the STATUS table has them. Absent where an answer has one input, which fails it.
   */
  inputsLost?(): InputsOfAnswer;
  /** Exact bytes of the whole answer; undefined where it is only known once made (compressed FITS, pictures): see `make`. */
  readonly size: number | undefined;
  /** Whether `body` and `write` take a window. */
  readonly ranges: boolean;
  /**
   * Whether its last bytes say when making it has failed (VOTable): `body` and `write` then throw after these, and what was written is a whole
   * document. All other answers break off.
   */
  readonly reportsFailure?: boolean;
  /**
   * Makes the answer whole where that is the only way to know its size (else it costs nothing), and gives the size. What was
   * made is held until it has been read once, or until `close`. Undefined where it is only known at the end (streamed tables).
   */
  make(): Promise<number | undefined>;
  /** The bytes in order. A chunk is only valid until the next one is asked for: copy what you keep. Stopping cancels the work. */
  body(window?: ByteWindow): AsyncGenerator<Uint8Array, void, undefined>;
  /**
   * Writes the bytes to a stream and waits for each write's callback, so that buffers are given back at the right moment;
   * does not end the stream. Rejects when the stream closes early or does not drain (`transient CLIENT_GONE | SLOW_CLIENT`).
   */
  write(sink: Writable, window?: ByteWindow): Promise<void>;
  /**
   * Writes the whole answer into an open, empty file, in whatever order is fastest, and reports bytes written to `progress`. Absent where
   * there is nothing to gain over `write`. Rejects with transient CANNOT_WRITE when the file cannot be written.
   */
  save?(file: FileHandle, progress?: (bytes: number) => void): Promise<void>;
  /** All bytes in one array of their own. */
  bytes(): Promise<Uint8Array>;
  /** Gives up: cancels what runs and frees what is held. Harmless after the end. */
  close(): void;
}
