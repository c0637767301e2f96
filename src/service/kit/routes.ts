/** All routes of a service, below its path and below its aliases. */
import type { FastifyInstance } from 'fastify';
import type { ServiceContext } from '../context.ts';
import { sendErrorAs } from '../http/errors.ts';
import type { Service } from './service.ts';
import { syncRoutes } from './sync-routes.ts';
import { vosiRoutes } from './vosi-routes.ts';

/** Registers a service; `api`: the scope of all services. Addresses in documents are those of its path, not of an alias. */
export async function serviceRoutes(
  api: FastifyInstance,
  service: Service,
  context: ServiceContext,
): Promise<void> {
  const { path, aliases = [] } = service;
  const standardId = service.standardId ?? `ivo://${await context.ports.authority()}/std/${path}#sync-1.0`;
  for (const prefix of [path, ...aliases]) {
    // The API's description lists each service once.
    const hide = prefix !== path;
    await api.register(
      async (scope) => {
        scope.setErrorHandler(sendErrorAs(service.errors));
        await syncRoutes(scope, service, context, hide);
        vosiRoutes(scope, service, context, { standardId, hide });
      },
      { prefix: `/${prefix}` },
    );
  }
}
