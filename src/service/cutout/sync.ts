/** One synchronous SODA request, from parameters to pixels. */
import type { RouteHandlerMethod } from 'fastify';
import { printStencil } from '../../vo/dali/stencils.ts';
import { parseSodaSync } from '../../vo/soda/request.ts';
import type { ServiceContext } from '../context.ts';
import { requestPairs } from '../http/pairs.ts';
import { abortWithClient, sendAnswer } from '../http/send-answer.ts';

export function syncHandler({ ports, principal }: ServiceContext): RouteHandlerMethod {
  return async (request, reply) => {
    const signal = abortWithClient(reply);
    const asked = parseSodaSync(await requestPairs(request));
    request.log.info(
      {
        runid: asked.runId,
        repo: asked.id.repo,
        uuid: asked.id.uuid,
        stencil: asked.stencil && printStencil(asked.stencil).slice(0, 200),
      },
      'cutout',
    );
    const answer = await ports.makeCutout(asked, { principal: principal(request), signal });
    if (!answer) return reply.code(204).header('cache-control', 'no-cache').send();
    return sendAnswer(request, reply, answer);
  };
}
