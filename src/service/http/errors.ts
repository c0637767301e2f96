/** Every error that leaves the service goes through here: a label, a sentence, a status. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { VignetError } from '../../base/errors.ts';
import { clip } from '../../vo/dali/parameter.ts';
import { sodaError } from '../../vo/soda/errors.ts';

const usage = (code: string, detail: string) => new VignetError('usage', code, detail);

/** Fastify's and its plugins' own errors, in Vignet's words. What is not known stays as it is, and is ours. */
export function toVignetError(error: unknown): unknown {
  if (error instanceof VignetError || !(error instanceof Error)) return error;
  const { code = '', statusCode = 500 } = error as Partial<FastifyError>;
  switch (code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_INVALID_MULTIPART_CONTENT_TYPE':
      return usage('BAD_CONTENT_TYPE', 'POST takes application/x-www-form-urlencoded or multipart/form-data');
    case 'FST_ERR_BAD_URL':
      return usage('BAD_URL', 'the path of the URL is not well percent-encoded');
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
    case 'FST_REQ_FILE_TOO_LARGE':
      return usage('BODY_TOO_LARGE', 'the request body is larger than this service takes');
    case 'FST_FILES_LIMIT':
      return usage('NO_FILES', 'a part of the multipart body is a file; only parameters are taken');
    case 'FST_FIELDS_LIMIT':
    case 'FST_PARTS_LIMIT':
      return usage('TOO_MANY_PARAMETERS', 'the multipart body has more parts than this service takes');
    default:
      return statusCode >= 400 && statusCode < 500 ? usage('BAD_REQUEST', clip(error.message, 200)) : error;
  }
}

export function sendError(request: FastifyRequest, reply: FastifyReply, raw: unknown): FastifyReply {
  const error = toVignetError(raw);
  const said = sodaError(error);
  if (said.ours) request.log.error({ err: raw }, 'request failed');
  else
    request.log.info(
      { code: (error as VignetError).code, detail: (error as VignetError).message },
      'request refused',
    );
  if (said.retryAfter !== undefined && !reply.hasHeader('retry-after'))
    reply.header('retry-after', said.retryAfter);
  if (said.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply
    .code(said.status)
    .type('text/plain; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(said.text);
}

export function errorHandling(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => sendError(request, reply, error));
  app.setNotFoundHandler((request, reply) => {
    const path = clip(request.raw.url?.split('?')[0] ?? '', 100);
    return sendError(
      request,
      reply,
      usage('NOT_FOUND', `there is nothing at ${path}; openapi.json lists what there is`),
    );
  });
}
