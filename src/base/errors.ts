/** Whose fault it is: the caller's, a file's, nobody's for long, or Vignet's own. As in native/core/base/error.h. */
export type ErrorKind = 'usage' | 'data' | 'transient' | 'fatal';

/**
 * The one error type of Vignet. `code` is stable (UPPER_SNAKE), `message` a sentence that names the parameter, file or
 * HDU and says what to do. It never holds a path of the server.
 */
export class VignetError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;

  constructor(kind: ErrorKind, code: string, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'VignetError';
    this.kind = kind;
    this.code = code;
  }
}

/** The caller's fault. */
export function usageError(code: string, detail: string, options?: ErrorOptions): VignetError {
  return new VignetError('usage', code, detail, options);
}
