/** Every error that leaves the service goes through here: a status, and a document in the form of its protocol. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { clip } from '../../base/clip.ts';
import { usageError, VignetError } from '../../base/errors.ts';
import { type ErrorForm, faultOf } from '../../vo/dali/errors.ts';

import { sodaText } from '../../vo/soda/errors.ts';

/** Fastify's and its plugins' own errors, in Vignet's words. What is not known stays as it is, and is ours. */
export function toVignetError(error: unknown): unknown {
  if (error instanceof VignetError || !(error instanceof Error)) return error;
  const { code = '', statusCode = 500 } = error as Partial<FastifyError>;
  switch (code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_INVALID_MULTIPART_CONTENT_TYPE':
      return usageError(
        'BAD_CONTENT_TYPE',
        'expected application/x-www-form-urlencoded or multipart/form-data for the body of POST, received another type',
      );
    case 'FST_ERR_BAD_URL':
      return usageError('BAD_URL', 'the path of the URL is not correctly percent-encoded');
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
    case 'FST_REQ_FILE_TOO_LARGE':
      return usageError(
        'BODY_TOO_LARGE',
        'the request body is larger than the limit; send fewer points or parameters',
      );
    case 'FST_FILES_LIMIT':
      return usageError('UNEXPECTED_FILE', 'expected parameters in the multipart body, received a file');
    case 'FST_FIELDS_LIMIT':
    case 'FST_PARTS_LIMIT':
      return usageError(
        'TOO_MANY_PARAMETERS',
        'the multipart body has more parts than the limit; split the request',
      );
    default:
      return statusCode >= 400 && statusCode < 500
        ? usageError('BAD_REQUEST', clip(error.message, 200))
        : error;
  }
}

/** Sends an error in the form of a protocol. */
export const sendErrorAs =
  ({ mediaType, document }: ErrorForm) =>
  (raw: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const error = toVignetError(raw);
    const fault = faultOf(error);
    if (fault.ours) request.log.error({ err: raw }, 'request failed');
    else
      request.log.info(
        { code: (error as VignetError).code, detail: (error as VignetError).message },
        'request refused',
      );
    if (fault.retryAfter !== undefined && !reply.hasHeader('retry-after'))
      reply.header('retry-after', fault.retryAfter);
    if (fault.status === 401) reply.header('www-authenticate', 'Bearer');
    return reply
      .code(fault.status)
      .type(mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType)
      .header('cache-control', 'no-store')
      .send(document(fault));
  };

/** Where no service has said its own form. */
export const sendError = sendErrorAs(sodaText);

export function errorHandling(app: FastifyInstance): void {
  app.setErrorHandler(sendError);
  app.setNotFoundHandler((request, reply) => {
    const path = clip(request.raw.url?.split('?')[0] ?? '', 100);
    const detail = `there is no resource at ${path}; openapi.json lists all paths`;
    return sendError(usageError('NOT_FOUND', detail), request, reply);
  });
}
