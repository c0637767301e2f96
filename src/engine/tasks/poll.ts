/** How work of ours in a thread is stopped: as the addon's calls are, by the control word and the deadline. */
import { cancelled, pastDeadline } from '../errors.ts';
import type { Turn } from '../task-kind.ts';

export interface Poll {
  /** At least once in a millisecond of work. Throws transient CANCELLED, DEADLINE. */
  now(): void;
  /** Milliseconds until the deadline. */
  leftMs(): number;
}

export function pollOf({ control, deadlineMs }: Turn): Poll {
  const end = performance.now() + deadlineMs;
  const leftMs = () => Math.max(0, end - performance.now());
  return {
    now() {
      if (Atomics.load(control, 0) === 2) throw cancelled();
      if (performance.now() >= end) throw pastDeadline();
    },
    leftMs,
  };
}
