/** One synchronous request for a stack, from parameters to bytes. */
import type { RouteHandlerMethod } from 'fastify';
import { parseStack } from '../../vo/stack/request.ts';
import type { ServiceContext } from '../context.ts';
import { requestPairs } from '../http/pairs.ts';
import { abortWithClient, sendAnswer } from '../http/send-answer.ts';

export function syncHandler({ ports, base, principal }: ServiceContext): RouteHandlerMethod {
  return async (request, reply) => {
    const signal = abortWithClient(reply);
    const asked = parseStack(await requestPairs(request, true));
    const { target, runId: runid, size, format } = asked;
    const where = target.kind === 'fixed' ? [target.ra, target.dec] : `${target.points.length} points`;
    request.log.info({ runid, where, size, format, collection: asked.collection }, 'stack');
    const cutouts = `${base(request)}/api/cutout/sync`;
    const answer = await ports.makeStack(asked, { principal: principal(request), signal, cutouts });
    if (answer.inputs === 0 && asked.maxRec !== 0 && format !== 'votable') {
      answer.close();
      return reply.code(204).header('cache-control', 'no-cache').send();
    }
    return sendAnswer(request, reply, answer);
  };
}
