/** Who asks, and what that means for caches between here and there. The only place of the service that reads it from a request. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ANONYMOUS, type Principal } from '../../access/principal.ts';

export type PrincipalOf = (request: FastifyRequest) => Principal;

/** There is no login yet: whoever asks has not signed in. */
export const nobodySignsIn: PrincipalOf = () => ANONYMOUS;

/** What a principal may be known by. */
const CREDENTIALS = 'Authorization, Cookie';

const marked = new WeakSet<FastifyReply>();

/** Headers of an answer that another principal might not have been given; of others, none. */
export function markPrivate(reply: FastifyReply): void {
  if (!marked.has(reply)) return;
  if (reply.getHeader('cache-control') !== 'no-store') reply.header('cache-control', 'private, no-cache');
  const vary = reply.getHeader('vary');
  if (vary === undefined) reply.header('vary', CREDENTIALS);
  else if (!String(vary).includes(CREDENTIALS)) reply.header('vary', `${vary}, ${CREDENTIALS}`);
}

/**
 * Every answer to a request whose principal counts goes out as private, whatever its route. Answers that are written past Fastify's hooks
 * call `markPrivate` themselves.
 */
export function privateAnswers(
  app: FastifyInstance,
  principal: PrincipalOf,
  counts: (principal: Principal) => boolean,
): void {
  app.addHook('onRequest', async (request, reply) => {
    if (counts(principal(request))) marked.add(reply);
  });
  app.addHook('onSend', async (_request, reply) => {
    markPrivate(reply);
  });
}
