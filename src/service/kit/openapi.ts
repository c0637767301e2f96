/** A service's synchronous request in the API's description. */
import type { FastifySchema } from 'fastify';
import { objectSchema } from '../../vo/dali/openapi.ts';
import type { Service } from './service.ts';

const binary = (description: string) => ({ description, type: 'string', format: 'binary' });
const empty = (description: string) => ({ description, type: 'null' });
const text = (description: string) => ({ description, type: 'string' });

const always = { 304: 'The client has this answer already' };

function responses({ responses: own, errors }: Service): Record<string, object> {
  const all = Object.entries({ ...always, ...errors.statuses, ...own });
  return Object.fromEntries(
    all.map(([status, description]) => {
      if (status === '204' || status === '304') return [status, empty(description)];
      return [status, status < '300' ? binary(description) : text(description)];
    }),
  );
}

/** Of GET, which has the parameters in the query string, and of POST, which has them in a form. */
export function syncSchemas(service: Service): {
  readonly query: FastifySchema;
  readonly form: FastifySchema;
} {
  const { path, summary, description, produces, errors, parameters } = service;
  const about = {
    ...{ tags: [path], summary, description },
    produces: [...produces, errors.mediaType],
    response: responses(service),
  };
  const schema = objectSchema(parameters);
  const consumes = ['application/x-www-form-urlencoded', 'multipart/form-data'];
  return { query: { ...about, querystring: schema }, form: { ...about, consumes, body: schema } };
}
