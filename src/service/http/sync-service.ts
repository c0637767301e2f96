/** What every synchronous service is over HTTP: /sync by GET, HEAD and POST, described by its parameters' declarations. */
import formbody from '@fastify/formbody';
import multipart from '@fastify/multipart';
import type { FastifyInstance, RouteHandlerMethod } from 'fastify';
import { VignetError } from '../../base/errors.ts';
import { objectSchema } from '../../vo/openapi.ts';
import type { Parameter } from '../../vo/parameter.ts';
import type { Config } from '../config.ts';
import { parseForm } from './pairs.ts';

export interface SyncService {
  readonly parameters: readonly Parameter<unknown>[];
  readonly maxParameters: number;
  /** Parts of a multipart form that may be files. */
  readonly maxFiles: number;
  readonly handler: RouteHandlerMethod;
  /** For OpenAPI. */
  readonly about: {
    readonly tags: readonly string[];
    readonly summary: string;
    readonly description: string;
    readonly produces: readonly string[];
    readonly response: object;
  };
}

export async function syncRoutes(app: FastifyInstance, config: Config, service: SyncService): Promise<void> {
  const { parameters, maxParameters, handler } = service;
  const longest = Math.max(...parameters.map((one) => one.maxLength));
  app.removeAllContentTypeParsers();
  await app.register(formbody, { bodyLimit: config.VIGNET_MAX_BODY_KB * 1024, parser: parseForm });
  await app.register(multipart, {
    limits: {
      fieldNameSize: 100,
      fieldSize: longest,
      fileSize: longest,
      fields: maxParameters,
      parts: maxParameters,
      files: service.maxFiles,
      headerPairs: 100,
    },
  });
  // The one parser of parameters is vo's; the schemas are for readers.
  app.setValidatorCompiler(() => () => true);

  const schema = objectSchema(parameters);
  const about = {
    ...service.about,
    tags: [...service.about.tags],
    produces: [...service.about.produces],
  };
  app.route({ method: ['GET', 'HEAD'], url: '/sync', handler, schema: { ...about, querystring: schema } });
  app.post('/sync', {
    handler,
    schema: {
      ...about,
      consumes: ['application/x-www-form-urlencoded', 'multipart/form-data'],
      body: schema,
    },
  });
  app.route({
    method: ['PUT', 'PATCH', 'DELETE'],
    url: '/sync',
    schema: { hide: true },
    onRequest: async (request, reply) => {
      reply.header('allow', 'GET, HEAD, POST, OPTIONS');
      throw new VignetError(
        'usage',
        'METHOD_NOT_ALLOWED',
        `${request.method} means nothing here; GET, HEAD and POST do`,
      );
    },
    handler: async () => undefined,
  });
}
