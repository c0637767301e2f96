/** The page at /: the contents of the archive, a picture from it, example requests. */

import type { FastifyInstance } from 'fastify';
import { count } from '../../base/count.ts';
import { endpoints } from '../../vo/dali/vosi.ts';
import { type Child, el, type Xml } from '../../vo/dali/xml.ts';
import type { ServiceContext } from '../context.ts';
import { requestUrl, serviceUrl } from '../kit/address.ts';
import { shown } from '../kit/examples.ts';
import type { Service } from '../kit/index.ts';
import type { ArchiveContents, Sample } from '../ports.ts';

const style = `
body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;color:#1d2733;background:#fbfcfd}
h1{font-weight:600;margin-bottom:0}h1+p{margin-top:0;color:#5b6b7c}h2{font-size:1.1rem;margin-top:2rem}
pre{background:#10202f;color:#e6edf3;padding:1rem;border-radius:6px;overflow-x:auto;font-size:.85rem;white-space:pre-wrap;word-break:break-all}
table{border-collapse:collapse}td,th{padding:.2rem 1.2rem .2rem 0;text-align:left}td:last-child{text-align:right}
figure{margin:1.5rem 0}img{max-width:100%;min-width:256px;image-rendering:pixelated;border-radius:6px;background:#000}
figcaption{color:#5b6b7c;font-size:.9rem}a{color:#0b62c4}@media(prefers-color-scheme:dark){body{background:#0d1620;color:#d5dee7}a{color:#6db3ff}}
`;

function held(contents: ArchiveContents): Xml {
  if (!contents.datasets)
    return el(
      'p',
      {},
      'The archive has no datasets yet. Add some with ',
      el('code', {}, 'vignet ingest FOLDER'),
      '.',
    );
  const rows = contents.collections.map((one) =>
    el(
      'tr',
      {},
      el('td', {}, one.name),
      el('td', {}, one.type),
      el('td', {}, one.datasets.toLocaleString('en')),
    ),
  );
  const head = el('tr', {}, el('th', {}, 'collection'), el('th', {}, 'type'), el('th', {}, 'datasets'));
  return el('table', {}, el('thead', {}, head), el('tbody', {}, rows));
}

type Shown = NonNullable<ReturnType<typeof shown>>;

/** A picture of the archive, and the request that made it. */
function picture({ service, example }: Shown): Xml {
  const url = requestUrl('.', service, example);
  return el(
    'figure',
    {},
    el('a', { href: url }, el('img', { src: url, alt: example.name })),
    el('figcaption', {}, `${example.name}. ${example.description}`),
  );
}

function requests({ service, example }: Shown, base: string): Xml[] {
  const url = requestUrl(base, service, example);
  const python = [
    'from astropy.io import fits',
    `with fits.open("${url}") as hdus:`,
    '    hdus.info()',
    '    print(hdus["IMAGE"].data.shape)',
  ].join('\n');
  return [
    el('h2', {}, 'Example requests'),
    el('pre', {}, `curl -o ${service.path}.fits '${url}'`),
    el('pre', {}, python),
  ];
}

/** Links with something between them. */
function linked(links: readonly (readonly [href: string, text: string])[]): Child[] {
  return links.flatMap(([href, text], at) => [at ? ' · ' : '', el('a', { href }, text)]);
}

function line(service: Service, samples: readonly Sample[]): Xml {
  const { path, title } = service;
  const [example] = service.examples(samples);
  const at = serviceUrl('.', path);
  const links = (['capabilities', 'availability', 'examples'] as const).map(
    (name) => [at + endpoints[name], name] as const,
  );
  const sample = example && ([requestUrl('.', service, example), 'sample'] as const);
  return el('li', {}, el('b', {}, path), ` ${title}: `, linked(sample ? [sample, ...links] : links));
}

const links = [
  ['docs', 'API documentation'],
  ['openapi.json', 'OpenAPI 3.1'],
  ['healthz', 'health'],
  ['metrics', 'metrics'],
] as const;

export function landingHtml(
  contents: ArchiveContents,
  base: string,
  version: string,
  services: readonly Service[],
): string {
  const { samples } = contents;
  const figure = shown(services, samples, 'picture');
  const sky = shown(services, samples, 'sky');
  const request = shown(services, samples, 'request');
  const page = el(
    'html',
    { lang: 'en' },
    el(
      'head',
      {},
      el('meta', { charset: 'utf-8' }),
      el('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      el('title', {}, 'Vignet'),
      el('style', {}, style),
    ),
    el(
      'body',
      {},
      el('h1', {}, 'Vignet'),
      el('p', {}, 'Exactly the pixels you asked for'),
      figure && picture(figure),
      el('h2', {}, count(contents.datasets, 'dataset', contents.datasets.toLocaleString('en'))),
      held(contents),
      sky && picture(sky),
      request && requests(request, base),
      el('h2', {}, 'Services'),
      el(
        'ul',
        {},
        services.map((service) => line(service, samples)),
      ),
      el('h2', {}, 'More'),
      el('p', {}, linked(links)),
      el('p', {}, `Version ${version}`),
    ),
  );
  return `<!DOCTYPE html>\n${page.text}\n`;
}

export function landingPage(
  app: FastifyInstance,
  { ports, base, principal }: ServiceContext,
  services: readonly Service[],
): void {
  // Links on the page are relative: they need the slash.
  if (app.prefix) {
    const there = `${app.prefix.slice(app.prefix.lastIndexOf('/') + 1)}/`;
    app.get('/', { prefixTrailingSlash: 'no-slash', schema: { hide: true } }, async (_request, reply) =>
      reply.redirect(there, 308),
    );
  }
  app.get('/', { prefixTrailingSlash: 'slash', schema: { hide: true } }, async (request, reply) => {
    const html = landingHtml(
      await ports.contents(principal(request)),
      base(request),
      ports.version,
      services,
    );
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html);
  });
}
