// The service on the sample archive, on a socket.

import { inject } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { loadConfig } from '../../src/service/config.ts';
import type { Sample } from '../../src/service/ports.ts';
import { type RunningService, startService } from '../../src/service/server.ts';

export interface RealService extends RunningService {
  readonly samples: readonly Sample[];
}

/** Needs the addon and the sample archive; close it after use. */
export async function realService(settings: Parameters<typeof loadConfig>[0] = {}): Promise<RealService> {
  const given = {
    PORT: 0,
    HOST: '127.0.0.1',
    LOG_LEVEL: 'silent' as const,
    // However slow the machine is just now.
    VIGNET_MAX_LAG_MS: 3_600_000,
    VIGNET_ARCHIVE: inject('sample'),
  };
  const service = await startService(loadConfig({ ...given, ...settings }, {}));
  const { samples } = await service.ports.contents(ANONYMOUS);
  return { ...service, samples };
}

export function sync(
  service: RealService,
  parameters: Record<string, string>,
  sample = service.samples[0],
): string {
  if (!sample) throw new Error('the sample archive has no dataset with a place on the sky');
  const all = { ID: sample.id, CIRCLE: `${sample.lon} ${sample.lat} ${sample.radius}`, ...parameters };
  return `${service.url}/api/cutout/sync?${new URLSearchParams(all)}`;
}
