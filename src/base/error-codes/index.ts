/**
 * Every error code of Vignet, in both languages. A code is in exactly one list, which is its kind. `npm run errors:write` generates
 * docs/errors.md and, of the codes that C++ uses, native/core/base/error_codes.h.
 */
import { butlerDataErrors, butlerTransientErrors, butlerUsageErrors } from './butler.ts';
import { callErrors } from './calls.ts';
import { dataErrors } from './data.ts';
import type { ErrorEntry } from './entry.ts';
import { fatalErrors } from './fatal.ts';
import { requestErrors } from './requests.ts';
import { selectionErrors } from './selections.ts';
import { transientErrors } from './transient.ts';

export type { ErrorEntry } from './entry.ts';

/** Lists by kind. `usage` is divided by subject. */
export const errorLists = {
  usage: [requestErrors, selectionErrors, callErrors, butlerUsageErrors],
  data: [dataErrors, butlerDataErrors],
  transient: [transientErrors, butlerTransientErrors],
  fatal: [fatalErrors],
} as const;

/**
 * Who can correct it: the caller, the keeper of the files, nobody but time, or Vignet's developers.
 * @example
 * ```ts
 * import type { ErrorKind } from 'vignet';
 *
 * const mayHelpToTryAgain = (kind: ErrorKind): boolean => kind === 'transient';
 * ```
 */
export type ErrorKind = keyof typeof errorLists;

type KeyOf<List> = List extends unknown ? keyof List & string : never;

/** The codes of one kind. */
export type CodeOf<Kind extends ErrorKind> = Kind extends unknown
  ? KeyOf<(typeof errorLists)[Kind][number]>
  : never;

export type ErrorCode = CodeOf<ErrorKind>;

export interface ListedError extends ErrorEntry {
  readonly code: string;
  readonly kind: ErrorKind;
}

const KINDS: readonly ErrorKind[] = ['usage', 'data', 'transient', 'fatal'];

/** All codes, by kind and in the order of their lists. */
export const listedErrors: readonly ListedError[] = KINDS.flatMap((kind) =>
  errorLists[kind].flatMap((list) =>
    Object.entries<ErrorEntry>(list).map(([code, entry]) => ({ code, kind, ...entry })),
  ),
);

const byCode: ReadonlyMap<string, ListedError> = new Map(listedErrors.map((one) => [one.code, one]));

export function isListed(code: unknown): code is ErrorCode {
  return typeof code === 'string' && byCode.has(code);
}

/** What is listed of a code. */
export function entryOf(code: ErrorCode): ListedError {
  const entry = byCode.get(code);
  if (!entry) throw new TypeError(`expected an error code of the list, received ${code}`);
  return entry;
}
