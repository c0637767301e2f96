/** What DALI wants beside /sync: capabilities, availability, examples. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { defined } from '../../base/defined.ts';
import { examplesDocument } from '../../vo/dali/examples.ts';
import {
  availabilityDocument,
  capabilitiesDocument,
  endpoints,
  serviceCapabilities,
} from '../../vo/dali/vosi.ts';
import type { ServiceContext } from '../context.ts';
import { dependsOnAddress } from '../http/base-url.ts';
import { serviceUrl } from './address.ts';
import { examplesOf } from './examples.ts';
import type { Service } from './service.ts';

const sendXml = (reply: FastifyReply, document: string) =>
  reply.type('text/xml; charset=utf-8').send(document);

/** Why the service cannot work now. */
async function trouble({ ports, closing }: ServiceContext): Promise<string | undefined> {
  if (closing()) return 'the service is shutting down';
  try {
    await ports.check();
    return undefined;
  } catch {
    return 'the archive or the pixel engine does not answer';
  }
}

/** @param standardId of the synchronous capability */
export function vosiRoutes(
  app: FastifyInstance,
  service: Service,
  context: ServiceContext,
  { standardId, hide }: { readonly standardId: string; readonly hide: boolean },
): void {
  const { ports, base, principal, startedAt } = context;
  const { path, operations } = service;
  const [{ url, produces }] = operations;
  const standard = { id: standardId, version: '1.0', resultType: produces[0], endpoint: url };
  const schema = (summary: string, type: string) => ({ tags: [path], summary, produces: [type], hide });
  app.get(
    endpoints.capabilities,
    { schema: schema('VOSI capabilities', 'text/xml') },
    async (request, reply) => {
      dependsOnAddress(reply);
      return sendXml(
        reply,
        capabilitiesDocument(serviceCapabilities(serviceUrl(base(request), path), standard)),
      );
    },
  );
  app.get(
    endpoints.availability,
    { schema: schema('VOSI availability', 'text/xml') },
    async (_request, reply) => {
      const note = await trouble(context);
      const state = {
        available: !note,
        upSince: startedAt,
        ...defined({ notes: note ? [note] : undefined }),
      };
      return sendXml(reply.header('cache-control', 'no-store'), availabilityDocument(state));
    },
  );
  app.get(
    endpoints.examples,
    { schema: schema('DALI examples', 'application/xhtml+xml') },
    async (request, reply) => {
      const { samples } = await ports.contents(principal(request));
      const examples = examplesOf(service, samples, base(request), standardId);
      const page = examplesDocument(`Examples of the ${path} service`, examples);
      dependsOnAddress(reply);
      return reply.type('application/xhtml+xml; charset=utf-8').send(page);
    },
  );
}
