/** The operations of a service: GET, HEAD and POST with the same parameters, everything else refused. */
import formbody from '@fastify/formbody';
import multipart from '@fastify/multipart';
import type { FastifyInstance, RouteHandlerMethod } from 'fastify';
import { usageError } from '../../base/errors.ts';
import { safeName } from '../../base/safe-name.ts';
import { lostSentence } from '../../products/answers/lost-inputs.ts';
import { asHeader } from '../../products/select/why-nothing.ts';
import type { UrlParts } from '../../vo/dali/parameter.ts';
import { ignoredSentence } from '../../vo/dali/values.ts';
import { endpoints } from '../../vo/dali/vosi.ts';
import type { ServiceContext } from '../context.ts';
import { type Body, type FormLimits, requestPairs } from '../http/pairs.ts';
import { abortWithClient, sendAnswer } from '../http/send-answer.ts';
import { operationSchemas } from './openapi.ts';
import type { Operation, Service } from './service.ts';

/** One request, from parameters to the answer on the wire. */
function handlerOf(
  { path }: Service,
  operation: Operation,
  { config, ports, base, principal }: ServiceContext,
): RouteHandlerMethod {
  const { parameters, maxParameters, url } = operation;
  const name = url === endpoints.sync ? path : path + url;
  const limits: FormLimits = {
    maxParameters,
    maxBytes: config.VIGNET_MAX_BODY_KB * 1024,
    files: parameters.some(({ upload }) => upload),
  };
  return async (request, reply) => {
    const caller = { principal: principal(request), signal: abortWithClient(reply) };
    const pairs = await requestPairs(request, reply, limits);
    const asked = { pairs, parts: request.params as UrlParts, name };
    const answer = await operation.respond(asked, request.log, {
      vignet: ports.vignet,
      caller,
      accept: request.headers.accept,
      base: base(request),
    });
    if (operation.varies) reply.header('vary', operation.varies);
    const ignored = ignoredSentence(pairs, parameters);
    const lost = 'inputsLost' in answer ? answer.inputsLost?.() : undefined;
    const warnings = [ignored, 'note' in answer ? answer.note : undefined, lost && lostSentence(lost)].filter(
      (one) => one !== undefined,
    );
    if (warnings.length > 0) reply.header('vignet-warning', asHeader(warnings.join('; ')));
    if ('nothing' in answer) {
      reply.header('vignet-reason', asHeader(answer.nothing));
      return reply.code(204).header('cache-control', 'no-cache').send();
    }
    if ('content' in answer) {
      const { contentType, content, filename } = answer;
      if (filename !== undefined)
        reply.header('content-disposition', `attachment; filename="${safeName(filename)}"`);
      return reply
        .type(contentType)
        .header('cache-control', 'no-cache')
        .send(typeof content === 'string' ? content : Buffer.from(content));
    }
    return sendAnswer(request, reply, answer);
  };
}

/** Forms, with as many and as large parts as the parameters of an operation allow. */
async function takeForms(app: FastifyInstance, operation: Operation, bodyLimit: number): Promise<void> {
  const { parameters, maxParameters, json } = operation;
  const longest = Math.min(bodyLimit, Math.max(0, ...parameters.map((one) => one.maxLength)));
  app.removeAllContentTypeParsers();
  if (json)
    app.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit }, (_request, body, done) =>
      done(null, { pairs: [[json.name, String(body)]] } satisfies Body),
    );
  await app.register(formbody, { bodyLimit, parser: (form) => ({ form }) satisfies Body });
  await app.register(multipart, {
    limits: {
      fieldNameSize: 100,
      fieldSize: longest,
      fields: maxParameters,
      parts: maxParameters,
      files: parameters.filter(({ upload }) => upload).length,
      fileSize: longest,
      headerPairs: 100,
    },
  });
}

/** Everything but what an operation takes. */
function refuseOthers(app: FastifyInstance, { url, methods }: Operation): void {
  const taken = ['GET', 'HEAD', ...methods.filter((method) => method !== 'GET')];
  app.route({
    method: ['PUT', 'PATCH', 'DELETE', 'POST'].filter((method) => !taken.includes(method)),
    url,
    schema: { hide: true },
    onRequest: async (request, reply) => {
      reply.header('allow', [...taken, 'OPTIONS'].join(', '));
      const expected = `${taken.slice(0, -1).join(', ')} or ${taken.at(-1)}`;
      throw usageError('METHOD_NOT_ALLOWED', `expected ${expected}, received ${request.method}`);
    },
    handler: async () => undefined,
  });
}

export async function operationRoutes(
  app: FastifyInstance,
  service: Service,
  operation: Operation,
  context: ServiceContext,
  hide: boolean,
): Promise<void> {
  const { url, methods } = operation;
  await takeForms(app, operation, context.config.VIGNET_MAX_BODY_KB * 1024);
  // The one parser of parameters is vo's; the schemas are for readers.
  app.setValidatorCompiler(() => () => true);
  const handler = handlerOf(service, operation, context);
  const { query, form } = operationSchemas(service, operation);
  app.route({ method: ['GET', 'HEAD'], url, handler, schema: { ...query, hide } });
  if (methods.includes('POST' as never)) app.post(url, { handler, schema: { ...form, hide } });
  refuseOthers(app, operation);
}
