/** Waiting for an event that nobody announces. */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Resolves when `condition` holds. It has no limit of its own: an event that never comes ends with the test's timeout, a
 * busy machine only makes it come later.
 */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(1);
}
