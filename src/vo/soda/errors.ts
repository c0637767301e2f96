/** How an error is said in SODA: a label that begins the text, and an HTTP status. One table for all of them. */
import { VignetError } from '../../base/errors.ts';

export interface SodaError {
  readonly status: number;
  readonly label: SodaLabel;
  readonly text: string;
  /** Seconds after which asking again may help. */
  readonly retryAfter?: number;
  /** Whether the log must hold the error itself: the text does not tell all. */
  readonly ours: boolean;
}

export type SodaLabel =
  | 'Error'
  | 'AuthenticationError'
  | 'AuthorizationError'
  | 'ServiceUnavailable'
  | 'UsageError'
  | 'MultiValuedParamNotSupported';

/** Codes that say more than their kind. */
const byCode: Readonly<Record<string, { readonly status: number; readonly label: SodaLabel }>> = {
  MULTI_VALUED: { status: 400, label: 'MultiValuedParamNotSupported' },
  UNKNOWN_ID: { status: 404, label: 'UsageError' },
  NOT_FOUND: { status: 404, label: 'UsageError' },
  METHOD_NOT_ALLOWED: { status: 405, label: 'UsageError' },
  CHANGED: { status: 412, label: 'UsageError' },
  BODY_TOO_LARGE: { status: 413, label: 'UsageError' },
  URL_TOO_LONG: { status: 414, label: 'UsageError' },
  BAD_CONTENT_TYPE: { status: 415, label: 'UsageError' },
  BAD_RANGE: { status: 416, label: 'UsageError' },
  UNAUTHENTICATED: { status: 401, label: 'AuthenticationError' },
  FORBIDDEN: { status: 403, label: 'AuthorizationError' },
  // Of a dataset's file that was replaced by a link: no fault of the client's.
  OUTSIDE_ROOT: { status: 500, label: 'Error' },
};

/**
 * `data` is 500: the dataset's file is broken, changed or gone, asking again at once does not help, and the client is not to blame;
 * `transient` is 503 with Retry-After. What is `fatal` or no VignetError keeps its words to the log.
 */
export function sodaError(error: unknown): SodaError {
  if (!(error instanceof VignetError) || error.kind === 'fatal') {
    const died = error instanceof VignetError && error.code === 'WORKER_DIED';
    const what = died
      ? 'the thread that worked on this request ended before its time; another has taken its place'
      : 'the service failed in a way it should not';
    return { status: 500, label: 'Error', text: `Error: ${what}; the log says more\n`, ours: true };
  }
  const say = (status: number, label: SodaLabel, more: Partial<SodaError> = {}): SodaError => ({
    status,
    label,
    text: `${label}: ${error.message}\n`,
    ours: false,
    ...more,
  });
  const known = byCode[error.code];
  if (known) return say(known.status, known.label, { ours: known.status >= 500 });
  if (error.kind === 'usage') return say(400, 'UsageError');
  if (error.kind === 'transient') return say(503, 'ServiceUnavailable', { retryAfter: 5 });
  return say(500, 'Error', { ours: true });
}
