/**
 * field.http: one square degree of a coadd, 18,000 x 18,000 pixels with mask and variance, to one client; beside it the same number of
 * bytes from a route of the same process that sends one buffer again and again, which is what the loopback allows.
 */
import type { Claim } from './support/claim.ts';
import { fetched, memory, patchesOf, rectangle, serve } from './support/patches.ts';

const claim: Claim = {
  name: 'field.http',
  peerName: 'the loopback, sending one buffer',
  pair: async (context, quick) => {
    const scale = quick ? 0.1 : 1;
    const patches = await patchesOf(context, scale, 36);
    const service = await serve(patches.archive);
    try {
      const POLYGON = rectangle(patches, 18_000 * scale - 8, 18_000 * scale - 8);
      const url = `${service.url}/api/cutout/sync?${new URLSearchParams({ ID: service.id, POLYGON, CUTOUTDETAIL: 'MaskedImage' })}`;
      const ours: number[] = [];
      const limit: number[] = [];
      let size = 0;
      for (let round = 0; round < (quick ? 3 : 2); round++) {
        const { bytes, seconds } = await fetched(url);
        size = bytes;
        ours.push(seconds);
        limit.push((await fetched(service.loopback(bytes))).seconds);
      }
      const mean = (all: readonly number[]) => all.reduce((sum, one) => sum + one, 0) / all.length;
      const share = Math.round((100 * mean(limit)) / mean(ours));
      return {
        ours: { n: ours.length, seconds: mean(ours), min: Math.min(...ours), max: Math.max(...ours) },
        peer: { n: limit.length, seconds: mean(limit) },
        notes: `${size} bytes, ${share} % of the loopback's rate; ${memory()}`,
      };
    } finally {
      await service.close();
    }
  },
};
export default claim;
