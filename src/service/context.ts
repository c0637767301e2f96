import type { FastifyRequest } from 'fastify';
import type { Config } from './config.ts';
import type { PrincipalOf } from './http/principal.ts';
import type { Ports } from './ports.ts';

/** What every plugin of the service is given. */
export interface ServiceContext {
  readonly config: Config;
  readonly ports: Ports;
  /** The public address of the whole service, without a slash at the end. */
  readonly base: (request: FastifyRequest) => string;
  /** Who asks. */
  readonly principal: PrincipalOf;
  readonly startedAt: Date;
  /** True from the moment the service was asked to stop. */
  readonly closing: () => boolean;
}
