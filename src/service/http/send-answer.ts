/** Sends a planned answer: headers first, then bytes at the client's pace; work stops when the client goes. */
import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { VignetError } from '../../base/errors.ts';
import type { Answer } from '../../products/answers/answer.ts';
import { markPrivate } from './principal.ts';
import { matches, requireMatch, windowOf } from './range.ts';

/** Aborts when the connection closes before the reply has ended. */
export function abortWithClient(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished)
      controller.abort(new VignetError('transient', 'CLIENT_GONE', 'the client closed the connection'));
  });
  return controller.signal;
}

/** ASCII only, nothing that ends a quoted string or looks like a path. */
export function safeFilename(name: string): string {
  return (
    name
      .replace(/[^A-Za-z0-9._-]+/g, '_')
      .replace(/^\.+/, '')
      .slice(-120) || 'answer'
  );
}

function header(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value;
}

/** Moves what hooks have set on the reply to the raw response; a failure before the first byte can still become an error answer. */
function prepare(
  reply: FastifyReply,
  status: number,
  headers: Readonly<Record<string, string | number>>,
): void {
  const { raw } = reply;
  raw.statusCode = status;
  for (const [name, value] of Object.entries({ ...reply.getHeaders(), ...headers })) {
    if (value !== undefined) raw.setHeader(name, value);
  }
  raw.strictContentLength = true;
}

function unprepare(reply: FastifyReply, headers: Readonly<Record<string, string | number>>): void {
  for (const name of [...Object.keys(headers), 'etag', 'accept-ranges']) {
    reply.raw.removeHeader(name);
    reply.removeHeader(name);
  }
  reply.raw.strictContentLength = false;
}

/** A broken answer must never end as if it were whole: one that ends with its connection (HTTP/1.0) ends by a reset. */
function cutShort(raw: ServerResponse): void {
  try {
    if (!raw.hasHeader('content-length') && !raw.chunkedEncoding) raw.socket?.resetAndDestroy();
  } catch {
    // Sockets that are not TCP know no reset.
  }
  raw.destroy();
}

/** Sends the answer by the rules of RFC 9110 for GET, HEAD and POST. The answer is closed, whatever happens. */
export async function sendAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer,
): Promise<FastifyReply> {
  const { raw } = reply;
  const stop = () => answer.close();
  raw.once('close', stop);
  let headers: Record<string, string | number> = {};
  try {
    const { etag, contentType, filename, ranges } = answer;
    if (etag !== undefined) reply.header('etag', etag);
    reply.header('cache-control', etag === undefined ? 'no-store' : 'no-cache');
    markPrivate(reply);
    requireMatch(header(request.headers['if-match']), etag);
    const idempotent = request.method === 'GET' || request.method === 'HEAD';
    if (idempotent && matches(header(request.headers['if-none-match']), etag, 'weak'))
      return await reply.code(304).send();
    const size = answer.size ?? (await answer.make());
    if (ranges) reply.header('accept-ranges', 'bytes');
    const asked = { range: header(request.headers.range), ifRange: header(request.headers['if-range']) };
    const ranged = request.method === 'GET' && ranges && size !== undefined && etag !== undefined;
    const window = ranged ? rangeOrRefusal(reply, asked, etag, size) : undefined;
    const length = window ? window.to - window.from : size;
    headers = {
      'content-type': contentType,
      // A browser shows a picture, and saves anything else.
      'content-disposition': `${/^image\/(?!fits)/.test(contentType) ? 'inline' : 'attachment'}; filename="${safeFilename(filename)}"`,
      // Without it the answer is chunked.
      ...(length !== undefined && { 'content-length': length }),
      ...(window && { 'content-range': `bytes ${window.from}-${window.to - 1}/${size}` }),
    };
    prepare(reply, window ? 206 : 200, headers);
    if (request.method !== 'HEAD') await answer.write(raw, window);
    raw.end();
    reply.hijack();
  } catch (error) {
    if (!raw.headersSent && !raw.destroyed) {
      unprepare(reply, headers);
      throw error;
    }
    // The client's doing: it has gone, or it has gone before it could hear that its request is refused.
    const theirs =
      error instanceof VignetError &&
      (error.kind === 'usage' || /^(CLIENT_GONE|SLOW_CLIENT|CANCELLED)$/.test(error.code));
    request.log[theirs ? 'info' : 'error']({ err: error }, 'answer cut short');
    reply.hijack();
    if (answer.reportsFailure && !raw.destroyed) raw.end();
    else cutShort(raw);
  } finally {
    stop();
  }
  return reply;
}

function rangeOrRefusal(
  reply: FastifyReply,
  asked: Parameters<typeof windowOf>[0],
  etag: string,
  size: number,
) {
  try {
    return windowOf(asked, etag, size);
  } catch (error) {
    reply.header('content-range', `bytes */${size}`);
    throw error;
  }
}
