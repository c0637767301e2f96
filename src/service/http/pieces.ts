/** A request's body in small pieces: others have their turn between them. */
import { Transform, type TransformCallback } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';

/** Bytes of one turn: some hundred parts of a multipart body, which cost ten microseconds each. */
const PIECE = 8_192;

class Pieces extends Transform {
  // The parser of multipart bodies asks for them.
  readonly headers: FastifyRequest['headers'];

  constructor({ headers }: FastifyRequest) {
    super({ highWaterMark: PIECE });
    this.headers = headers;
  }

  override async _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): Promise<void> {
    for (let at = 0; at < chunk.length && !this.destroyed; at += PIECE) {
      this.push(chunk.subarray(at, at + PIECE));
      await setImmediate();
    }
    done();
  }
}

/** The request with such a body: what reads it from there does not read all that has come in one turn. */
export function inPieces(request: FastifyRequest): FastifyRequest {
  const { raw } = request;
  const pieces = new Pieces(request);
  raw.once('close', () => {
    if (!raw.readableEnded) pieces.destroy();
  });
  raw.pipe(pieces);
  return Object.create(request, { raw: { value: pieces } });
}
