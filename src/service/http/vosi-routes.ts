/** What DALI wants beside /sync: capabilities, availability, examples. */
import type { FastifyInstance } from 'fastify';
import { type Example, examplesDocument } from '../../vo/dali/examples.ts';
import { availabilityDocument, type Capability, capabilitiesDocument } from '../../vo/dali/vosi.ts';
import type { ServiceContext } from '../context.ts';
import type { Sample } from '../ports.ts';

export interface VosiRoutes {
  /** Of the service, as in its address: cutout. */
  readonly name: string;
  /** `at`: the address that its endpoints share. */
  readonly capabilities: (at: string) => readonly Capability[];
  /** `base`: the address of all services. */
  readonly examples: (samples: readonly Sample[], base: string) => readonly Example[];
}

export function vosiRoutes(
  app: FastifyInstance,
  { ports, base, startedAt, closing }: ServiceContext,
  { name, capabilities, examples }: VosiRoutes,
): void {
  const tags = [name];
  app.get(
    '/capabilities',
    { schema: { tags, summary: 'VOSI capabilities', produces: ['text/xml'] } },
    async (request, reply) =>
      reply
        .type('text/xml; charset=utf-8')
        .send(capabilitiesDocument([...capabilities(`${base(request)}/api/${name}`)])),
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
      const { samples } = await ports.contents();
      const page = examplesDocument(`Examples of the ${name} service`, examples(samples, base(request)));
      return reply.type('application/xhtml+xml; charset=utf-8').send(page);
    },
  );
}
