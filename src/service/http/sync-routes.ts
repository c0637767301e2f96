/** /sync of a service: GET, HEAD and POST with the same parameters, everything else refused. */
import formbody from '@fastify/formbody';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifySchema, RouteHandlerMethod } from 'fastify';
import { VignetError } from '../../base/errors.ts';
import { objectSchema } from '../../vo/dali/openapi.ts';
import type { Parameter } from '../../vo/dali/parameter.ts';
import type { Config } from '../config.ts';
import { parseForm } from './pairs.ts';

export interface SyncRoutes {
  readonly config: Config;
  readonly parameters: readonly Parameter<unknown>[];
  /** Most of them in one request. */
  readonly maxParameters: number;
  /** Parts of a form that may be files. Default: none. */
  readonly maxFiles?: number;
  /** What the API's description says of it. */
  readonly about: FastifySchema;
  readonly handler: RouteHandlerMethod;
}

export async function syncRoutes(
  app: FastifyInstance,
  { config, parameters, maxParameters, maxFiles = 0, about, handler }: SyncRoutes,
): Promise<void> {
  const longest = Math.max(...parameters.map((one) => one.maxLength));
  app.removeAllContentTypeParsers();
  await app.register(formbody, { bodyLimit: config.VIGNET_MAX_BODY_KB * 1024, parser: parseForm });
  await app.register(multipart, {
    limits: {
      fieldNameSize: 100,
      fieldSize: longest,
      fields: maxParameters,
      parts: maxParameters,
      files: maxFiles,
      fileSize: longest,
      headerPairs: 100,
    },
  });
  // The one parser of parameters is vo's; the schemas are for readers.
  app.setValidatorCompiler(() => () => true);
  const schema = objectSchema(parameters);
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
