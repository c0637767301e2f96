// What an engine counts by class of request, summed.
import type { Engine } from '../../src/engine/engine.ts';

const total = (of: Readonly<Record<string, number>>) => Object.values(of).reduce((sum, one) => sum + one, 0);

/** What is under way, of all classes; all 0 when nothing is. */
export function underWay(engine: Engine) {
  const { requests, running, queued, bytes } = engine.metrics();
  return { requests: total(requests), running: total(running), queued: total(queued), held: bytes.held };
}

export const nothingUnderWay = { requests: 0, running: 0, queued: 0, held: 0 };

/** Calls that a thread has begun. */
export const callsBegun = (engine: Engine) =>
  Object.values(engine.metrics().waits).reduce((sum, { count }) => sum + count, 0);
