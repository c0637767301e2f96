/** Requests that the HTTP parser takes, and that this service refuses: what they mean depends on who reads them. */
import type { FastifyInstance } from 'fastify';
import { clip } from '../../base/clip.ts';
import { usageError } from '../../base/errors.ts';

/**
 * Throws VignetError usage BAD_REQUEST for a request before HTTP/1.0, without Host (RFC 9112, 3.2) or with several; BAD_CONTENT_TYPE for a
 * body in an encoding, which the parsers of forms would read as text. An expectation other than 100-continue, which Node answers itself,
 * is refused in the service's words too.
 */
export function refuseIllFormed(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ raw, headers }) => {
    if (raw.httpVersionMajor < 1)
      throw usageError('BAD_REQUEST', `expected HTTP/1.0 or later, received HTTP/${raw.httpVersion}`);
    const hosts = raw.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length;
    if (hosts > 1 || (hosts === 0 && raw.httpVersion === '1.1'))
      throw usageError('BAD_REQUEST', `expected one Host header, received ${hosts}`);
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
      throw usageError(
        'BAD_CONTENT_TYPE',
        `expected a request body without Content-Encoding, received ${clip(encoding, 40)}; send it as it is`,
      );
  });
  app.server.on('checkExpectation', (_, reply) => {
    const body = 'UsageError: expected 100-continue for Expect, received another value\n';
    reply.writeHead(417, { 'content-type': 'text/plain; charset=utf-8', 'content-length': body.length });
    reply.end(body);
  });
}
