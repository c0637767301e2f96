/** A declaration, ready to be registered. */
import type { FastifyBaseLogger } from 'fastify';
import type { Pairs } from '../../vo/dali/parameter.ts';
import { endpoints } from '../../vo/dali/vosi.ts';
import type { RunContext, ServiceDeclaration } from './declaration.ts';

/** What the kit does with one request: parse, log, run. */
export type Respond = (
  pairs: Pairs,
  log: FastifyBaseLogger,
  context: RunContext,
) => ReturnType<ServiceDeclaration<never>['run']>;

export interface Service extends Omit<ServiceDeclaration<never>, 'parse' | 'log' | 'run'> {
  readonly endpoint: string;
  readonly respond: Respond;
}

/** Makes a service of its declaration. Services of different requests then have one type, and can stand in one list. */
export function defineService<Request>({ parse, log, run, ...rest }: ServiceDeclaration<Request>): Service {
  return {
    endpoint: endpoints.sync,
    ...rest,
    respond: async (pairs, logger, context) => {
      const request = parse(pairs);
      logger.info(log(request), rest.path);
      return run(request, context);
    },
  };
}
