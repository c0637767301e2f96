import type { CodeOf, ErrorCode, ErrorKind } from './error-codes/index.ts';

export type { CodeOf, ErrorCode, ErrorKind } from './error-codes/index.ts';

/**
 * The one error type of Vignet. `code` is stable and listed in `error-codes` under its kind: a code that is not listed, or has
 * another kind, does not compile. `message` names the parameter, file or HDU, and says what to do. It never holds a path of the server.
 * @example
 * ```ts
 * import { parsePos, VignetError } from 'vignet';
 *
 * try {
 *   parsePos('CIRCLE 150.3 2.4');
 * } catch (error) {
 *   if (!(error instanceof VignetError)) throw error;
 *   console.log(error.kind, error.code, error.message); // usage BAD_VALUE expected CIRCLE lon lat …
 * }
 * ```
 */
export class VignetError<Kind extends ErrorKind = ErrorKind> extends Error {
  readonly kind: ErrorKind;
  readonly code: ErrorCode;

  constructor(kind: Kind, code: CodeOf<Kind>, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'VignetError';
    this.kind = kind;
    this.code = code;
  }
}

/** The caller's fault. */
export function usageError(code: CodeOf<'usage'>, detail: string, options?: ErrorOptions): VignetError {
  return new VignetError('usage', code, detail, options);
}
