/** A table as an answer: its bytes go out as its rows come in. */
import { tmpdir } from 'node:os';
import type { Writable } from 'node:stream';
import { VignetError } from '../../base/errors.ts';
import type { Batch, Table } from '../../base/table.ts';
import { faultOf } from '../../vo/dali/errors.ts';
import type { Answer } from '../answers/answer.ts';
import { writeAll } from '../answers/write.ts';
import type { OpenTable, TableForm, WriteOptions } from './form.ts';

export interface TableAnswerOptions extends Partial<WriteOptions> {
  /** Without the ending. */
  readonly name: string;
  /** The media type that was asked for; default: that of the form. */
  readonly contentType?: string | undefined;
  /** Longest time a client may take for a chunk. Default 30 s. */
  readonly drainMs?: number | undefined;
}

const defaults: WriteOptions = {
  reason: (error) => faultOf(error).message,
  spoolFolder: tmpdir(),
  spoolBytes: 2 * 1024 ** 3,
};

/** What was given up must not look as if it had ended. */
const givenUp = () => new VignetError('transient', 'CANCELLED', 'the table was given up');

/** Batches whose first one may be asked for beforehand. */
class PrimedBatches implements AsyncIterable<Batch> {
  readonly #source: AsyncIterator<Batch>;
  #first: Promise<IteratorResult<Batch>> | undefined;
  #closed = false;

  constructor(source: AsyncIterable<Batch>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async prime(): Promise<void> {
    this.#first ??= this.#source.next();
    await this.#first;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Batch, void, undefined> {
    try {
      for (;;) {
        const next = await (this.#first ?? this.#source.next());
        this.#first = undefined;
        if (this.#closed) throw givenUp();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#source.return?.();
  }
}

/**
 * Holds a batch, and what the form needs of memory (docs/tables.md), whatever the number of rows. It has no ETag: what it says, and whether it will be
 * whole, is only known at its end.
 */
export class TableAnswer implements Answer {
  readonly contentType: string;
  readonly filename: string;
  readonly etag = undefined;
  readonly ranges = false;
  readonly reportsFailure: boolean;
  readonly #form: TableForm;
  readonly #table: Table;
  readonly #batches: PrimedBatches;
  readonly #options: WriteOptions;
  readonly #drainMs: number;
  #opened: Promise<OpenTable> | undefined;
  #size: number | undefined;
  #closed = false;

  constructor(table: Table, form: TableForm, options: TableAnswerOptions) {
    const { name, contentType = form.contentType, drainMs = 30_000, ...rest } = options;
    this.contentType = contentType;
    this.filename = `${name}.${form.ending}`;
    this.reportsFailure = form.reportsFailure;
    this.#form = form;
    this.#batches = new PrimedBatches(table.batches);
    this.#table = { ...table, batches: this.#batches, overflow: () => table.overflow() };
    this.#options = { ...defaults, ...rest };
    this.#drainMs = drainMs;
  }

  /** Exact for FITS, when `make` has settled; undefined for all other forms. */
  get size(): number | undefined {
    return this.#size;
  }

  /** Waits for the first rows, so that a request that fails at once is answered by an error; FITS for all that it must know. */
  async make(): Promise<number | undefined> {
    this.#size = (await this.#open()).size;
    return this.#size;
  }

  async *body(): AsyncGenerator<Uint8Array, void, undefined> {
    const { chunks } = await this.#open();
    try {
      yield* chunks;
      if (this.#closed) throw givenUp();
    } finally {
      this.#free();
    }
  }

  write(sink: Writable): Promise<void> {
    return writeAll(sink, this.body(), { drainMs: this.#drainMs, gone: () => this.close() });
  }

  async bytes(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.body()) chunks.push(Uint8Array.from(chunk));
    return Buffer.concat(chunks);
  }

  close(): void {
    this.#closed = true;
    this.#free();
  }

  #free(): void {
    const quiet = () => undefined;
    this.#batches.close().catch(quiet);
    this.#opened?.then((opened) => opened.close()).catch(quiet);
  }

  #open(): Promise<OpenTable> {
    this.#opened ??= this.#batches.prime().then(() => this.#form.open(this.#table, this.#options));
    return this.#opened;
  }
}
