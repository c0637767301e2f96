/** Conditions and ranges of RFC 9110, as far as one strong ETag and one range need them. */
import { usageError } from '../../base/errors.ts';
import type { ByteWindow } from '../../products/answers/answer.ts';

/** Whether If-Match (strong comparison) or If-None-Match (weak) names this ETag or is `*`. */
export function matches(
  named: string | undefined,
  etag: string | undefined,
  comparison: 'strong' | 'weak',
): boolean {
  if (!named) return false;
  if (named.trim() === '*') return true;
  const counts = (weak: string | undefined) => !weak || comparison === 'weak';
  return [...named.matchAll(/(W\/)?("[^"]*")/g)].some(([, weak, tag]) => tag === etag && counts(weak));
}

/** Throws VignetError usage CHANGED when If-Match names other ETags only (strong comparison). */
export function requireMatch(ifMatch: string | undefined, etag: string | undefined): void {
  if (ifMatch !== undefined && !matches(ifMatch, etag, 'strong'))
    throw usageError(
      'PRECONDITION_FAILED',
      `expected ${etag ?? 'no ETag'} for If-Match, received another ETag: the answer has changed; download it again`,
    );
}

/** A date of HTTP as seconds; undefined where there is none, or none that can be read. */
function secondsOf(date: string | undefined): number | undefined {
  const time = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000);
}

/** Whether If-Modified-Since (RFC 9110, 13.1.3) says that the client has what was changed last at `modified`. */
export function unchangedSince(since: string | undefined, modified: Date | undefined): boolean {
  const seconds = secondsOf(since);
  return seconds !== undefined && modified !== undefined && Math.floor(modified.getTime() / 1000) <= seconds;
}

/** Throws VignetError usage PRECONDITION_FAILED when the answer has changed since If-Unmodified-Since (RFC 9110, 13.1.4). */
export function requireUnchanged(since: string | undefined, modified: Date | undefined): void {
  if (secondsOf(since) === undefined || modified === undefined || unchangedSince(since, modified)) return;
  throw usageError(
    'PRECONDITION_FAILED',
    `expected an answer changed last before If-Unmodified-Since, received one of ${modified.toUTCString()}; download it again`,
  );
}

/** Whether Want-Repr-Digest (RFC 9530) asks for SHA-256: a weight above 0. */
export function wantsDigest(wanted: string | undefined): boolean {
  return /(?:^|,)[ \t]{0,9}sha-256=[1-9]/.test(wanted?.slice(0, 1000) ?? '');
}

/** RFC 9110, 14.1.2: no white space inside. Every part is bounded: what a client sends is read in linear time. */
const oneRange = /^bytes=(\d{0,15})-(\d{0,15})$/i;

/**
 * The window a Range header asks for; undefined where the whole is to be sent: no header, several ranges, an unknown unit
 * or an If-Range that is not this ETag. A date is none: two files may have been there in one second (RFC 9110, 8.8.2.2). Throws VignetError usage BAD_RANGE when nothing of it lies in the answer.
 */
export function windowOf(
  headers: { readonly range?: string | undefined; readonly ifRange?: string | undefined },
  etag: string,
  size: number,
): ByteWindow | undefined {
  const match = oneRange.exec(headers.range?.trim() ?? '');
  if (!match || (headers.ifRange !== undefined && headers.ifRange.trim() !== etag)) return undefined;
  const [first = '', last = ''] = match.slice(1);
  if (first === '' && last === '') return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  if (from >= to)
    throw usageError(
      'BAD_RANGE',
      `expected a Range that begins within the ${size} bytes of the answer, received one beyond them`,
    );
  return { from, to };
}
