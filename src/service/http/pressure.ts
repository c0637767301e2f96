/** Refuses requests while the event loop is late or the process holds more memory than it may. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import { VignetError } from '../../base/errors.ts';

export interface PressureLimits {
  /** Mean lateness of the event loop over a second, ms. */
  readonly maxLagMs: number;
  /** 0: not looked at. */
  readonly maxRssBytes: number;
}

const SAMPLE_MS = 1000;
/** Of the measurement: what it takes for lateness when there is none. */
const RESOLUTION_MS = 10;
const RETRY_AFTER_S = 5;

/** For the routes of `app`: transient BUSY, with Retry-After. */
export function refuseUnderPressure(app: FastifyInstance, { maxLagMs, maxRssBytes }: PressureLimits): void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let lagMs = 0;
  let rss = 0;
  const sample = () => {
    lagMs = Number.isFinite(delay.mean) ? Math.max(0, delay.mean / 1e6 - RESOLUTION_MS) : 0;
    delay.reset();
    if (maxRssBytes > 0) rss = residentBytes() ?? rss;
  };
  sample();
  const timer = setInterval(sample, SAMPLE_MS).unref();
  app.addHook('onClose', async () => {
    clearInterval(timer);
    delay.disable();
  });
  app.addHook('onRequest', async (_, reply) => {
    if (lagMs <= maxLagMs && (maxRssBytes === 0 || rss <= maxRssBytes)) return;
    reply.header('retry-after', RETRY_AFTER_S);
    throw new VignetError('transient', 'BUSY', 'the service is at its limits; ask again in a few seconds');
  });
}

/** Undefined when it cannot be read now: a process without a free descriptor cannot look at itself. */
function residentBytes(): number | undefined {
  try {
    return process.memoryUsage.rss();
  } catch {
    return undefined;
  }
}
