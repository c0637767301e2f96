/** The service described by itself: OpenAPI 3.1 at /openapi.json, readable at /docs. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import type { ServiceContext } from '../context.ts';
import { dependsOnAddress } from '../http/base-url.ts';
import type { Service } from '../kit/index.ts';

const description =
  'Cutouts, light-curve stacks and mosaics from sky surveys. Parameters follow IVOA DALI 1.1: names are case-insensitive, ' +
  'several values are given by repeating the parameter, positions are ICRS degrees, times MJD UTC, wavelengths metres.';

/** Swagger UI styles its own elements; nothing comes from elsewhere, and plain HTTP works. */
const policy = {
  'default-src': ["'self'"],
  'base-uri': ["'self'"],
  'frame-ancestors': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'object-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
};

/** The path of the public address, also behind a proxy that takes it away before requests come here. */
function publicPath({ baseUrl, prefix }: Config): string {
  return baseUrl ? new URL(baseUrl).pathname.replace(/\/$/, '') : prefix;
}

/** Must be registered before the routes it describes. */
export async function apiDescription(
  app: FastifyInstance,
  { config, ports, base }: ServiceContext,
  services: readonly Service[],
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Vignet',
        version: ports.version,
        description,
        license: { name: 'BSD-3-Clause', identifier: 'BSD-3-Clause' },
      },
      tags: [
        ...services.map(({ path, title }) => ({ name: path, description: title })),
        { name: 'operations', description: 'Health, metrics and description of the service' },
      ],
    },
    // Paths are written relative to the server's address, which holds the prefix already.
    transform: ({ schema, url }) => ({
      schema,
      url: config.prefix && url.startsWith(config.prefix) ? url.slice(config.prefix.length) || '/' : url,
    }),
  });
  const described = (request: FastifyRequest) => ({ ...app.swagger(), servers: [{ url: base(request) }] });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: policy,
    indexPrefix: publicPath(config),
    theme: { title: 'Vignet: API' },
    uiConfig: { docExpansion: 'list', tryItOutEnabled: true, layout: 'BaseLayout' },
    transformSpecification: (_specification, request) => described(request as FastifyRequest),
  });
  app.get(
    '/openapi.json',
    { schema: { tags: ['operations'], summary: 'This description, OpenAPI 3.1' } },
    async (request, reply) => {
      dependsOnAddress(reply);
      return reply.type('application/json; charset=utf-8').send(described(request));
    },
  );
}
