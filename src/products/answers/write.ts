/** Bytes to a stream, at the stream's pace, and to files. */
import type { FileHandle } from 'node:fs/promises';
import { finished, type Writable } from 'node:stream';
import { VignetError } from '../../base/errors.ts';

export interface WriteOptions {
  /** Longest time one chunk may take to drain. */
  readonly drainMs: number;
  /** Called as soon as the stream has closed or will not drain: work for it can stop before the next chunk is due. */
  readonly gone: () => void;
}

/** Ends the stream's life if it does not take a chunk in time. */
function watch(sink: Writable, chunk: Uint8Array, drainMs: number): NodeJS.Timeout {
  return setTimeout(() => {
    const detail = `the client read less than ${chunk.byteLength} bytes in ${(drainMs / 1000).toFixed(1)} s`;
    sink.destroy(new VignetError('transient', 'SLOW_CLIENT', detail));
  }, drainMs).unref();
}

function clientGone(cause?: unknown): VignetError {
  if (cause instanceof VignetError) return cause;
  return new VignetError(
    'transient',
    'CLIENT_GONE',
    'the client closed the connection before the end of the answer',
    {
      cause,
    },
  );
}

/**
 * Writes all chunks, each only when the one before has left: when its write has called back, or when the stream has closed,
 * which not every stream reports to the callbacks of pending writes. Does not end the stream.
 */
export async function writeAll(
  sink: Writable,
  chunks: AsyncGenerator<Uint8Array>,
  { drainMs, gone }: WriteOptions,
): Promise<void> {
  if (sink.destroyed) throw clientGone();
  let failure: VignetError | undefined;
  let wake = (_: VignetError) => {};
  const leave = finished(sink, { readable: false }, (error) => {
    failure = clientGone(error);
    gone();
    wake(failure);
  });
  try {
    for await (const chunk of chunks) {
      if (failure) throw failure;
      const timer = watch(sink, chunk, drainMs);
      try {
        await new Promise<void>((resolve, reject) => {
          wake = reject;
          sink.write(chunk, (error) => (error ? reject(error) : resolve()));
        });
      } finally {
        clearTimeout(timer);
      }
    }
  } catch (error) {
    throw failure ?? (error instanceof VignetError ? error : clientGone(error));
  } finally {
    leave();
  }
}

/** Writes all of `bytes` at `at`, or else where the file stands. */
export async function writeToFile(file: FileHandle, bytes: Uint8Array, at?: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const { bytesWritten } = await file.write(
      bytes,
      done,
      undefined,
      at === undefined ? undefined : at + done,
    );
    done += bytesWritten;
  }
}
