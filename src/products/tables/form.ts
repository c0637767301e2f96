/** One way to write a table. */
import type { Table } from '../../base/table.ts';

export interface WriteOptions {
  /** What is said of an error in a document that can say it. */
  readonly reason: (error: unknown) => string;
  /** Folder of temporary files. */
  readonly spoolFolder: string;
  /** Most bytes of a temporary file, and of an answer that is made from one. */
  readonly spoolBytes: number;
}

/** A table whose bytes can be had. */
export interface OpenTable {
  /** Undefined where it is only known at the end. */
  readonly size: number | undefined;
  /** Each chunk is only valid until the next one is asked for. Throws when the rows fail. */
  readonly chunks: AsyncGenerator<Uint8Array, void, undefined>;
  /** Frees what `chunks` would have freed at its end; harmless after it. */
  close(): Promise<void>;
}

export interface TableForm {
  readonly contentType: string;
  /** Of file names. */
  readonly ending: string;
  /** Whether the bytes say at their end that the rows failed: such an answer ends in order. */
  readonly reportsFailure: boolean;
  open(table: Table, options: WriteOptions): Promise<OpenTable>;
}

/** Text, written as it is made. */
export function textForm(
  about: Omit<TableForm, 'open'>,
  pieces: (table: Table, options: WriteOptions) => AsyncGenerator<string, void, undefined>,
): TableForm {
  return streamedForm(about, async function* (table, options) {
    for await (const piece of pieces(table, options)) yield Buffer.from(piece, 'utf8');
  });
}

/** Bytes, written as they are made. */
export function streamedForm(
  about: Omit<TableForm, 'open'>,
  bytes: (table: Table, options: WriteOptions) => AsyncGenerator<Uint8Array, void, undefined>,
): TableForm {
  return {
    ...about,
    open: async (table, options) => {
      const chunks = bytes(table, options);
      const close = async () => {
        await chunks.return();
      };
      return { size: undefined, chunks, close };
    },
  };
}
