/** The two ways images are delivered: streamed as they are filled, or made whole first. */
import type { CompressOptions } from '../../addon/render.ts';
import type { EngineRequest } from '../../engine/engine.ts';
import { compressMemory, compressTask } from '../../engine/tasks/compress.ts';
import { pictureMemory, renderTask } from '../../engine/tasks/render.ts';
import type { PictureLook } from '../../vo/common/picture-parameters.ts';
import type { Format } from '../../vo/dali/response-format.ts';
import type { ByteWindow } from './answer.ts';
import type { InputsOfAnswer } from './lost-inputs.ts';
import { encodePicture } from './picture.ts';
import { type Buffered, BufferedAnswer, PooledAnswer, type PooledDeps } from './pooled-answer.ts';
import { pieces } from './windows.ts';

/** A plain FITS file that is known but for its pixels. */
export interface PlainFits {
  readonly size: number;
  /** What to fill, in order and without gaps, to have a window of it; may begin before it and end behind it. */
  windows(window: ByteWindow): readonly ByteWindow[];
  /** Writes one of these windows. Settles only when `out` is no longer in use. */
  fill(request: EngineRequest, begin: number, out: Uint8Array): Promise<unknown>;
  /** See Answer. */
  inputsLost?(): InputsOfAnswer;
}

export interface AnswerDeps extends PooledDeps {
  readonly fits: PlainFits;
}

/** The windows in which a part of an answer is filled: along the plan's cuts. */
export function windowsOf(cuts: readonly number[], { from, to }: ByteWindow): ByteWindow[] {
  const inner = cuts.filter((cut) => cut > from && cut < to);
  const edges = [from, ...inner, to];
  return edges.slice(1).map((end, i) => ({ from: edges[i] as number, to: end }));
}

/** Uncompressed FITS: its size is known, any window of it can be had. */
export class FitsAnswer extends PooledAnswer<AnswerDeps> {
  readonly ranges = true;

  get size(): number {
    return this.deps.fits.size;
  }

  async make(): Promise<number> {
    return this.size;
  }

  async *body(window: ByteWindow = { from: 0, to: this.size }): AsyncGenerator<Uint8Array, void, undefined> {
    const { fits, engine } = this.deps;
    const request = this.request();
    const windows = fits.windows(window);
    const fill = (begin: number, out: Uint8Array) => fits.fill(request, begin, out);
    let at = windows[0]?.from ?? 0;
    for await (const chunk of pieces({ request, windows, fill, lookAhead: () => engine.lookAhead })) {
      yield chunk.subarray(Math.max(window.from - at, 0), window.to - at);
      at += chunk.byteLength;
    }
  }
}

export interface Conversion {
  readonly format: Format;
  readonly compress: 'none' | 'gzip' | 'rice';
  readonly quantize: number | undefined;
  readonly maxSide: number;
  readonly look: PictureLook | undefined;
}

/** With all threads where there are no checksums. Settles only when no thread uses the buffer any more. */
export async function fillWhole(request: EngineRequest, fits: PlainFits, out: Uint8Array): Promise<void> {
  const windows = fits.windows({ from: 0, to: fits.size });
  const fills = windows.map(({ from, to }) => fits.fill(request, from, out.subarray(from, to)));
  const failed = (await Promise.allSettled(fills)).find((fill) => fill.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Compressed FITS and pictures: made whole, once, from a plain FITS answer. */
export class ConvertedAnswer extends BufferedAnswer<AnswerDeps> {
  readonly #conversion: Conversion;

  constructor(deps: AnswerDeps, conversion: Conversion) {
    super(deps);
    this.#conversion = conversion;
  }

  protected makeBuffered(): Promise<Buffered> {
    const { fits } = this.deps;
    const { format, maxSide, look } = this.#conversion;
    const alongside = format === 'fits' ? compressMemory(fits.size) : pictureMemory(maxSide, fits.size);
    return this.inMemory(fits.size, alongside, async (request, lease) => {
      await fillWhole(request, fits, lease.bytes);
      if (format === 'fits') return this.#compress(request, lease.bytes);
      const options = { stretch: 'asinh', ...look, maxSide } as const;
      const pixels = await request.run(renderTask, { fits: lease.bytes, options });
      // The image is not needed any more; a picture, of at most maxSide², is little beside it.
      lease.release();
      if (request.signal.aborted) throw request.signal.reason;
      return encodePicture(pixels, format);
    });
  }

  #compress(request: EngineRequest, fits: Uint8Array): Promise<Uint8Array> {
    const { compress, quantize } = this.#conversion;
    const mode = compress === 'rice' ? 'rice' : 'gzip';
    const options: CompressOptions = quantize === undefined ? { mode } : { mode, quantize };
    return request.run(compressTask, { fits, options });
  }
}
