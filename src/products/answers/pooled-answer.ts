/** Answers whose bytes come out of the pool: what all of them have in common, and those that are made whole first. */
import type { Writable } from 'node:stream';
import { toVignetError } from '../../base/to-vignet-error.ts';
import type { Lease } from '../../engine/buffers.ts';
import type { Engine, EngineRequest, RequestOptions } from '../../engine/engine.ts';
import type { Answer, ByteWindow } from './answer.ts';
import { writeAll } from './write.ts';

export interface PooledDeps {
  readonly engine: Engine;
  readonly options: RequestOptions;
  /** Longest time a client may take for a piece of some MiB. Default 30 s. */
  readonly drainMs?: number | undefined;
  readonly contentType: string;
  readonly filename: string;
  readonly etag: string;
}

export abstract class PooledAnswer<D extends PooledDeps> implements Answer {
  readonly contentType: string;
  readonly filename: string;
  readonly etag: string;
  abstract readonly size: number | undefined;
  abstract readonly ranges: boolean;
  protected readonly deps: D;
  /** What runs for this answer now. */
  readonly #requests = new Set<EngineRequest>();

  constructor(deps: D) {
    this.deps = deps;
    this.contentType = deps.contentType;
    this.filename = deps.filename;
    this.etag = deps.etag;
  }

  abstract make(): Promise<number>;
  abstract body(window?: ByteWindow): AsyncGenerator<Uint8Array, void, undefined>;

  write(sink: Writable, window?: ByteWindow): Promise<void> {
    const { drainMs = 30_000 } = this.deps;
    return writeAll(sink, this.body(window), { drainMs, gone: () => this.close() });
  }

  async bytes(): Promise<Uint8Array> {
    const all = new Uint8Array(await this.make());
    let end = 0;
    for await (const chunk of this.body()) {
      all.set(chunk, end);
      end += chunk.byteLength;
    }
    return all;
  }

  close(): void {
    for (const request of this.#requests) request.close();
    this.#requests.clear();
  }

  protected request(): EngineRequest {
    const request = this.deps.engine.request(this.deps.options);
    this.#requests.add(request);
    request.signal.addEventListener('abort', () => this.#requests.delete(request), { once: true });
    return request;
  }
}

export interface Buffered {
  readonly bytes: Uint8Array;
  readonly free: () => void;
}

/** Buffered answers are handed out in pieces of this size, so that a slow client is noticed. */
export const CHUNK = 1048576;

/** Answers whose size is only known once they are made: made as a whole, once. */
export abstract class BufferedAnswer<D extends PooledDeps> extends PooledAnswer<D> {
  readonly ranges = false;
  #made: Promise<Buffered> | undefined;
  #size: number | undefined;

  get size(): number | undefined {
    return this.#size;
  }

  async make(): Promise<number> {
    this.#made ??= this.makeBuffered();
    const { bytes } = await this.#made;
    this.#size = bytes.byteLength;
    return bytes.byteLength;
  }

  async *body(): AsyncGenerator<Uint8Array, void, undefined> {
    // Whoever reads what was made owns it from here on, and gives its memory back at the end.
    const made = this.#made ?? this.makeBuffered();
    this.#made = undefined;
    const { bytes, free } = await made;
    this.#size = bytes.byteLength;
    try {
      for (let from = 0; from < bytes.byteLength; from += CHUNK) yield bytes.subarray(from, from + CHUNK);
    } finally {
      free();
    }
  }

  override close(): void {
    super.close();
    this.#made?.then(({ free }) => free()).catch(() => {});
    this.#made = undefined;
  }

  protected abstract makeBuffered(): Promise<Buffered>;

  /** What `work` makes with `bytes` of memory, which it may give back early, and `alongside` for what else it allocates. */
  protected async inMemory(
    bytes: number,
    alongside: number,
    work: (request: EngineRequest, lease: Lease) => Promise<Uint8Array>,
  ): Promise<Buffered> {
    const request = this.request();
    let lease: Lease | undefined;
    try {
      lease = await request.buffer(bytes, { alongside });
      return { bytes: await work(request, lease), free: lease.release };
    } catch (error) {
      lease?.release();
      throw toVignetError(error);
    } finally {
      request.close();
    }
  }
}
