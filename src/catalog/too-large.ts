/** The one way in which a condition that was understood can fail: a database says so of a row. */
import { usageError, type VignetError } from '../base/errors.ts';

export function tooLarge(cause: Error): VignetError {
  const detail =
    'expected numbers that fit into 64 bits for the condition, received a row of which one becomes larger; CAST one of them AS DOUBLE PRECISION, or leave such rows out by the other parameters';
  return usageError('NUMBER_TOO_LARGE', detail, { cause });
}
