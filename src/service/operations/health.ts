/** /healthz: whether this process can serve; for load balancers. */
import type { FastifyInstance } from 'fastify';
import { VignetError } from '../../base/errors.ts';
import type { ServiceContext } from '../context.ts';

export function health(app: FastifyInstance, { config, ports, closing, startedAt }: ServiceContext): void {
  app.get(
    '/healthz',
    {
      schema: { tags: ['operations'], summary: '200 if the service can answer requests, 503 if it cannot' },
      logLevel: config.LOG_LEVEL === 'silent' ? 'silent' : 'warn',
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      if (closing()) return reply.code(503).send({ status: 'closing' });
      try {
        await ports.check();
      } catch (error) {
        request.log.error({ err: error }, 'health check failed');
        const reason = error instanceof VignetError ? error.message : 'unknown';
        return reply.code(503).send({ status: 'failing', reason });
      }
      return { status: 'ok', version: ports.version, upSince: startedAt.toISOString() };
    },
  );
}
