/** A declaration, ready to be registered. */
import type { FastifyBaseLogger } from 'fastify';
import type { Pairs, UrlParts } from '../../vo/dali/parameter.ts';
import { endpoints } from '../../vo/dali/vosi.ts';
import type { OperationDeclaration, RunContext, ServiceAbout, ServiceDeclaration } from './declaration.ts';

/** What a client asks with. */
export interface Asked {
  readonly pairs: Pairs;
  readonly parts: UrlParts;
  /** What is asked, for the log: the service, and below it what is not its synchronous request. */
  readonly name: string;
}

/** What the kit does with one request: parse, log, run. */
export type Respond = (
  asked: Asked,
  log: FastifyBaseLogger,
  context: RunContext,
) => ReturnType<OperationDeclaration<never>['run']>;

export interface Operation extends Omit<OperationDeclaration<never>, 'parse' | 'log' | 'run'> {
  readonly respond: Respond;
}

export interface Service extends ServiceAbout {
  /** The first is what its capability and its type of answers are of. */
  readonly operations: readonly [Operation, ...Operation[]];
}

/** Makes an operation of its declaration. Those of different requests then have one type, and can stand in one list. */
export function operation<Request>({ parse, log, run, ...rest }: OperationDeclaration<Request>): Operation {
  return {
    ...rest,
    respond: async ({ pairs, parts, name }, logger, context) => {
      const request = await parse(pairs, parts);
      logger.info(log(request), name);
      return run(request, context);
    },
  };
}

/** Makes a service of one synchronous request of its declaration. */
export function defineService<Request>({
  path,
  aliases = [],
  endpoint = endpoints.sync,
  title,
  standardId,
  errors,
  examples,
  ...sync
}: ServiceDeclaration<Request>): Service {
  return {
    ...{ path, aliases, title, errors, examples },
    ...(standardId !== undefined && { standardId }),
    operations: [operation({ url: endpoint, methods: ['GET', 'POST'], ...sync })],
  };
}
