/** /api/mosaic: what SODA cannot express, a region out of many datasets; VOSI and DALI beside it. */
import type { FastifyInstance } from 'fastify';
import type { Example } from '../../vo/dali/examples.ts';
import { mediaTypes } from '../../vo/dali/response-format.ts';
import { mosaicCapabilities, mosaicStandardId } from '../../vo/mosaic/capabilities.ts';
import { mosaicList } from '../../vo/mosaic/parameters.ts';
import { maxMosaicParameters } from '../../vo/mosaic/request.ts';
import type { ServiceContext } from '../context.ts';
import { syncRoutes } from '../http/sync-routes.ts';
import { vosiRoutes } from '../http/vosi-routes.ts';
import type { Sample } from '../ports.ts';
import { syncHandler } from './sync.ts';

const responses = {
  200: { description: 'The mosaic, FITS or picture; with PLAN=true JSON', type: 'string', format: 'binary' },
  204: { description: 'No dataset has anything in the region', type: 'null' },
  206: { description: 'The part of the mosaic that Range asked for', type: 'string', format: 'binary' },
  304: { description: 'The client has this answer already', type: 'null' },
  400: { description: 'UsageError or MultiValuedParamNotSupported', type: 'string' },
  404: { description: 'UsageError: no such dataset', type: 'string' },
  500: { description: 'Error: with MISSING=fail, an input that cannot be read', type: 'string' },
  503: { description: 'ServiceUnavailable, with Retry-After', type: 'string' },
} as const;

const about = {
  tags: ['mosaic'],
  summary: 'A region of sky out of many datasets, in one image',
  description:
    'Each pixel comes from the dataset that owns it. One of POS, CIRCLE and POLYGON, or datasets by ID. Names are case-insensitive.',
  produces: [...Object.values(mediaTypes), 'application/json', 'text/plain'],
  response: responses,
};

function examplesOf(samples: readonly Sample[], base: string, authority: string): Example[] {
  return samples
    .filter(({ label }) => /coadd/.test(label))
    .flatMap(({ lon, lat, radius, label, band, collection }, at) => {
      const region = [['CIRCLE', `${lon} ${lat} ${radius * 2}`]] as const;
      const make = (kind: string, name: string, more: readonly (readonly [string, string])[]): Example => {
        const of = [
          ...(collection ? [['COLLECTION', collection] as const] : []),
          ...(band ? [['BAND', band] as const] : []),
        ];
        const parameters = [...region, ...of, ...more];
        const query = parameters.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');
        return {
          ...{ id: `${kind}-${at + 1}`, name: `${name} around ${label}` },
          capability: mosaicStandardId(authority),
          description: `A circle of ${radius * 2} degrees around ${lon} ${lat} (ICRS), whatever patches it lies on.`,
          parameters,
          url: `${base}/api/mosaic/sync?${query}`,
        };
      };
      return [
        make('mosaic', 'The pixels', []),
        make('masked', 'Image, mask, variance and owners', [
          ['CUTOUTDETAIL', 'MaskedImage'],
          ['INDEX', 'true'],
        ]),
        make('plan', 'The plan', [['PLAN', 'true']]),
      ];
    });
}

/** Everything under the service's own address. */
export async function mosaicService(app: FastifyInstance, context: ServiceContext): Promise<void> {
  const { config, ports } = context;
  const authority = await ports.authority();
  const handler = syncHandler(context);
  await syncRoutes(app, {
    config,
    parameters: mosaicList,
    maxParameters: maxMosaicParameters,
    about,
    handler,
  });
  vosiRoutes(app, context, {
    name: 'mosaic',
    capabilities: (at) => mosaicCapabilities(authority, at),
    examples: (samples, base) => examplesOf(samples, base, authority),
  });
}
