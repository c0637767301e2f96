/** What IVOA services have beside their endpoints: capabilities, availability, examples (VOSI, DALI). */
import type { FastifyInstance } from 'fastify';
import { type Example, examplesDocument } from '../../vo/examples.ts';
import { availabilityDocument, type Capability, capabilitiesDocument } from '../../vo/vosi.ts';
import type { Holdings } from '../ports.ts';
import type { Setting } from '../setting.ts';

export interface ServiceDocuments {
  /** Of the service's path, `cutout`. */
  readonly name: string;
  /** `base`: its address. */
  readonly capabilities: (base: string) => Promise<readonly Capability[]>;
  /** `base`: the address of all services. */
  readonly examples: (holdings: Holdings, base: string) => Promise<readonly Example[]>;
}

/** A request as a URL, every value percent-encoded. */
export function requestUrl(
  base: string,
  service: string,
  parameters: readonly (readonly [string, string])[],
): string {
  const query = parameters.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');
  return `${base}/api/${service}/sync?${query}`;
}

export function documents(
  app: FastifyInstance,
  { ports, base, startedAt, closing }: Setting,
  { name, capabilities, examples }: ServiceDocuments,
): void {
  const tags = [name];
  app.get(
    '/capabilities',
    { schema: { tags, summary: 'VOSI capabilities', produces: ['text/xml'] } },
    async (request, reply) =>
      reply
        .type('text/xml; charset=utf-8')
        .send(capabilitiesDocument(await capabilities(`${base(request)}/api/${name}`))),
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
      const page = examplesDocument(
        `Examples of the ${name} service`,
        await examples(await ports.holdings(), base(request)),
      );
      return reply.type('application/xhtml+xml; charset=utf-8').send(page);
    },
  );
}
