/** One synchronous request for a mosaic, from parameters to pixels or to the plan. */
import type { RouteHandlerMethod } from 'fastify';
import { printStencil } from '../../vo/dali/stencils.ts';
import { parseMosaic } from '../../vo/mosaic/request.ts';
import type { ServiceContext } from '../context.ts';
import { requestPairs } from '../http/pairs.ts';
import { abortWithClient, sendAnswer } from '../http/send-answer.ts';

export function syncHandler({ ports, principal }: ServiceContext): RouteHandlerMethod {
  return async (request, reply) => {
    const signal = abortWithClient(reply);
    const asked = parseMosaic(await requestPairs(request));
    request.log.info(
      {
        runid: asked.runId,
        ids: asked.ids.length,
        region: asked.region && printStencil(asked.region).slice(0, 200),
      },
      'mosaic',
    );
    const answer = await ports.makeMosaic(asked, { principal: principal(request), signal });
    if (!answer) return reply.code(204).header('cache-control', 'no-cache').send();
    if (!asked.plan) return sendAnswer(request, reply, answer);
    answer.close();
    return reply
      .type('application/json; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(`${JSON.stringify(answer.summary, null, 1)}\n`);
  };
}
