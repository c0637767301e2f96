/** DALI examples: an XHTML page that people read and programs parse (DALI 1.1, 2.3). */
import { el, xmlDocument } from './xml.ts';

export interface Example {
  /** An XML name: letters, digits, hyphens. */
  readonly id: string;
  readonly name: string;
  /** ivo:// of the capability it is for. */
  readonly capability: string;
  readonly description: string;
  readonly parameters: readonly (readonly [key: string, value: string])[];
  /** The same request as a link. */
  readonly url: string;
}

export function examplesDocument(title: string, examples: readonly Example[]): string {
  const page = el(
    'html',
    { xmlns: 'http://www.w3.org/1999/xhtml', 'xml:lang': 'en', lang: 'en' },
    el('head', {}, el('title', {}, title)),
    el(
      'body',
      { vocab: 'http://www.ivoa.net/rdf/examples#' },
      el('h1', {}, title),
      examples.length ? undefined : el('p', {}, 'The archive has no datasets yet.'),
      examples.map((example) =>
        el(
          'div',
          { id: example.id, resource: `#${example.id}`, typeof: 'example' },
          el('h2', { property: 'name' }, example.name),
          el('p', {}, example.description),
          el('p', {}, 'Capability: ', el('span', { property: 'capability' }, example.capability)),
          el(
            'ul',
            {},
            example.parameters.map(([key, value]) =>
              el(
                'li',
                { property: 'generic-parameter', typeof: 'keyval' },
                el('span', { property: 'key' }, key),
                ' = ',
                el('span', { property: 'value' }, value),
              ),
            ),
          ),
          el('p', {}, el('a', { href: example.url }, 'Run it')),
        ),
      ),
    ),
  );
  return xmlDocument(page, '<!DOCTYPE html>\n');
}
