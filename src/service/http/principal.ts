/** Who asks. The only place of the service that reads it from a request. */
import type { FastifyRequest } from 'fastify';
import { ANONYMOUS, type Principal } from '../../access/principal.ts';

export type PrincipalOf = (request: FastifyRequest) => Principal;

/** There is no login yet: whoever asks has not signed in. */
export const nobodySignsIn: PrincipalOf = () => ANONYMOUS;
