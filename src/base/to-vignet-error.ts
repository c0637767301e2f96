/** Converts errors of the addon, of workers and of Node to VignetError. */
import { entryOf, isListed } from './error-codes/index.ts';
import { type ErrorCode, type ErrorKind, VignetError } from './errors.ts';

/** An error on its way out of a worker: structured clone keeps none of an Error's own properties. */
export interface PlainError {
  readonly kind: ErrorKind;
  readonly code: ErrorCode;
  readonly detail: string;
}

/** What an error of the addon says. Errors that are not the addon's are Vignet's own fault: fatal INTERNAL. */
export function plainError(error: unknown): PlainError {
  if (error instanceof Error) {
    const { kind, code } = error as { kind?: unknown; code?: unknown };
    if (isListed(code) && entryOf(code).kind === kind)
      return { kind: entryOf(code).kind, code, detail: error.message };
    return { kind: 'fatal', code: 'INTERNAL', detail: `${error.name}: ${error.message}` };
  }
  return { kind: 'fatal', code: 'INTERNAL', detail: String(error) };
}

/** The same error as a VignetError; one that already is comes back as it is. */
export function toVignetError(error: unknown): VignetError {
  if (error instanceof VignetError) return error;
  const { kind, code, detail } = plainError(error);
  return new VignetError(kind, code, detail, { cause: error });
}

/** Calls the addon from this thread; its errors come out as VignetError. */
export function callNative<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw toVignetError(error);
  }
}
