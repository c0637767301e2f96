/** An error as SODA says it: text that begins with a label. */
import type { ErrorForm, FaultKind } from '../dali/errors.ts';

const labels = {
  usage: 'UsageError',
  'multi-valued': 'MultiValuedParamNotSupported',
  authentication: 'AuthenticationError',
  authorization: 'AuthorizationError',
  transient: 'ServiceUnavailable',
  internal: 'Error',
} as const satisfies Record<FaultKind, string>;

export const sodaText: ErrorForm = {
  mediaType: 'text/plain',
  statuses: {
    400: 'UsageError or MultiValuedParamNotSupported',
    404: 'UsageError: no such dataset',
    503: 'ServiceUnavailable, with Retry-After',
  },
  document: ({ kind, message }) => `${labels[kind]}: ${message}\n`,
};
