// VOSI, examples, descriptions, pages of operation; and what the same looks like beneath a path.
import { type BaselineRequest, plain, type ServiceName } from '../request.ts';

/** When the service was started. */
const withoutStart = (text: string) =>
  text.replace(/(upSince>|"upSince":")\d{4}-\d\d-\d\dT[\d:.]+Z/, '$1masked');

const pagesOf = (service: ServiceName, prefix: string): BaselineRequest[] => {
  const page = (path: string, rest: Parameters<typeof plain>[3] = {}) =>
    plain(service, `pages${prefix && ` beneath ${prefix}`} / ${path}`, `${prefix}${path}`, rest);
  const again = { hashOnly: prefix !== '' };
  return [
    ...['cutout', 'stack', 'mosaic'].flatMap((name) => [
      page(`/api/${name}/capabilities`),
      page(`/api/${name}/availability`, { mask: withoutStart }),
      page(`/api/${name}/examples`, again),
    ]),
    page('/openapi.json', again),
    page('/'),
    page('/healthz', { mask: withoutStart }),
    page('/nowhere'),
    page('/api/nowhere/sync?ID=1'),
  ];
};

export const pages: readonly BaselineRequest[] = [
  ...pagesOf('sample', ''),
  plain('sample', 'pages / POST to capabilities', '/api/cutout/capabilities', { method: 'POST' }),
  plain('sample', 'pages / HEAD of capabilities', '/api/stack/capabilities', { method: 'HEAD' }),
  plain('sample', 'pages / service without an endpoint', '/api/cutout'),
  plain('sample', 'pages / unknown endpoint', '/api/cutout/async'),
  plain('sample', 'pages / method of no such kind', '/api/cutout/sync', { method: 'PROPFIND' }),
  // Counters, and the pages of Swagger UI.
  plain('sample', 'pages / metrics', '/metrics', { withoutBody: true }),
  plain('sample', 'pages / docs', '/docs', { withoutBody: true }),
  plain('sample', 'pages / description of the docs', '/docs/json', { hashOnly: true }),
  ...pagesOf('limited', '/images'),
  plain('limited', 'pages beneath /images / without the slash', '/images'),
  plain('limited', 'pages beneath /images / beside it', '/api/cutout/capabilities'),
];
