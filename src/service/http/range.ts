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

/** RFC 9110, 14.1.2: no white space inside. Every part is bounded: what a client sends is read in linear time. */
const oneRange = /^bytes=(\d{0,15})-(\d{0,15})$/i;

/**
 * The window a Range header asks for; undefined where the whole is to be sent: no header, several ranges, an unknown unit
 * or an If-Range that is not this ETag. Throws VignetError usage BAD_RANGE when nothing of it lies in the answer.
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
