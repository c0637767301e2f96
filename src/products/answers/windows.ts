/** Pieces of an answer, filled ahead of their consumer as far as threads and the byte budget allow, given out in order. */
import type { Lease } from '../../engine/buffers.ts';
import type { EngineRequest } from '../../engine/engine.ts';
import type { ByteWindow } from './answer.ts';

interface Piece {
  readonly lease: Lease;
  readonly filled: Promise<unknown>;
}

export interface Filling {
  readonly request: EngineRequest;
  /** In order and without gaps. */
  readonly windows: readonly ByteWindow[];
  /** Writes the bytes of the answer from `begin` into `out`. Settles only when nobody touches `out` any more. */
  readonly fill: (begin: number, out: Uint8Array) => Promise<unknown>;
  /** Most pieces under way, asked before each. */
  readonly lookAhead: () => number;
}

/**
 * Of an answer that nobody has taken a piece of only one is made: whoever reads nothing holds one. What has begun waits for memory as long
 * as its client does, and its deadline's clock stands meanwhile.
 *
 * Each piece is only valid until the next one is asked for: then its buffer goes back. The request is closed at the end,
 * also when the consumer stops early; no buffer goes back before its fill has settled.
 */
export async function* pieces({
  request,
  windows,
  fill,
  lookAhead,
}: Filling): AsyncGenerator<Uint8Array, void, undefined> {
  const ahead: Piece[] = [];
  let next = 0;
  let begun = false;

  const waited = async (size: number) => {
    if (!begun) return request.buffer(size);
    const startClock = request.stopClock();
    const lease = await request.buffer(size, { begun });
    startClock();
    return lease;
  };

  const start = (lease: Lease, window: ByteWindow) => {
    const filled = fill(window.from, lease.bytes);
    filled.catch(() => {}); // reported when this window is next
    ahead.push({ lease, filled });
    next += 1;
  };

  try {
    for (;;) {
      const most = () => (begun ? lookAhead() : 1);
      for (let window = windows[next]; window && ahead.length < most(); window = windows[next]) {
        const size = window.to - window.from;
        // Only for the piece that is wanted now, while holding no other, may a request wait in line for bytes.
        const lease = ahead.length === 0 ? await waited(size) : request.tryBuffer(size);
        if (!lease) break;
        start(lease, window);
      }
      const [piece] = ahead;
      if (!piece) return;
      await piece.filled;
      const startClock = request.stopClock();
      yield piece.lease.bytes;
      startClock();
      begun = true;
      ahead.shift();
      piece.lease.release();
    }
  } finally {
    request.close();
    await Promise.allSettled(ahead.map((piece) => piece.filled));
    for (const { lease } of ahead) lease.release();
  }
}
