/** The two ways a cutout is delivered: streamed as it is filled, or made whole first. */
import type { Writable } from 'node:stream';
import { toVignetError } from '../base/thrown.ts';
import type { Lease } from '../engine/buffers.ts';
import type { Engine, EngineRequest, RequestOptions } from '../engine/engine.ts';
import type { CutoutPlan, FillTask } from '../engine/native.ts';
import type { Answer, ByteWindow } from './answer.ts';
import { encodePicture } from './picture.ts';
import { pieces } from './pieces.ts';
import { writeAll } from './write.ts';

export interface AnswerDeps {
  readonly engine: Engine;
  readonly options: RequestOptions;
  readonly plan: CutoutPlan;
  readonly task: Omit<FillTask, 'begin'>;
  readonly drainMs: number;
  readonly contentType: string;
  readonly filename: string;
  readonly etag: string;
}

/** What both have in common. */
abstract class CutoutAnswer implements Answer {
  readonly contentType: string;
  readonly filename: string;
  readonly etag: string;
  abstract readonly size: number | undefined;
  abstract readonly ranges: boolean;
  protected readonly deps: AnswerDeps;
  /** What runs for this answer now. */
  readonly #requests = new Set<EngineRequest>();

  constructor(deps: AnswerDeps) {
    this.deps = deps;
    this.contentType = deps.contentType;
    this.filename = deps.filename;
    this.etag = deps.etag;
  }

  abstract make(): Promise<number>;
  abstract body(window?: ByteWindow): AsyncGenerator<Uint8Array, void, undefined>;

  write(sink: Writable, window?: ByteWindow): Promise<void> {
    return writeAll(sink, this.body(window), { drainMs: this.deps.drainMs, gone: () => this.close() });
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

  /** Fills a window of the plain FITS answer. */
  protected fill(request: EngineRequest, begin: number, out: Uint8Array) {
    return request.run({ kind: 'fill', task: { ...this.deps.task, begin }, out });
  }
}

/** The windows in which a part of an answer is filled: along the plan's cuts. */
export function windowsOf(cuts: readonly number[], { from, to }: ByteWindow): ByteWindow[] {
  const inner = cuts.filter((cut) => cut > from && cut < to);
  const edges = [from, ...inner, to];
  return edges.slice(1).map((end, i) => ({ from: edges[i] as number, to: end }));
}

/** Uncompressed FITS: its size is known, any window of it can be had. */
export class FitsAnswer extends CutoutAnswer {
  readonly ranges = true;

  get size(): number {
    return this.deps.plan.size;
  }

  async make(): Promise<number> {
    return this.size;
  }

  async *body(window: ByteWindow = { from: 0, to: this.size }): AsyncGenerator<Uint8Array, void, undefined> {
    const { plan, engine } = this.deps;
    const request = this.request();
    // An answer with checksums can only be filled whole: the sums stand before what they sum.
    const whole = { from: 0, to: plan.size };
    const chunks = pieces({
      request,
      windows: plan.checksums ? [whole] : windowsOf(plan.cuts, window),
      fill: (begin, out) => this.fill(request, begin, out),
      lookAhead: 2 * engine.threads,
    });
    if (!plan.checksums) return yield* chunks;
    for await (const chunk of chunks) yield chunk.subarray(window.from, window.to);
  }
}

export interface Making {
  readonly format: 'fits' | 'png' | 'jpeg';
  readonly compress: 'none' | 'gzip' | 'rice';
  readonly quantize: number | undefined;
  readonly maxSide: number;
}

interface Made {
  readonly bytes: Uint8Array;
  readonly free: () => void;
}

/** Made answers are handed out in pieces of this size, so that a slow client is noticed. */
const CHUNK = 1048576;

/** Compressed FITS and pictures: made whole, once, from a plain FITS answer. */
export class MadeAnswer extends CutoutAnswer {
  readonly ranges = false;
  readonly #making: Making;
  #made: Promise<Made> | undefined;
  #size: number | undefined;

  constructor(deps: AnswerDeps, making: Making) {
    super(deps);
    this.#making = making;
  }

  get size(): number | undefined {
    return this.#size;
  }

  async make(): Promise<number> {
    this.#made ??= this.#make();
    const { bytes } = await this.#made;
    this.#size = bytes.byteLength;
    return bytes.byteLength;
  }

  async *body(): AsyncGenerator<Uint8Array, void, undefined> {
    // Whoever reads what was made owns it from here on, and gives its memory back at the end.
    const made = this.#made ?? this.#make();
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

  async #make(): Promise<Made> {
    const request = this.request();
    const { plan } = this.deps;
    let lease: Lease | undefined;
    try {
      // What is made of the answer is smaller than it, but for a little that incompressible pixels add.
      const picture = 2 * 4 * this.#making.maxSide ** 2;
      lease = await request.buffer(
        plan.size,
        this.#making.format === 'fits' ? plan.size + plan.size / 8 + CHUNK : picture,
      );
      await this.#fillWhole(request, lease.bytes);
      if (this.#making.format === 'fits') {
        const bytes = await this.#compress(request, lease.bytes);
        return { bytes, free: lease.release };
      }
      const { format, maxSide } = this.#making;
      const options = { stretch: 'asinh', maxSide } as const;
      const pixels = await request.run({ kind: 'render', fits: lease.bytes, options });
      // The image is not needed any more; a picture, of at most maxSide², is little beside it.
      lease.release();
      if (request.signal.aborted) throw request.signal.reason;
      return { bytes: await encodePicture(pixels, format), free: () => {} };
    } catch (error) {
      lease?.release();
      throw toVignetError(error);
    } finally {
      request.close();
    }
  }

  /** With all threads where there are no checksums. Settles only when every thread has let go of the buffer. */
  async #fillWhole(request: EngineRequest, out: Uint8Array): Promise<void> {
    const { plan } = this.deps;
    const whole = { from: 0, to: plan.size };
    const windows = plan.checksums ? [whole] : windowsOf(plan.cuts, whole);
    const fills = windows.map(({ from, to }) => this.fill(request, from, out.subarray(from, to)));
    const failed = (await Promise.allSettled(fills)).find((fill) => fill.status === 'rejected');
    if (failed) throw failed.reason;
  }

  #compress(request: EngineRequest, fits: Uint8Array): Promise<Uint8Array> {
    const { compress, quantize } = this.#making;
    const mode = compress === 'rice' ? 'rice' : 'gzip';
    const options = quantize === undefined ? { mode } : { mode, quantize };
    return request.run({ kind: 'compress', fits, options } as const);
  }
}
