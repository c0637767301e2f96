/** /metrics: numbers for Prometheus, of the process, of requests and of the pixel engine. */
import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ServiceContext } from '../context.ts';
import { engineMetrics } from './engine-metrics.ts';

export async function metrics(app: FastifyInstance, { config, ports }: ServiceContext): Promise<void> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const labelNames = ['method', 'route', 'status'] as const;
  const seconds = new Histogram({
    name: 'vignet_request_seconds',
    help: 'Time from a request to the end of its answer',
    labelNames,
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15, 60],
    registers: [registry],
  });
  const bytes = new Counter({
    name: 'vignet_answer_bytes_total',
    help: 'Bytes announced in Content-Length of answers',
    labelNames: ['route'],
    registers: [registry],
  });
  const open = new Gauge({
    name: 'vignet_requests_open',
    help: 'Requests being answered',
    registers: [registry],
  });
  engineMetrics(ports.engine, registry);

  app.addHook('onRequest', async (_request, reply) => {
    open.inc();
    // 'close' comes once, whether the answer ended or the client left.
    reply.raw.once('close', () => open.dec());
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    seconds.observe(
      { method: request.method, route, status: String(reply.raw.statusCode) },
      reply.elapsedTime / 1000,
    );
    const length = Number(reply.raw.getHeader('content-length') ?? 0);
    if (request.method !== 'HEAD' && length > 0) bytes.inc({ route }, length);
  });
  app.get(
    '/metrics',
    {
      schema: { tags: ['operations'], summary: 'Prometheus metrics', produces: ['text/plain'] },
      logLevel: config.LOG_LEVEL === 'silent' ? 'silent' : 'warn',
    },
    async (_request, reply) =>
      reply
        .type(registry.contentType)
        .header('cache-control', 'no-store')
        .send(await registry.metrics()),
  );
}
