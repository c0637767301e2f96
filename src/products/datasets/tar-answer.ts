/** Several files as one tar archive, read as they are sent. */
import type { CheckedFile, OriginalFile } from '../../archive/originals.ts';
import type { ByteWindow } from '../answers/answer.ts';
import { PooledAnswer, type PooledDeps } from '../answers/pooled-answer.ts';
import { pieces } from '../answers/windows.ts';
import { filePieces } from './file-answer.ts';
import { padded, TAR_END, type TarMember, tarHeader } from './tar.ts';

/** A member: a file, or bytes at hand. */
export interface Packed extends TarMember {
  readonly content: OriginalFile | Uint8Array;
}

/** Where a member begins, with its header. */
interface Placed {
  readonly member: Packed;
  readonly header: Buffer;
  readonly at: number;
}

export interface TarDeps extends PooledDeps {
  readonly members: readonly Packed[];
}

/** A file that is read for several pieces, open as long as one of them is. */
class OpenFiles {
  readonly #open = new Map<OriginalFile, { users: number; readonly file: Promise<CheckedFile> }>();

  async read(original: OriginalFile, out: Uint8Array, position: number): Promise<void> {
    const held = this.#open.get(original) ?? { users: 0, file: original.open() };
    this.#open.set(original, held);
    held.users += 1;
    try {
      await (await held.file).read(out, position);
    } finally {
      held.users -= 1;
      if (held.users === 0) {
        this.#open.delete(original);
        await held.file.then((file) => file.close()).catch(() => undefined);
      }
    }
  }
}

export class TarAnswer extends PooledAnswer<TarDeps> {
  readonly ranges = true;
  readonly size: number;
  readonly #placed: readonly Placed[];

  constructor(deps: TarDeps) {
    super(deps);
    let at = 0;
    this.#placed = deps.members.map((member) => {
      const header = tarHeader(member);
      const placed = { member, header, at };
      at += header.length + padded(member.size);
      return placed;
    });
    this.size = at + TAR_END;
  }

  async make(): Promise<number> {
    return this.size;
  }

  /** Fails at the first file that cannot be read, or is no longer as it was ingested. */
  async *body(window: ByteWindow = { from: 0, to: this.size }): AsyncGenerator<Uint8Array, void, undefined> {
    const { engine } = this.deps;
    const files = new OpenFiles();
    yield* pieces({
      request: this.request(),
      windows: filePieces(window),
      fill: (begin, out) => this.#fill(files, begin, out),
      lookAhead: () => engine.lookAhead,
    });
  }

  async #fill(files: OpenFiles, begin: number, out: Uint8Array): Promise<void> {
    out.fill(0);
    const end = begin + out.byteLength;
    for (let n = this.#memberAt(begin); ; n++) {
      const placed = this.#placed[n];
      if (!placed || placed.at >= end) return;
      const { header, at, member } = placed;
      copy(header, at, out, begin);
      const { content, size } = member;
      const first = at + header.length;
      if (content instanceof Uint8Array) {
        copy(content, first, out, begin);
        continue;
      }
      const from = Math.max(first, begin);
      const to = Math.min(first + size, end);
      if (from < to) await files.read(content, out.subarray(from - begin, to - begin), from - first);
    }
  }

  /** The last member that begins at or before a byte. */
  #memberAt(byte: number): number {
    let [low, high] = [0, this.#placed.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#placed[middle]?.at ?? 0) <= byte) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Of `bytes`, which begin at `at`, those that lie in `out`, which begins at `begin`. */
function copy(bytes: Uint8Array, at: number, out: Uint8Array, begin: number): void {
  const from = Math.max(at, begin);
  const to = Math.min(at + bytes.byteLength, begin + out.byteLength);
  if (from < to) out.set(bytes.subarray(from - at, to - at), from - begin);
}
