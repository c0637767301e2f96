import type { RequestClass } from '../../engine/scheduler.ts';

/** Bytes of plain FITS, and seconds of one thread, up to which an answer is of a class. */
const upTo = {
  quick: { bytes: 2 * 1024 ** 2, seconds: 0.03 },
  interactive: { bytes: 8 * 1024 ** 2, seconds: 0.3 },
} as const;

/** Answers that take longer make way for those that do not: to threads as to memory. */
export function classOf(bytes: number, seconds = 0): RequestClass {
  const within = (most: { bytes: number; seconds: number }) => bytes <= most.bytes && seconds <= most.seconds;
  if (within(upTo.quick)) return 'quick';
  return within(upTo.interactive) ? 'interactive' : 'bulk';
}

/** Of an answer that a task of its own has planned. */
export const ofPlanned = (bytes: number, seconds?: number) =>
  ({ class: classOf(bytes, seconds), planned: true }) as const;
