/** A file as it is: its bytes, none of them looked at. */
import type { CheckedFile, OriginalFile } from '../../archive/originals.ts';
import type { ByteWindow } from '../answers/answer.ts';
import { PooledAnswer, type PooledDeps } from '../answers/pooled-answer.ts';
import { pieces } from '../answers/windows.ts';

export interface FileDeps extends PooledDeps {
  readonly original: OriginalFile;
  /** Open: who makes the answer has seen that the file is there and unchanged. The answer closes it. */
  readonly file: CheckedFile;
  readonly digest: () => Promise<string | undefined>;
}

/** Read and sent at once: more than what the byte budget counts as small, so that large files make way for small requests. */
const PIECE = 2 * 1048576;

/** Windows of a part of an answer, each of at most a piece. */
export function filePieces({ from, to }: ByteWindow): ByteWindow[] {
  const count = Math.ceil((to - from) / PIECE);
  return Array.from({ length: count }, (_, n) => ({
    from: from + n * PIECE,
    to: Math.min(to, from + (n + 1) * PIECE),
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

  /** Fails where the file changes: every piece is of the file as it was ingested. */
  async *body(window: ByteWindow = { from: 0, to: this.size }): AsyncGenerator<Uint8Array, void, undefined> {
    const { file, engine } = this.deps;
    yield* pieces({
      request: this.request(),
      windows: filePieces(window),
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
