/** A file as it is: its bytes, none of them looked at. */
import type { CheckedFile, OriginalFile } from '../../archive/originals.ts';
import type { ByteWindow } from '../answers/answer.ts';
import { CHUNK, PooledAnswer, type PooledDeps } from '../answers/pooled-answer.ts';
import { pieces } from '../answers/windows.ts';

export interface FileDeps extends PooledDeps {
  readonly original: OriginalFile;
  /** Open: who makes the answer has seen that the file is there and unchanged. The answer closes it. */
  readonly file: CheckedFile;
  readonly digest: () => Promise<string | undefined>;
}

/** Windows of a part of an answer, each of at most a chunk. */
export function chunksOf({ from, to }: ByteWindow): ByteWindow[] {
  const count = Math.ceil((to - from) / CHUNK);
  return Array.from({ length: count }, (_, n) => ({
    from: from + n * CHUNK,
    to: Math.min(to, from + (n + 1) * CHUNK),
  }));
}

export class FileAnswer extends PooledAnswer<FileDeps> {
  readonly ranges = true;

  get size(): number {
    return this.deps.original.size;
  }

  get modified(): Date {
    return this.deps.original.modified;
  }

  digest(): Promise<string | undefined> {
    return this.deps.digest();
  }

  async make(): Promise<number> {
    return this.size;
  }

  /** Fails where the file changes: every chunk is of the file as it was ingested. */
  async *body(window: ByteWindow = { from: 0, to: this.size }): AsyncGenerator<Uint8Array, void, undefined> {
    const { file, engine } = this.deps;
    yield* pieces({
      request: this.request(),
      windows: chunksOf(window),
      fill: (begin, out) => file.read(out, begin),
      lookAhead: () => engine.lookAhead,
    });
  }

  override close(): void {
    super.close();
    // Waits for what is being read; there is nothing to be done about a descriptor that cannot be closed.
    this.deps.file.close().catch(() => undefined);
  }
}
