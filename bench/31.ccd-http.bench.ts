/**
 * ccd.http: a detector's worth of a coadd across the corner of four lossy patches, with mask and variance, for 20 clients at once,
 * each another region; seconds of the slowest. The peer is the requirement's half (DMS-REQ-0377: 15 s).
 */
import type { Claim } from './support/claim.ts';
import { fetched, memory, patchesOf, rectangle, serve } from './support/patches.ts';

const CLIENTS = 20;

const claim: Claim = {
  name: 'ccd.http',
  peerName: 'the limit, 7.5 s',
  pair: async (context, quick) => {
    const scale = quick ? 0.2 : 1;
    const patches = await patchesOf(context, scale, 36);
    const service = await serve(patches.archive);
    try {
      const urls = Array.from({ length: CLIENTS }, (_, i) => {
        const [dx, dy] = [((i % 5) - 2) * 200 * scale, (Math.floor(i / 5) - 1.5) * 200 * scale];
        const POLYGON = rectangle(patches, 4072 * scale, 4000 * scale, dx, dy);
        return `${service.url}/api/cutout/sync?${new URLSearchParams({ ID: service.id, POLYGON, CUTOUTDETAIL: 'MaskedImage' })}`;
      });
      const alone = await fetched(urls[0] ?? '');
      const slowest: number[] = [];
      for (let round = 0; round < (quick ? 2 : 3); round++) {
        const all = await Promise.all(urls.map(fetched));
        slowest.push(Math.max(...all.map(({ seconds }) => seconds)));
      }
      const [min, max] = [Math.min(...slowest), Math.max(...slowest)];
      const notes = `${CLIENTS} clients, ${alone.bytes} bytes each; one alone ${alone.seconds.toFixed(2)} s; ${memory()}`;
      return {
        ours: { n: slowest.length, seconds: max, min, max },
        peer: { n: 1, seconds: 7.5 * scale ** 2 },
        notes,
      };
    } finally {
      await service.close();
    }
  },
};
export default claim;
