/** Sends a planned answer: headers first, then bytes at the client's pace; work stops when the client goes. */
import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { VignetError } from '../../base/errors.ts';
import { safeName } from '../../base/safe-name.ts';
import type { Answer } from '../../products/answers/answer.ts';
import { markPrivate } from './principal.ts';
import { matches, requireMatch, requireUnchanged, unchangedSince, wantsDigest, windowOf } from './range.ts';

/** Aborts when the connection closes before the reply has ended. */
export function abortWithClient(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished)
      controller.abort(new VignetError('transient', 'CLIENT_GONE', 'the client closed the connection'));
  });
  return controller.signal;
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
  for (const name of [...Object.keys(headers), 'etag', 'accept-ranges', 'last-modified']) {
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

/** Whether the client has the answer already, by RFC 9110, 13.2.2. Throws VignetError usage PRECONDITION_FAILED. */
function isCurrent({ method, headers }: FastifyRequest, { etag, modified }: Answer): boolean {
  const ifMatch = header(headers['if-match']);
  requireMatch(ifMatch, etag);
  if (ifMatch === undefined) requireUnchanged(header(headers['if-unmodified-since']), modified);
  if (method !== 'GET' && method !== 'HEAD') return false;
  const ifNoneMatch = header(headers['if-none-match']);
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, etag, 'weak');
  return unchangedSince(header(headers['if-modified-since']), modified);
}

/** Of the whole answer, whatever part of it is sent, and only where it is asked for: it costs reading everything. */
async function digestOf({ headers }: FastifyRequest, answer: Answer): Promise<string | undefined> {
  return wantsDigest(header(headers['want-repr-digest'])) ? answer.digest?.() : undefined;
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
    const { etag, contentType, filename, ranges, modified } = answer;
    if (etag !== undefined) reply.header('etag', etag);
    reply.header('cache-control', etag === undefined ? 'no-store' : 'no-cache');
    markPrivate(reply);
    if (modified !== undefined) reply.header('last-modified', modified.toUTCString());
    if (isCurrent(request, answer)) return await reply.code(304).send();
    const size = answer.size ?? (await answer.make());
    if (ranges) reply.header('accept-ranges', 'bytes');
    const asked = { range: header(request.headers.range), ifRange: header(request.headers['if-range']) };
    const ranged = request.method === 'GET' && ranges && size !== undefined && etag !== undefined;
    const window = ranged ? rangeOrRefusal(reply, asked, etag, size) : undefined;
    const digest = await digestOf(request, answer);
    const length = window ? window.to - window.from : size;
    headers = {
      'content-type': contentType,
      // A browser shows a picture, and saves anything else.
      'content-disposition': `${/^image\/(?!fits)/.test(contentType) ? 'inline' : 'attachment'}; filename="${safeName(filename)}"`,
      // Without it the answer is chunked.
      ...(length !== undefined && { 'content-length': length }),
      ...(digest !== undefined && { 'repr-digest': `sha-256=:${digest}:` }),
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
