/** Errors of tasks on their way. */
import { VignetError } from '../base/errors.ts';

export const cancelled = (why = 'the request was cancelled') =>
  new VignetError('transient', 'CANCELLED', why);
export const pastDeadline = () =>
  new VignetError(
    'transient',
    'DEADLINE',
    'the request exceeded its time limit; ask for less, or again later',
  );
