/** How an error is said over HTTP, before a protocol gives it its form. One table for all of them. */
import { VignetError } from '../../base/errors.ts';

/** What kind of fault a protocol's label is chosen by. */
export type FaultKind =
  | 'usage'
  | 'multi-valued'
  | 'authentication'
  | 'authorization'
  | 'transient'
  | 'internal';

export interface Fault {
  readonly kind: FaultKind;
  /** HTTP status. */
  readonly status: number;
  /** A sentence for the client; of what failed inside it tells no details. */
  readonly message: string;
  /** Seconds after which asking again may help. */
  readonly retryAfter?: number;
  /** Whether the log must hold the error itself: the message does not tell all. */
  readonly ours: boolean;
}

/** An error as a document: what a protocol's clients expect in the body. */
export interface ErrorForm {
  readonly mediaType: string;
  /** Of the statuses that this form gives, for the API description. */
  readonly statuses: Readonly<Record<number, string>>;
  document(fault: Fault): string;
}

/** Codes that say more than their kind. */
const byCode: Readonly<Record<string, readonly [status: number, kind: FaultKind]>> = {
  MULTI_VALUED: [400, 'multi-valued'],
  UNKNOWN_ID: [404, 'usage'],
  NOT_FOUND: [404, 'usage'],
  METHOD_NOT_ALLOWED: [405, 'usage'],
  CHANGED: [412, 'usage'],
  BODY_TOO_LARGE: [413, 'usage'],
  URL_TOO_LONG: [414, 'usage'],
  BAD_CONTENT_TYPE: [415, 'usage'],
  BAD_RANGE: [416, 'usage'],
  UNAUTHENTICATED: [401, 'authentication'],
  FORBIDDEN: [403, 'authorization'],
  // Of a dataset's file that was replaced by a link: no fault of the client's.
  OUTSIDE_ROOT: [500, 'internal'],
};

/**
 * `data` is 500: the dataset's file is broken, changed or gone, asking again at once does not help, and the client is not to blame;
 * `transient` is 503 with Retry-After. What is `fatal` or no VignetError keeps its words to the log.
 */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof VignetError) || error.kind === 'fatal') {
    const died = error instanceof VignetError && error.code === 'WORKER_DIED';
    const what = died
      ? 'the thread that worked on this request ended before its time; another has taken its place'
      : 'the service failed in a way it should not';
    return { kind: 'internal', status: 500, message: `${what}; the log says more`, ours: true };
  }
  const { message } = error;
  const known = byCode[error.code];
  if (known) return { status: known[0], kind: known[1], message, ours: known[0] >= 500 };
  if (error.kind === 'usage') return { kind: 'usage', status: 400, message, ours: false };
  if (error.kind === 'transient')
    return { kind: 'transient', status: 503, message, retryAfter: 5, ours: false };
  return { kind: 'internal', status: 500, message, ours: true };
}
