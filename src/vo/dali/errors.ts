/** How an error is said over HTTP, before a protocol gives it its form. One table for all of them. */
import { entryOf } from '../../base/error-codes/index.ts';
import { type ErrorCode, VignetError } from '../../base/errors.ts';

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
  /** A sentence for the client; it holds no details of internal failures. */
  readonly message: string;
  /** Seconds after which asking again may help. */
  readonly retryAfter?: number;
  /** Whether the log must hold the error itself: the message leaves details out. */
  readonly ours: boolean;
}

/** An error as a document: what a protocol's clients expect in the body. */
export interface ErrorForm {
  readonly mediaType: string;
  /** Of the statuses that this form gives, for the API description. */
  readonly statuses: Readonly<Record<number, string>>;
  document(fault: Fault): string;
}

/** Usage errors that protocols label in a way of their own. Statuses are in `base/error-codes`. */
const kinds: Partial<Record<ErrorCode, FaultKind>> = {
  MULTI_VALUED: 'multi-valued',
  UNAUTHENTICATED: 'authentication',
  FORBIDDEN: 'authorization',
};

/**
 * `data` is 500: the dataset's file is broken, changed or gone, asking again at once does not help, and the client is not to blame
 * (with a status of its own it is the nature of a sound dataset, of which something else may be asked); `transient` is 503 with Retry-After. What is `fatal` or no VignetError keeps its words to the log.
 */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof VignetError) || error.kind === 'fatal') {
    const died = error instanceof VignetError && error.code === 'WORKER_DIED';
    const what = died
      ? 'the thread that worked on this request ended before its time; another has taken its place'
      : 'the service failed in a way it should not';
    return { kind: 'internal', status: 500, message: `${what}; the log says more`, ours: true };
  }
  const { code, message } = error;
  const { status } = entryOf(code);
  if (error.kind === 'usage' || (error.kind === 'data' && status !== undefined))
    return { kind: kinds[code] ?? 'usage', status: status ?? 400, message, ours: false };
  if (error.kind === 'transient')
    return { kind: 'transient', status: 503, message, retryAfter: 5, ours: false };
  return { kind: 'internal', status: 500, message, ours: true };
}
