/** All routes of a service, below its path and below its aliases. */
import type { FastifyInstance } from 'fastify';
import type { ServiceContext } from '../context.ts';
import { sendErrorAs } from '../http/errors.ts';
import { operationRoutes } from './operation-routes.ts';
import type { Service } from './service.ts';

import { vosiRoutes } from './vosi-routes.ts';

/** Registers a service; `api`: the scope of all services. Addresses in documents are those of its path, not of an alias. */
export async function serviceRoutes(
  api: FastifyInstance,
  service: Service,
  context: ServiceContext,
): Promise<void> {
  const { path, aliases = [] } = service;
  const [{ url }] = service.operations;
  const own = url.includes(':') ? 'files' : 'sync';
  const standardId = service.standardId ?? `ivo://${await context.ports.authority()}/std/${path}#${own}-1.0`;
  for (const prefix of [path, ...aliases]) {
    // The API's description lists each service once.
    const hide = prefix !== path;
    await api.register(
      async (scope) => {
        scope.setErrorHandler(sendErrorAs(service.errors));
        // Each in a scope of its own: bodies are limited by what its parameters allow.
        for (const operation of service.operations)
          await scope.register((inner) => operationRoutes(inner, service, operation, context, hide));
        vosiRoutes(scope, service, context, { standardId, hide });
      },
      { prefix: `/${prefix}` },
    );
  }
}
