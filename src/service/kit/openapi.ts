/** A service's requests in the API's description. */
import type { FastifySchema } from 'fastify';
import type { ErrorForm } from '../../vo/dali/errors.ts';
import { objectSchema } from '../../vo/dali/openapi.ts';
import type { Parameter } from '../../vo/dali/parameter.ts';
import type { Operation, Service } from './service.ts';

const binary = (description: string) => ({ description, type: 'string', format: 'binary' });
const empty = (description: string) => ({ description, type: 'null' });
const text = (description: string) => ({ description, type: 'string' });

const always = { 304: 'The client has this answer already' };

function responses({ responses: own }: Operation, { statuses }: ErrorForm): Record<string, object> {
  const all = Object.entries({ ...always, ...statuses, ...own });
  return Object.fromEntries(
    all.map(([status, description]) => {
      if (status === '204' || status === '304') return [status, empty(description)];
      return [status, status < '300' ? binary(description) : text(description)];
    }),
  );
}

/** The parts of a URL are named in lower case, as they stand in it. */
const inUrl = (parts: readonly Parameter<unknown>[]) =>
  objectSchema(parts.map((part) => ({ ...part, name: part.name.toLowerCase() })));

/** Of GET, which has the parameters in the query string, and of POST, which has them in a form. */
export function operationSchemas(
  { path, errors }: Service,
  operation: Operation,
): { readonly query: FastifySchema; readonly form: FastifySchema } {
  const { summary, description, produces, parameters, parts, json } = operation;
  const about = {
    ...{ tags: [path], summary, description },
    produces: [...produces, errors.mediaType],
    ...(parts && { params: inUrl(parts) }),
    response: responses(operation, errors),
  };
  const schema = objectSchema(parameters);
  const consumes = [
    ...(json ? ['application/json'] : []),
    'application/x-www-form-urlencoded',
    'multipart/form-data',
  ];
  return { query: { ...about, querystring: schema }, form: { ...about, consumes, body: schema } };
}
