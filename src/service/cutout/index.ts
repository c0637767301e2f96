/** /api/cutout: SODA 1.0, synchronous, with VOSI and DALI beside it. */
import formbody from '@fastify/formbody';
import multipart from '@fastify/multipart';
import type { FastifyInstance } from 'fastify';
import { VignetError } from '../../base/errors.ts';
import { objectSchema } from '../../vo/openapi.ts';
import { maxParameters } from '../../vo/soda.ts';
import { sodaList } from '../../vo/soda-parameters.ts';
import { parseForm } from '../http/pairs.ts';
import type { Setting } from '../setting.ts';
import { documents } from './documents.ts';
import { syncHandler } from './sync.ts';

const responses = {
  200: { description: 'The cutout, FITS or picture', type: 'string', format: 'binary' },
  204: {
    description: 'Nothing of the dataset lies in the region, band, time or polarization asked for',
    type: 'null',
  },
  206: { description: 'The part of the cutout that Range asked for', type: 'string', format: 'binary' },
  304: { description: 'The client has this answer already', type: 'null' },
  400: { description: 'UsageError or MultiValuedParamNotSupported', type: 'string' },
  404: { description: 'UsageError: no such dataset', type: 'string' },
  500: { description: "Error: the dataset's file is broken, changed or gone", type: 'string' },
  503: { description: 'ServiceUnavailable, with Retry-After', type: 'string' },
} as const;

const about = {
  tags: ['cutout'],
  summary: 'SODA 1.0 synchronous cutout',
  description:
    'One dataset, at most one of POS, CIRCLE and POLYGON, one BAND, one TIME. Names are case-insensitive.',
  produces: ['application/fits', 'image/png', 'image/jpeg', 'text/plain'],
  response: responses,
};

/** Everything under the service's own address. */
export async function cutoutService(app: FastifyInstance, setting: Setting): Promise<void> {
  const { config } = setting;
  const longest = Math.max(...sodaList.map((one) => one.maxLength));
  app.removeAllContentTypeParsers();
  await app.register(formbody, { bodyLimit: config.VIGNET_MAX_BODY_KB * 1024, parser: parseForm });
  await app.register(multipart, {
    limits: {
      fieldNameSize: 100,
      fieldSize: longest,
      fields: maxParameters,
      parts: maxParameters,
      files: 0,
      headerPairs: 100,
    },
  });
  // The one parser of parameters is vo's; the schemas are for readers.
  app.setValidatorCompiler(() => () => true);

  const handler = syncHandler(setting);
  const schema = objectSchema(sodaList);
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
  documents(app, setting);
}
