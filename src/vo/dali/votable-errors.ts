/** An error as DALI's VOTable (DALI 1.1, 4.4): a results resource without a table, its QUERY_STATUS is ERROR. */
import type { ErrorForm } from './errors.ts';
import { el, xmlDocument } from './xml.ts';

export const votable: ErrorForm = {
  mediaType: 'application/x-votable+xml',
  statuses: {
    400: 'The request is refused: QUERY_STATUS is ERROR and says why',
    404: 'There is no such dataset',
    500: 'The request failed',
    503: 'Too busy, with Retry-After',
  },
  document: ({ message }) =>
    xmlDocument(
      el(
        'VOTABLE',
        { version: '1.4', xmlns: 'http://www.ivoa.net/xml/VOTable/v1.3' },
        el('RESOURCE', { type: 'results' }, el('INFO', { name: 'QUERY_STATUS', value: 'ERROR' }, message)),
      ),
    ),
};
