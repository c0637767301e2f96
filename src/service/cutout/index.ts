/** /api/cutout: SODA 1.0, synchronous, with VOSI and DALI beside it. */
import type { FastifyInstance } from 'fastify';
import { mediaTypes } from '../../vo/dali/response-format.ts';
import { sodaCapabilities } from '../../vo/soda/capabilities.ts';
import { sodaList } from '../../vo/soda/parameters.ts';
import { maxParameters } from '../../vo/soda/request.ts';
import type { ServiceContext } from '../context.ts';
import { syncRoutes } from '../http/sync-routes.ts';
import { vosiRoutes } from '../http/vosi-routes.ts';
import { examplesOf } from './documents.ts';
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
  produces: [...Object.values(mediaTypes), 'text/plain'],
  response: responses,
};

/** Everything under the service's own address. */
export async function cutoutService(app: FastifyInstance, context: ServiceContext): Promise<void> {
  const { config } = context;
  const handler = syncHandler(context);
  await syncRoutes(app, { config, parameters: sodaList, maxParameters, about, handler });
  vosiRoutes(app, context, { name: 'cutout', capabilities: sodaCapabilities, examples: examplesOf });
}
