/** What SODA wants beside /sync: capabilities, availability, examples. */
import type { FastifyInstance } from 'fastify';
import { type Example, examplesDocument } from '../../vo/examples.ts';
import { sodaCapabilities } from '../../vo/soda-capabilities.ts';
import { availabilityDocument, capabilitiesDocument } from '../../vo/vosi.ts';
import type { Sample } from '../ports.ts';
import type { Setting } from '../setting.ts';

type Parameters = readonly (readonly [string, string])[];

/** A sample as request parameters. */
export function sampleParameters(sample: Sample, more: Parameters = []): Parameters {
  return [['ID', sample.id], ['CIRCLE', `${sample.lon} ${sample.lat} ${sample.radius}`], ...more];
}

/** A request as a URL, every value percent-encoded. */
export function requestUrl(base: string, parameters: Parameters): string {
  const query = parameters.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');
  return `${base}/api/cutout/sync?${query}`;
}

function examplesOf(samples: readonly Sample[], base: string): Example[] {
  return samples.flatMap((sample, at) => {
    const make = (kind: string, what: string, more: Parameters): Example => {
      const parameters = sampleParameters(sample, more);
      return {
        id: `${kind}-${at + 1}`,
        name: `${what} of ${sample.label}`,
        capability: 'ivo://ivoa.net/std/SODA#sync-1.0',
        description: `A circle of ${sample.radius} degrees around ${sample.lon} ${sample.lat} (ICRS).`,
        parameters,
        url: requestUrl(base, parameters),
      };
    };
    return [
      make('image', 'The pixels', []),
      make('masked', 'Image, mask and variance', [['CUTOUTDETAIL', 'MaskedImage']]),
      make('picture', 'A picture', [['RESPONSEFORMAT', 'image/png']]),
    ];
  });
}

const tags = ['cutout'];

export function documents(app: FastifyInstance, { ports, base, startedAt, closing }: Setting): void {
  app.get(
    '/capabilities',
    { schema: { tags, summary: 'VOSI capabilities', produces: ['text/xml'] } },
    async (request, reply) =>
      reply
        .type('text/xml; charset=utf-8')
        .send(capabilitiesDocument(sodaCapabilities(`${base(request)}/api/cutout`))),
  );
  app.get(
    '/availability',
    { schema: { tags, summary: 'VOSI availability', produces: ['text/xml'] } },
    async (_request, reply) => {
      let note: string | undefined;
      try {
        await ports.check();
      } catch {
        note = 'the archive or the pixel engine does not answer';
      }
      if (closing()) note = 'the service is shutting down';
      const state = { available: !note, upSince: startedAt, ...(note && { notes: [note] }) };
      return reply
        .type('text/xml; charset=utf-8')
        .header('cache-control', 'no-store')
        .send(availabilityDocument(state));
    },
  );
  app.get(
    '/examples',
    { schema: { tags, summary: 'DALI examples', produces: ['application/xhtml+xml'] } },
    async (request, reply) => {
      const { samples } = await ports.holdings();
      const page = examplesDocument(
        'Examples of the cutout service',
        examplesOf(samples.slice(0, 3), base(request)),
      );
      return reply.type('application/xhtml+xml; charset=utf-8').send(page);
    },
  );
}
