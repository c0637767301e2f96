/** Bytes to a stream, at the stream's pace. */
import { finished, type Writable } from 'node:stream';
import { VignetError } from '../base/errors.ts';

export interface WriteOptions {
  /** Longest time one chunk may take to drain. */
  readonly drainMs: number;
  /** Called as soon as the stream has closed or will not drain: work for it can stop before the next chunk is due. */
  readonly gone: () => void;
}

/** One write that has been called back: nothing reads the chunk any more. */
function writeChunk(sink: Writable, chunk: Uint8Array, drainMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const slow = () => {
      const detail = `the client took less than ${chunk.byteLength} bytes in ${(drainMs / 1000).toFixed(1)} s`;
      sink.destroy(new VignetError('transient', 'SLOW_CLIENT', detail));
    };
    const timer = setTimeout(slow, drainMs).unref();
    sink.write(chunk, (error) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve();
    });
  });
}

function clientGone(cause?: unknown): VignetError {
  if (cause instanceof VignetError) return cause;
  return new VignetError('transient', 'CLIENT_GONE', 'the client went away before the end of its answer', {
    cause,
  });
}

/** Writes all chunks, each only when the one before has left. Does not end the stream. */
export async function writeAll(
  sink: Writable,
  chunks: AsyncGenerator<Uint8Array>,
  options: WriteOptions,
): Promise<void> {
  if (sink.destroyed) throw clientGone();
  let failure: VignetError | undefined;
  const leave = finished(sink, { readable: false }, (error) => {
    failure = clientGone(error);
    options.gone();
  });
  try {
    for await (const chunk of chunks) {
      if (failure) throw failure;
      await writeChunk(sink, chunk, options.drainMs);
    }
  } catch (error) {
    throw failure ?? (error instanceof VignetError ? error : clientGone(error));
  } finally {
    leave();
  }
}
