/** /api/stack: the stamps of every observation of a position; VOSI and DALI beside it. */
import type { FastifyInstance } from 'fastify';
import type { Example } from '../../vo/dali/examples.ts';
import { stackCapabilities, stackStandardId } from '../../vo/stack/capabilities.ts';
import { stackList, stackMediaTypes } from '../../vo/stack/parameters.ts';
import { maxStackParameters } from '../../vo/stack/request.ts';
import type { ServiceContext } from '../context.ts';
import { requestUrl } from '../cutout/documents.ts';
import { syncRoutes } from '../http/sync-routes.ts';
import { vosiRoutes } from '../http/vosi-routes.ts';
import type { Sample } from '../ports.ts';
import { syncHandler } from './sync.ts';

const responses = {
  200: { description: 'The stack: FITS, VOTable or picture', type: 'string', format: 'binary' },
  204: { description: 'No observation covers the position', type: 'null' },
  206: { description: 'The part of the stack that Range asked for', type: 'string', format: 'binary' },
  304: { description: 'The client has this answer already', type: 'null' },
  400: { description: 'UsageError or MultiValuedParamNotSupported', type: 'string' },
  404: { description: 'UsageError: no such dataset', type: 'string' },
  503: { description: 'ServiceUnavailable, with Retry-After', type: 'string' },
} as const;

const about = {
  tags: ['stack'],
  summary: 'Stamps of every observation that covers a position, in time order',
  description:
    'A light-curve stack. The position by RA and DEC, by POS=CIRCLE (whose radius sets the size), or TRACK for a target that moves. ' +
    'Stamps keep their pixels, or are resampled onto one grid (cube, tpf, webp). ' +
    'Names are case-insensitive. Inputs that cannot be read are named in the last HDU, STATUS; the others are returned.',
  produces: [...new Set(Object.values(stackMediaTypes)), 'text/plain'],
  response: responses,
};

/** Parameters of a stack at a sample's place. */
export function stackParametersOf(
  { lon, lat, collection }: Sample,
  more: readonly (readonly [string, string])[] = [],
): readonly (readonly [string, string])[] {
  const from = collection ? [['COLLECTION', collection] as const] : [];
  return [['RA', String(lon)], ['DEC', String(lat)], ...from, ...more];
}

function examplesOf(samples: readonly Sample[], base: string, authority: string): Example[] {
  return samples.slice(0, 3).flatMap((sample, at) => {
    const make = (kind: string, name: string, more: readonly (readonly [string, string])[]): Example => {
      const parameters = stackParametersOf(sample, more);
      return {
        id: `${kind}-${at + 1}`,
        name: `${name} at ${sample.lon} ${sample.lat}`,
        capability: stackStandardId(authority),
        description: `Every observation of the place in the middle of ${sample.label}.`,
        parameters,
        url: requestUrl(base, parameters, 'stack'),
      };
    };
    return [
      make('stack', 'Stamps', []),
      make('masked', 'Stamps with mask and variance, in nJy', [
        ['CUTOUTDETAIL', 'MaskedImage'],
        ['UNIT', 'nJy'],
      ]),
      make('rows', 'The rows alone', [['RESPONSEFORMAT', 'votable']]),
      make('cube', 'A cube on a common grid', [['RESPONSEFORMAT', 'cube']]),
      make('film', 'A film', [['RESPONSEFORMAT', 'webp']]),
      make('sheet', 'A contact sheet', [['RESPONSEFORMAT', 'png']]),
    ];
  });
}

/** Everything under the service's own address. */
export async function stackService(app: FastifyInstance, context: ServiceContext): Promise<void> {
  const { config, ports } = context;
  const authority = await ports.authority();
  const handler = syncHandler(context);
  const maxParameters = maxStackParameters;
  await syncRoutes(app, { config, parameters: stackList, maxParameters, maxFiles: 1, about, handler });
  vosiRoutes(app, context, {
    name: 'stack',
    capabilities: (at) => stackCapabilities(at, authority),
    examples: (samples, base) => examplesOf(samples, base, authority),
  });
}
