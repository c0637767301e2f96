/** The synchronous endpoint of a service: GET, HEAD and POST with the same parameters, everything else refused. */
import formbody from '@fastify/formbody';
import multipart from '@fastify/multipart';
import type { FastifyInstance, RouteHandlerMethod } from 'fastify';
import { usageError } from '../../base/errors.ts';
import { asHeader } from '../../products/select/why-nothing.ts';
import { ignoredSentence } from '../../vo/dali/values.ts';
import type { ServiceContext } from '../context.ts';
import { type FormLimits, parseForm, requestPairs } from '../http/pairs.ts';
import { abortWithClient, safeFilename, sendAnswer } from '../http/send-answer.ts';
import { syncSchemas } from './openapi.ts';
import type { Service } from './service.ts';

/** One request, from parameters to the answer on the wire. */
function syncHandler(
  service: Service,
  { config, ports, base, principal }: ServiceContext,
): RouteHandlerMethod {
  const limits: FormLimits = {
    maxParameters: service.maxParameters,
    maxBytes: config.VIGNET_MAX_BODY_KB * 1024,
    files: service.parameters.some(({ upload }) => upload),
  };
  return async (request, reply) => {
    const caller = { principal: principal(request), signal: abortWithClient(reply) };
    const pairs = await requestPairs(request, reply, limits);
    const answer = await service.respond(pairs, request.log, {
      vignet: ports.vignet,
      caller,
      base: base(request),
    });
    const ignored = ignoredSentence(pairs, service.parameters);
    const warnings = [ignored, 'note' in answer ? answer.note : undefined].filter((one) => one !== undefined);
    if (warnings.length > 0) reply.header('vignet-warning', asHeader(warnings.join('; ')));
    if ('nothing' in answer) {
      reply.header('vignet-reason', asHeader(answer.nothing));
      return reply.code(204).header('cache-control', 'no-cache').send();
    }
    if ('content' in answer) {
      const { contentType, content, filename } = answer;
      if (filename !== undefined)
        reply.header('content-disposition', `attachment; filename="${safeFilename(filename)}"`);
      return reply
        .type(contentType)
        .header('cache-control', 'no-cache')
        .send(typeof content === 'string' ? content : Buffer.from(content));
    }
    return sendAnswer(request, reply, answer);
  };
}

/** Forms, with as many and as large parts as the parameters allow. */
async function takeForms(app: FastifyInstance, service: Service, bodyLimit: number): Promise<void> {
  const { parameters, maxParameters } = service;
  const longest = Math.min(bodyLimit, Math.max(...parameters.map((one) => one.maxLength)));
  app.removeAllContentTypeParsers();
  await app.register(formbody, { bodyLimit, parser: (text) => ({ ...parseForm(text, maxParameters) }) });
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

export async function syncRoutes(
  app: FastifyInstance,
  service: Service,
  context: ServiceContext,
  hide: boolean,
): Promise<void> {
  await takeForms(app, service, context.config.VIGNET_MAX_BODY_KB * 1024);
  // The one parser of parameters is vo's; the schemas are for readers.
  app.setValidatorCompiler(() => () => true);
  const handler = syncHandler(service, context);
  const { query, form } = syncSchemas(service);
  app.route({ method: ['GET', 'HEAD'], url: service.endpoint, handler, schema: { ...query, hide } });
  app.post(service.endpoint, { handler, schema: { ...form, hide } });
  app.route({
    method: ['PUT', 'PATCH', 'DELETE'],
    url: service.endpoint,
    schema: { hide: true },
    onRequest: async (request, reply) => {
      reply.header('allow', 'GET, HEAD, POST, OPTIONS');
      const detail = `expected GET, HEAD or POST, received ${request.method}`;
      throw usageError('METHOD_NOT_ALLOWED', detail);
    },
    handler: async () => undefined,
  });
}
